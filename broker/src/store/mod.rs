//! What outlives the process: where it is kept, and how the hub waits for it.
//!
//! ```text
//!   Broker::step ─▶ Output::Store ─▶ Unwritten ── one batch ──▶ Store::write
//!              └──▶ Output::Send ──▶ outbox: held …………………………………▶ released, and sent
//! ```
//!
//! Nothing that was put into an outbox leaves before all changes up to there are written. While a batch
//! is on its way the next one gathers, so that many messages share one write.

#[cfg(feature = "store")]
mod disk;
#[cfg(feature = "store")]
mod encoding;
mod keeping;
mod unwritten;

use std::fmt;
use std::io;
use std::path::PathBuf;

use broker_core::{Change, Records};

#[cfg(feature = "store")]
pub use disk::DiskStore;
pub(crate) use unwritten::Unwritten;

/// Where a broker keeps what has to outlive it.
pub trait Store: Send + Sync {
    /// All that is kept. Asked once, before anything is written.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it cannot be read.
    fn records(&self) -> Result<Records, StoreError>;

    /// Writes these changes, one after the other, and in a way that after a crash either all of them
    /// are there or none. When it returns they are safe.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they are not: the broker then stops, and has acknowledged none of it.
    fn write(&self, changes: Vec<Change>) -> Result<(), StoreError>;

    /// Whether writing takes so long that it needs a thread of its own.
    fn is_slow(&self) -> bool {
        false
    }

    /// An error that is about this store.
    fn error(&self, problem: StoreProblem) -> StoreError;
}

/// A store that cannot be used, and why.
#[derive(Debug)]
pub struct StoreError {
    /// The folder of the store.
    pub path: PathBuf,
    /// What is wrong.
    pub problem: StoreProblem,
}

/// Why a store cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreProblem {
    /// Another process has it open.
    Locked,
    /// The folder holds something else.
    Foreign,
    /// It was written in another format; what it says of its format.
    Format(String),
    /// What is in it is not what a broker has written.
    Damaged(String),
    /// The system does not let it be opened or read.
    Unreadable(io::Error),
    /// The system does not let it be written.
    Unwritable(io::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            StoreProblem::Locked => write!(
                f,
                "the store {path} is open in another broker: stop that one, or choose another folder"
            ),
            StoreProblem::Foreign => write!(
                f,
                "{path} holds other files and no store: choose an empty folder, or a new one"
            ),
            StoreProblem::Format(found) => write!(
                f,
                "the store {path} is in a format that this broker does not know ({found}): open it \
                 with the broker that wrote it, or choose another folder; nothing was changed"
            ),
            StoreProblem::Damaged(what) => write!(
                f,
                "the store {path} is damaged: {what}; put back a copy of the folder, or choose \
                 another one to begin anew"
            ),
            StoreProblem::Unreadable(error) => write!(
                f,
                "cannot open the store {path}: {error}; a store is a folder of its own, which is made \
                 where there is none"
            ),
            StoreProblem::Unwritable(error) => write!(
                f,
                "cannot write to the store {path}: {error}; what is not written is not \
                 acknowledged, so the broker stops"
            ),
        }
    }
}

impl std::error::Error for StoreError {}
