//! What a proxy that was built without TLS says to whoever asks for it.

use std::sync::Arc;

use tap::Tap;
use tracer::output::Failure;
use tracer::proxy::Proxy;

use super::security::TlsOptions;
use crate::command::place::Place;
use crate::command::recording::Form;
use crate::command::tls_sides::{Sides, needs_tls};

/// There is none.
pub(super) struct Prepared(Sides);

impl TlsOptions {
    /// Sends whoever asks for TLS to a tracer that has it.
    pub(super) fn prepare(&self, to: &Place) -> Result<Option<Prepared>, Failure> {
        let sides = self.sides.prepare(to, None)?;
        if self.session_keys.is_some() {
            return Err(needs_tls("--session-keys"));
        }
        Ok(sides.map(Prepared))
    }
}

impl Prepared {
    pub(super) fn form(&self) -> Form {
        match self.0 {}
    }

    pub(super) fn hands_out_keys(&self) -> bool {
        match self.0 {}
    }

    pub(super) fn reaches_broker(&self) -> bool {
        match self.0 {}
    }

    pub(super) fn sides(&self) -> &'static str {
        match self.0 {}
    }

    pub(super) fn secure(self, proxy: Proxy, records: Option<Arc<dyn Tap>>) -> Proxy {
        self.0.secure(proxy, records)
    }
}
