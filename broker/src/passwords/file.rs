//! Changes to a password file. It is replaced as a whole, so that a broker that starts meanwhile reads
//! the old file or the new one, and nothing is lost where the disk is full.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{PasswordError, Passwords, ROUNDS, hash_of};
use crate::lines::FileError;

/// Sets the password of a user, who may be new. All other lines stay as they are. A file that is not
/// there is made, for its owner alone to read. True if the user is new.
///
/// # Errors
///
/// A name or a password that cannot stand in a password file; a file that is broken already; and what
/// the system reports.
pub fn set_password(path: &Path, user: &str, password: &[u8]) -> Result<bool, EditError> {
    let hash = hash_of(user, password, ROUNDS).map_err(EditError::Refused)?;
    let old = text(path)?;
    let entry = format!("{user}:{hash}");
    let is_new = !old.lines().any(|line| is_of(line, user));
    let mut lines: Vec<_> =
        old.lines().map(|line| if is_of(line, user) { &entry } else { line }).collect();
    if is_new {
        lines.push(&entry);
    }
    replace(path, &lines)?;
    Ok(is_new)
}

/// Deletes a user. False if there was none of this name.
///
/// # Errors
///
/// A file that is broken, and what the system reports.
pub fn delete_password(path: &Path, user: &str) -> Result<bool, EditError> {
    let old = text(path)?;
    let lines: Vec<_> = old.lines().filter(|line| !is_of(line, user)).collect();
    if lines.len() == old.lines().count() {
        return Ok(false);
    }
    replace(path, &lines)?;
    Ok(true)
}

/// Why a password file was not changed.
#[derive(Debug)]
pub enum EditError {
    /// The user or the password cannot stand in a password file.
    Refused(PasswordError),
    /// The file as it stands cannot be used, so it is not written over.
    File(FileError<PasswordError>),
    /// It cannot be written.
    Unwritable(PathBuf, io::Error),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::Unwritable(path, error) => write!(f, "cannot write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for EditError {}

/// The file as it stands, if it is a good one; nothing where there is none.
fn text(path: &Path) -> Result<String, EditError> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        text => text.map_err(|error| EditError::File(FileError::Unreadable(path.into(), error)))?,
    };
    match text.parse::<Passwords>() {
        Ok(_) => Ok(text),
        Err(error) => Err(EditError::File(FileError::Broken(path.into(), error))),
    }
}

fn is_of(line: &str, user: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| name == user)
}

/// Writes a new file beside the old one, and gives it the old one's name. A new file is its owner's
/// alone; an old one stays as open as it was made.
fn replace(path: &Path, lines: &[&str]) -> Result<(), EditError> {
    let written = || {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()); // through a link
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut file = NamedTempFile::new_in(directory.unwrap_or(Path::new(".")))?;
        for line in lines {
            writeln!(file, "{line}")?;
        }
        if let Ok(old) = fs::metadata(&path) {
            file.as_file().set_permissions(old.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    };
    written().map_err(|error: io::Error| EditError::Unwritable(path.into(), error))
}
