//! The password file: who there is, and what each one's password must hash to.
//!
//! A line is `paolo:$7$210000$salt$hash`, in the format of `mosquitto_passwd`, so that files go both
//! ways. No password stands in it, but whoever has the file can try guesses as fast as hashes go.

mod file;
mod hash;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::path::Path;
use std::str::FromStr;

use wire::Credentials;

use self::hash::Hash;
use crate::authentication::{Authentication, Refusal};
use crate::lines::{self, FileError, LineError};

pub use self::file::{EditError, delete_password, set_password};

/// How many rounds the hash of a new password takes: what OWASP advises for PBKDF2 with HMAC-SHA-512.
/// About a tenth of a second, for the broker as for whoever guesses.
pub const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(209_999);

/// The users, and the hashes of their passwords.
///
/// ```
/// use broker::{Authentication, Passwords, Refusal};
/// use wire::{Credentials, Text};
///
/// let mut passwords = Passwords::default();
/// passwords.insert("paolo", b"devday", 1000.try_into()?)?;
///
/// let paolo = |password| {
///     let user_name = Text::try_from("paolo").unwrap();
///     Some(Credentials { user_name, password: Some(bytes::Bytes::from_static(password)) })
/// };
/// assert_eq!(passwords.authenticate(paolo(b"devday").as_ref()), Ok(()));
/// assert_eq!(passwords.authenticate(paolo(b"guess").as_ref()), Err(Refusal::WrongPassword));
/// assert_eq!(passwords.authenticate(None), Err(Refusal::Anonymous));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Passwords {
    users: BTreeMap<String, Hash>,
    /// Whether clients without a User Name are let in as well. Default false.
    pub allow_anonymous: bool,
}

impl Passwords {
    /// Reads a password file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or a line of it is broken: one is enough, since a user who is left out
    /// without a word would be looked for in the wrong place.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FileError<PasswordError>> {
        lines::read(path.as_ref(), str::parse)
    }

    /// Adds a user, or changes the password of one.
    ///
    /// # Errors
    ///
    /// A name or a password that cannot stand in a password file.
    pub fn insert(
        &mut self,
        user: &str,
        password: &[u8],
        rounds: NonZeroU32,
    ) -> Result<(), PasswordError> {
        let hash = hash_of(user, password, rounds)?;
        self.users.insert(user.to_owned(), hash);
        Ok(())
    }
}

impl FromStr for Passwords {
    type Err = LineError<PasswordError>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut users = BTreeMap::new();
        lines::each(text, |line| {
            let (user, hash) = line.trim_end().split_once(':').ok_or(PasswordError::NoColon)?;
            check_name(user)?;
            match users.insert(user.to_owned(), hash.parse()?) {
                None => Ok(()),
                Some(_) => Err(PasswordError::Twice),
            }
        })?;
        Ok(Self { users, allow_anonymous: false })
    }
}

impl Authentication for Passwords {
    fn authenticate(&self, credentials: Option<&Credentials>) -> Result<(), Refusal> {
        let Some(Credentials { user_name, password }) = credentials else {
            return if self.allow_anonymous { Ok(()) } else { Err(Refusal::Anonymous) };
        };
        let known = self.users.get(user_name.as_str());
        // A stranger waits as long as a user, and so does not learn from the time who is one.
        let hash = known.or_else(|| self.users.values().next());
        let is_right = hash.is_some_and(|hash| hash.is_of(password.as_deref().unwrap_or_default()));
        match (known, password) {
            (None, _) => Err(Refusal::UnknownUser),
            (Some(_), Some(_)) if is_right => Ok(()),
            (Some(_), _) => Err(Refusal::WrongPassword),
        }
    }
}

/// What is wrong with a user or a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordError {
    /// No `:` between name and hash.
    NoColon,
    /// The name is empty.
    NoName,
    /// A character of the name would be taken for something else.
    BadName(char),
    /// The same user stands there twice.
    Twice,
    /// What follows the name is no hash, but perhaps the password itself.
    NoHash,
    /// A hash with too few parts or too many.
    Parts,
    /// The number of rounds is no number, 0, or too large.
    Rounds,
    /// Salt or hash are not base64.
    Base64,
    /// A hash that is not 64 bytes long.
    Size,
    /// The password is empty.
    NoPassword,
    /// The system has no random bytes for a salt.
    NoSalt,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoColon => "there is no ':' between the user and the hash of the password",
            Self::NoName => "the name of the user is empty",
            Self::BadName(bad) => return write_bad_name(*bad, f),
            Self::Twice => "this user stood on a line before; delete one of the two",
            Self::NoHash => {
                "what follows the ':' is not a hash that begins with $6$ or $7$; \
                 'broker passwd FILE USER' makes one"
            }
            Self::Parts => "a hash is $6$salt$hash or $7$rounds$salt$hash, and this one is neither",
            Self::Rounds => "the number of rounds behind $7$ is not between 1 and 4294967295",
            Self::Base64 => "salt or hash are not base64; was the line cut off?",
            Self::Size => "the hash is not 64 bytes long; was the line cut off?",
            Self::NoPassword => "the password is empty",
            Self::NoSalt => "the system has no random bytes for a salt",
        })
    }
}

impl std::error::Error for PasswordError {}

fn write_bad_name(bad: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let why = match bad {
        ':' => "ends the name in a password file",
        '#' => "at the front makes a comment of the line",
        _ => "in a name is not seen, and looked for in vain",
    };
    write!(f, "{bad:?} {why}: choose another name")
}

/// The hash that stands behind the name of a user.
fn hash_of(user: &str, password: &[u8], rounds: NonZeroU32) -> Result<Hash, PasswordError> {
    check_name(user)?;
    if password.is_empty() {
        return Err(PasswordError::NoPassword);
    }
    Hash::new(password, rounds).map_err(|_| PasswordError::NoSalt)
}

/// Whether a name can stand in a password file, and be found there again.
fn check_name(user: &str) -> Result<(), PasswordError> {
    let outer = [user.chars().next(), user.chars().next_back()].into_iter().flatten();
    let bad = user.chars().find(|it| *it == ':' || it.is_control());
    let bad = bad.or_else(|| outer.into_iter().find(|it| it.is_whitespace()));
    match bad.or_else(|| user.starts_with('#').then_some('#')) {
        Some(bad) => Err(PasswordError::BadName(bad)),
        None if user.is_empty() => Err(PasswordError::NoName),
        None => Ok(()),
    }
}
