//! TLS, as the options ask for it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tap::Tap;
use tls::{ClientSide, Identity, KeyLines, KeyLog, ServerSide};
use tracer::capture::Keys;
use tracer::output::Failure;
use tracer::proxy::{Proxy, Security};

use super::security::{CaptureTls, TlsOptions};
use crate::command::place::Place;
use crate::command::recording::Form;

/// TLS as the options ask for it.
pub(super) struct Prepared {
    security: Security,
    capture: CaptureTls,
    keys: Keys,
}

impl TlsOptions {
    /// What a proxy needs for TLS, if it is asked for.
    pub(super) fn prepare(&self, to: &Place) -> Result<Option<Prepared>, Failure> {
        if self.cafile.is_none() && self.listen_cert.is_none() {
            return match self.session_keys {
                None => Ok(None),
                Some(_) => Err(Failure::Usage(
                    "--session-keys needs TLS: --cafile for the broker's side, or --listen-cert \
                     and --listen-key for the clients'"
                        .to_owned(),
                )),
            };
        }
        let file = self.session_keys.as_deref().map(open).transpose()?.map(Arc::new);
        let keys = Keys::default();
        let recorded = keys.clone();
        let with_keys = self.capture_tls == CaptureTls::Keys;
        let key_log: Arc<dyn KeyLog> = Arc::new(KeyLines::to(move |line: String| {
            if let Some(file) = &file {
                append(file, &line);
            }
            if with_keys {
                recorded.add(&line);
            }
        }));
        let security = Security {
            from_client: self.acceptor(&key_log)?,
            to_server: self.client_side(to, &key_log)?,
            records: None,
        };
        Ok(Some(Prepared { security, capture: self.capture_tls, keys }))
    }

    fn client_side(
        &self,
        to: &Place,
        key_log: &Arc<dyn KeyLog>,
    ) -> Result<Option<(ClientSide, String)>, Failure> {
        let Some(path) = &self.cafile else { return Ok(None) };
        let mut side = ClientSide::read(path)
            .map_err(|error| Failure::Usage(format!("--cafile '{}': {error}", path.display())))?;
        if let (Some(cert), Some(key)) = (&self.cert, &self.key) {
            side.identity = Some(identity("--cert and --key", cert, key)?);
        }
        side.key_log = Some(Arc::clone(key_log));
        Ok(Some((side, self.server_name.clone().unwrap_or_else(|| to.host.clone()))))
    }

    fn acceptor(&self, key_log: &Arc<dyn KeyLog>) -> Result<Option<tls::Acceptor>, Failure> {
        let (Some(cert), Some(key)) = (&self.listen_cert, &self.listen_key) else {
            return Ok(None);
        };
        let identity = identity("--listen-cert and --listen-key", cert, key)?;
        let side = ServerSide { key_log: Some(Arc::clone(key_log)), ..ServerSide::new(identity) };
        Ok(Some(side.acceptor()?))
    }
}

fn identity(options: &str, cert: &Path, key: &Path) -> Result<Identity, Failure> {
    Identity::read(cert, key).map_err(|error| Failure::Usage(format!("{options}: {error}")))
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
        self.security.to_server.is_some()
    }

    /// On which sides there is TLS.
    pub(super) fn sides(&self) -> &'static str {
        match (&self.security.from_client, &self.security.to_server) {
            (Some(_), Some(_)) => "; TLS on both sides",
            (Some(_), None) => "; TLS towards clients",
            (None, _) => "; TLS towards the broker",
        }
    }

    /// The same proxy with TLS. `records` is told of the records, if a capture is to have them.
    pub(super) fn secure(self, proxy: Proxy, records: Option<Arc<dyn Tap>>) -> Proxy {
        proxy.with(Security { records, ..self.security })
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
