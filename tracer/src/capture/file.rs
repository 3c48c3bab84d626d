//! A tap that writes a capture file.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tap::{Record, Tap};

use super::note::Note;
use super::writer::Writer;

/// Writes everything to a pcapng file, for `--pcap FILE`.
///
/// Each record is in the file before the next one comes: whatever happens to the process, what it
/// recorded can be read. That is one system call for each record, on the thread that records.
pub struct CaptureFile(Mutex<State>);

enum State {
    Open(Box<Writer<File>>),
    Failed(io::Error),
    Finished,
}

impl CaptureFile {
    /// Makes this file, or empties it.
    ///
    /// # Errors
    ///
    /// What the file system reports.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        let writer = Writer::new(File::create(path)?)?;
        Ok(Self(Mutex::new(State::Open(Box::new(writer)))))
    }

    /// Writes what happened, and what it is.
    pub fn noted(&self, record: &Record, note: &Note) {
        self.write(|writer| writer.noted(record, note));
    }

    /// Writes session keys of TLS, as [`Writer::keys`] does.
    pub fn keys(&self, lines: &str) {
        self.write(|writer| writer.keys(lines));
    }

    /// Ends the file. What is recorded later is not written.
    ///
    /// # Errors
    ///
    /// The first error of the file system, if there was any since the file was made; behind it nothing
    /// was written.
    pub fn finish(&self) -> io::Result<()> {
        match std::mem::replace(&mut *self.state(), State::Finished) {
            State::Open(writer) => writer.finish().map(drop),
            State::Failed(error) => Err(error),
            State::Finished => Ok(()),
        }
    }

    fn write(&self, write: impl FnOnce(&mut Writer<File>) -> io::Result<()>) {
        let mut state = self.state();
        if let State::Open(writer) = &mut *state
            && let Err(error) = write(writer)
        {
            *state = State::Failed(error);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tap for CaptureFile {
    fn record(&self, record: Record) {
        self.noted(&record, &Note::default());
    }
}
