//! What is wrong with the source of an exercise.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why an exercise cannot be read: which file, and what to change in it.
#[derive(Debug)]
pub enum Fault {
    /// The file cannot be read or written.
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file does not say what it has to.
    Source {
        /// Which one.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, and what to do.
        message: String,
    },
}

impl Fault {
    pub(crate) fn source(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::Source { path: path.into(), line, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Source { path, line, message } => {
                write!(f, "{}:{line}: {message}", path.display())
            }
        }
    }
}

impl Error for Fault {}
