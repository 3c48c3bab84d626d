//! TLS, as the options ask for it, and who gets the session keys.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tap::Tap;
use tls::KeyLines;
use tracer::capture::Keys;
use tracer::output::Failure;
use tracer::proxy::Proxy;

use super::security::{CaptureTls, TlsOptions};
use crate::command::place::Place;
use crate::command::recording::Form;
use crate::command::tls_sides::Sides;

/// TLS as the options ask for it.
pub(super) struct Prepared {
    sides: Sides,
    capture: CaptureTls,
    keys: Keys,
}

impl TlsOptions {
    /// What a proxy needs for TLS, if it is asked for.
    pub(super) fn prepare(&self, to: &Place) -> Result<Option<Prepared>, Failure> {
        if self.session_keys.is_some() && self.sides.asking().is_none() {
            return Err(Failure::Usage(
                "--session-keys needs TLS: --cafile for the broker's side, or --listen-cert and \
                 --listen-key for the clients'"
                    .to_owned(),
            ));
        }
        let file = self.session_keys.as_deref().map(open).transpose()?.map(Arc::new);
        let keys = Keys::default();
        let recorded = keys.clone();
        let with_keys = self.capture_tls == CaptureTls::Keys;
        let key_log = KeyLines::to(move |line: String| {
            if let Some(file) = &file {
                append(file, &line);
            }
            if with_keys {
                recorded.add(&line);
            }
        });
        let sides = self.sides.prepare(to, Some(Arc::new(key_log)))?;
        Ok(sides.map(|sides| Prepared { sides, capture: self.capture_tls, keys }))
    }
}

impl Prepared {
    /// What a capture is to have.
    pub(super) fn form(&self) -> Form {
        match self.capture {
            CaptureTls::Clear => Form::Packets,
            CaptureTls::Keys | CaptureTls::Sealed => Form::Records(self.keys.clone()),
        }
    }

    /// Whether session keys are in a capture.
    pub(super) fn hands_out_keys(&self) -> bool {
        self.capture == CaptureTls::Keys
    }

    /// Whether the broker's side is over TLS.
    pub(super) fn reaches_broker(&self) -> bool {
        self.sides.reaches_broker()
    }

    /// On which sides there is TLS.
    pub(super) fn sides(&self) -> &'static str {
        self.sides.told()
    }

    /// The same proxy with TLS. `records` is told of the records, if a capture is to have them.
    pub(super) fn secure(self, proxy: Proxy, records: Option<Arc<dyn Tap>>) -> Proxy {
        self.sides.secure(proxy, records)
    }
}

/// A file for session keys, nobody else's affair.
fn open(path: &Path) -> Result<Mutex<Option<File>>, Failure> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let name = path.display();
    let file = options
        .open(path)
        .map_err(|error| Failure::Usage(format!("cannot write {name}: {error}")))?;
    writeln!(
        io::stderr(),
        "the keys of TLS sessions go to {name}: whoever has them can read the traffic"
    )?;
    Ok(Mutex::new(Some(file)))
}

/// Writes a line. Where that fails, it is said once, and what follows is not written.
fn append(file: &Mutex<Option<File>>, line: &str) {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(open) = &mut *file
        && let Err(error) = writeln!(open, "{line}")
    {
        // Where standard error is closed, nobody is left to tell.
        let _ = writeln!(io::stderr(), "tracer: no more session keys are written: {error}");
        *file = None;
    }
}
