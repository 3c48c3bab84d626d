//! The hash of a password, as mosquitto writes it.
//!
//! ```text
//!   $7$101$salt$hash   PBKDF2 with HMAC-SHA-512: so many rounds, each of which whoever guesses has to make
//!   $6$salt$hash       SHA-512 of password and salt: one round; read, and not written any more
//! ```
//!
//! Salt and hash are in base64.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha512};
use subtle::ConstantTimeEq as _;

use super::PasswordError;

/// How many bytes of salt there are, as in what mosquitto makes.
const SALT: usize = 12;

/// How many bytes SHA-512 makes.
const SIZE: usize = 64;

/// What is kept of a password: enough to know it again, and not enough to find it out.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hash {
    rounds: Rounds,
    salt: Vec<u8>,
    bytes: [u8; SIZE],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rounds {
    /// `$6$`
    One,
    /// `$7$`
    Many(NonZeroU32),
}

impl Hash {
    /// The hash of a new password, with a salt of its own, so that equal passwords do not look equal.
    ///
    /// # Errors
    ///
    /// If the system has no random bytes.
    pub(super) fn new(password: &[u8], rounds: NonZeroU32) -> Result<Self, getrandom::Error> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt)?;
        let rounds = Rounds::Many(rounds);
        Ok(Self { rounds, salt: salt.to_vec(), bytes: rounds.hash(password, &salt) })
    }

    /// Whether this is the hash of that password. It takes as long for a guess that begins well as for
    /// one that does not.
    pub(super) fn is_of(&self, password: &[u8]) -> bool {
        self.rounds.hash(password, &self.salt).ct_eq(&self.bytes).into()
    }
}

impl Rounds {
    fn hash(self, password: &[u8], salt: &[u8]) -> [u8; SIZE] {
        match self {
            Self::One => Sha512::new().chain_update(password).chain_update(salt).finalize().into(),
            Self::Many(rounds) => {
                let mut hash = [0; SIZE];
                pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds.get(), &mut hash);
                hash
            }
        }
    }
}

impl FromStr for Hash {
    type Err = PasswordError;

    fn from_str(text: &str) -> Result<Self, PasswordError> {
        let parts: Vec<_> = text.split('$').collect();
        let (rounds, salt, hash) = match parts[..] {
            ["", "6", salt, hash] => (Rounds::One, salt, hash),
            ["", "7", rounds, salt, hash] => {
                (Rounds::Many(rounds.parse().map_err(|_| PasswordError::Rounds)?), salt, hash)
            }
            ["", "6" | "7", ..] => return Err(PasswordError::Parts),
            _ => return Err(PasswordError::NoHash),
        };
        let decode = |text: &str| BASE64.decode(text).map_err(|_| PasswordError::Base64);
        let (salt, hash) = (decode(salt)?, decode(hash)?);
        Ok(Self { rounds, salt, bytes: hash.try_into().map_err(|_| PasswordError::Size)? })
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rounds {
            Rounds::One => f.write_str("$6$")?,
            Rounds::Many(rounds) => write!(f, "$7${rounds}$")?,
        }
        write!(f, "{}${}", BASE64.encode(&self.salt), BASE64.encode(self.bytes))
    }
}

/// Without salt and hash: what is printed may end up anywhere.
impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hash").field("rounds", &self.rounds).finish_non_exhaustive()
    }
}
