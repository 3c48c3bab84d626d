//! Why something cannot be chosen.

use std::error::Error;
use std::fmt;

/// What was chosen cannot be: a lesson for whoever typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputError {
    /// The scenario has no such input.
    Unknown {
        /// What was typed.
        typed: String,
        /// The inputs that it has.
        names: Vec<&'static str>,
    },
    /// The value is none for this input.
    Value {
        /// Which input.
        input: &'static str,
        /// Why, in words.
        why: String,
    },
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { typed, names } => write!(
                f,
                "'{typed}' cannot be chosen in this scenario; what can: {}",
                names.join(", ")
            ),
            Self::Value { input, why } => write!(f, "{input}: {why}"),
        }
    }
}

impl Error for InputError {}
