//! Why a packet cannot be made as somebody wants it.

use std::error::Error;
use std::fmt;

use wire::{AmendError, Field};

use crate::hex_input::HexError;

/// Why a packet cannot be made as somebody wants it.
#[derive(Debug)]
pub enum CraftError {
    /// A change that is not written as one.
    NoChange {
        /// What was written.
        text: String,
    },
    /// No field of the packet has this name.
    NoSuchField {
        /// The name.
        name: String,
        /// Those that the packet has.
        names: Vec<&'static str>,
    },
    /// Which one of the fields of this name is meant, is not said, or is more than there are.
    Several {
        /// The name.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// No number, for a field that is one.
    NoNumber {
        /// The field.
        field: &'static Field,
        /// What was written.
        text: String,
    },
    /// No hex where it was promised.
    Hex(HexError),
    /// The field cannot hold the value.
    Amend(AmendError),
    /// No JSON, or not what a packet looks like in it.
    Json(serde_json::Error),
    /// A JSON line without the packet's bytes.
    NoHex,
}

impl fmt::Display for CraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChange { text } => write!(
                f,
                "'{text}' is no change: write NAME=VALUE, such as mqtt.conflag.reserved=1, and \
                 NAME#2=VALUE for the second field of a name"
            ),
            Self::NoSuchField { name, names } => write!(
                f,
                "the packet has no field '{name}'; it has {}, which Wireshark's names stand for as \
                 well",
                names.join(", ")
            ),
            Self::Several { name, count } => write!(
                f,
                "the packet has {count} field{} '{name}': say which one, from {name}#1 on",
                if *count == 1 { "" } else { "s" }
            ),
            Self::NoNumber { field, text } => write!(
                f,
                "{} is a number, and '{text}' is none: write it as 10, 0x0a or 0b1010",
                field.name
            ),
            Self::Hex(error) => error.fmt(f),
            Self::Amend(error) => error.fmt(f),
            Self::Json(error) => {
                write!(f, "{error}: a line of --format json is wanted, with \"hex\" and \"fields\"")
            }
            Self::NoHex => f.write_str(
                "the line has no \"hex\": it says what the packet was, so that what was edited in \
                 \"fields\" is known; take a line that --format json printed",
            ),
        }
    }
}

impl Error for CraftError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Hex(error) => Some(error),
            Self::Amend(error) => Some(error),
            Self::Json(error) => Some(error),
            _ => None,
        }
    }
}
