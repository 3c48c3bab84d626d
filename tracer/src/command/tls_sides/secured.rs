//! TLS with the files that the options name.

use std::path::Path;
use std::sync::Arc;

use tap::Tap;
use tls::{Acceptor, ClientSide, Identity, KeyLog, ServerSide};
use tracer::output::Failure;
use tracer::proxy::{Proxy, Security};

use super::SideOptions;
use crate::command::place::Place;

/// TLS on one side or on both.
pub(in crate::command) struct Sides(Security);

impl SideOptions {
    /// What a proxy needs for TLS, if it is asked for. Session keys are told to `key_log`.
    pub(in crate::command) fn prepare(
        &self,
        to: &Place,
        key_log: Option<Arc<dyn KeyLog>>,
    ) -> Result<Option<Sides>, Failure> {
        if self.asking().is_none() {
            return Ok(None);
        }
        Ok(Some(Sides(Security {
            to_server: self.client_side(to, key_log.clone())?,
            from_client: self.acceptor(key_log)?,
            records: None,
        })))
    }

    fn client_side(
        &self,
        to: &Place,
        key_log: Option<Arc<dyn KeyLog>>,
    ) -> Result<Option<(ClientSide, String)>, Failure> {
        let Some(path) = &self.cafile else { return Ok(None) };
        let mut side = ClientSide::read(path)
            .map_err(|error| Failure::Usage(format!("--cafile '{}': {error}", path.display())))?;
        if let (Some(cert), Some(key)) = (&self.cert, &self.key) {
            side.identity = Some(identity("--cert and --key", cert, key)?);
        }
        side.key_log = key_log;
        Ok(Some((side, self.server_name.clone().unwrap_or_else(|| to.host.clone()))))
    }

    fn acceptor(&self, key_log: Option<Arc<dyn KeyLog>>) -> Result<Option<Acceptor>, Failure> {
        let (Some(cert), Some(key)) = (&self.listen_cert, &self.listen_key) else {
            return Ok(None);
        };
        let identity = identity("--listen-cert and --listen-key", cert, key)?;
        let side = ServerSide { key_log, ..ServerSide::new(identity) };
        Ok(Some(side.acceptor()?))
    }
}

fn identity(options: &str, cert: &Path, key: &Path) -> Result<Identity, Failure> {
    Identity::read(cert, key).map_err(|error| Failure::Usage(format!("{options}: {error}")))
}

impl Sides {
    /// Whether the broker's side is over TLS.
    pub(in crate::command) fn reaches_broker(&self) -> bool {
        self.0.to_server.is_some()
    }

    /// On which sides there is TLS.
    pub(in crate::command) fn told(&self) -> &'static str {
        match (&self.0.from_client, &self.0.to_server) {
            (Some(_), Some(_)) => "TLS on both sides",
            (Some(_), None) => "TLS towards clients",
            (None, _) => "TLS towards the broker",
        }
    }

    /// The same proxy with TLS. `records` is told of the records, if a capture is to have them.
    pub(in crate::command) fn secure(self, proxy: Proxy, records: Option<Arc<dyn Tap>>) -> Proxy {
        proxy.with(Security { records, ..self.0 })
    }
}
