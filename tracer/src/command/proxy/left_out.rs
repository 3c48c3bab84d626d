//! What a proxy that was built without TLS says to whoever asks for it.

use std::sync::Arc;

use tap::Tap;
use tracer::output::Failure;
use tracer::proxy::Proxy;

use super::security::TlsOptions;
use crate::command::place::Place;
use crate::command::recording::Form;

/// There is none.
pub(super) enum Prepared {}

impl TlsOptions {
    /// Sends whoever asks for TLS to a tracer that has it.
    pub(super) fn prepare(&self, _: &Place) -> Result<Option<Prepared>, Failure> {
        let asked = [
            ("--cafile", &self.cafile),
            ("--listen-cert", &self.listen_cert),
            ("--session-keys", &self.session_keys),
        ];
        match asked.into_iter().find(|(_, file)| file.is_some()) {
            None => Ok(None),
            Some((option, _)) => Err(Failure::Usage(format!(
                "{option} needs the feature tls, which this tracer was built without, to keep \
                 the first build short: cargo run -p tracer --features tls -- proxy …"
            ))),
        }
    }
}

impl Prepared {
    pub(super) fn form(&self) -> Form {
        match *self {}
    }

    pub(super) fn hands_out_keys(&self) -> bool {
        match *self {}
    }

    pub(super) fn reaches_broker(&self) -> bool {
        match *self {}
    }

    pub(super) fn sides(&self) -> &'static str {
        match *self {}
    }

    pub(super) fn secure(self, _: Proxy, _: Option<Arc<dyn Tap>>) -> Proxy {
        match self {}
    }
}
