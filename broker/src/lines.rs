//! Files of lines: one entry a line, empty lines and lines that begin with `#` apart.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A line that is no entry, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError<E> {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong.
    pub error: E,
}

/// A file that cannot be used, and why.
#[derive(Debug)]
pub enum FileError<E> {
    /// It cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A line of it is broken.
    Broken(PathBuf, LineError<E>),
}

impl<E: fmt::Display> fmt::Display for LineError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.error)
    }
}

impl<E: fmt::Display> fmt::Display for FileError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::Broken(path, error) => write!(f, "{}, {error}", path.display()),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for LineError<E> {}

impl<E: fmt::Debug + fmt::Display> std::error::Error for FileError<E> {}

/// Reads a whole file.
pub(crate) fn read<T, E>(
    path: &Path,
    parse: impl FnOnce(&str) -> Result<T, LineError<E>>,
) -> Result<T, FileError<E>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| FileError::Unreadable(path.to_owned(), error))?;
    parse(&text).map_err(|error| FileError::Broken(path.to_owned(), error))
}

/// Gives each entry to `take`, from the first line to the last.
pub(crate) fn each<E>(
    text: &str,
    mut take: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), LineError<E>> {
    for (number, line) in (1..).zip(text.lines()) {
        if !line.trim().is_empty() && !line.starts_with('#') {
            take(line).map_err(|error| LineError { line: number, error })?;
        }
    }
    Ok(())
}
