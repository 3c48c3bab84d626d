//! A file that still grows.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use tracer::output::Failure;

use super::interrupt;

/// How often it is looked at, where nothing new is there.
const PAUSE: Duration = Duration::from_millis(100);

/// Reads a file to its end and then what is added to it, until Ctrl-C.
pub(super) struct Follow {
    file: File,
    read: u64,
    interrupted: Receiver<()>,
    stopped: Stopped,
}

/// Whether Ctrl-C came: what ends in the middle then is no error.
#[derive(Clone, Default)]
pub(super) struct Stopped(Arc<AtomicBool>);

impl Stopped {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Follow {
    pub(super) fn open(path: &Path) -> Result<(Self, Stopped), Failure> {
        let file = File::open(path)
            .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", path.display())))?;
        let (interrupt, interrupted) = channel();
        interrupt::on_interrupt(move || drop(interrupt))?;
        let stopped = Stopped::default();
        Ok((Self { file, read: 0, interrupted, stopped: stopped.clone() }, stopped))
    }
}

impl Read for Follow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.file.read(buffer)?;
            if read > 0 {
                self.read += read as u64;
                return Ok(read);
            }
            if self.file.metadata()?.len() < self.read {
                return Err(io::Error::other("the file was begun anew; follow it again"));
            }
            match self.interrupted.recv_timeout(PAUSE) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                    self.stopped.0.store(true, Ordering::Relaxed);
                    return Ok(0);
                }
            }
        }
    }
}
