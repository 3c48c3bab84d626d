//! What a tracer that was built without TLS says to whoever asks for it.

use std::convert::Infallible;
use std::sync::Arc;

use tap::Tap;
use tracer::output::Failure;
use tracer::proxy::Proxy;

use super::SideOptions;
use crate::command::place::Place;

/// There are none.
pub(in crate::command) enum Sides {}

impl SideOptions {
    /// Sends whoever asks for TLS to a tracer that has it.
    pub(in crate::command) fn prepare(
        &self,
        _: &Place,
        _: Option<Infallible>,
    ) -> Result<Option<Sides>, Failure> {
        self.asking().map_or(Ok(None), |option| Err(needs_tls(option)))
    }
}

impl Sides {
    pub(in crate::command) fn secure(self, _: Proxy, _: Option<Arc<dyn Tap>>) -> Proxy {
        match self {}
    }
}

/// This option needs a tracer with TLS.
pub(in crate::command) fn needs_tls(option: &str) -> Failure {
    let features = if cfg!(feature = "view") { "view,tls" } else { "tls" };
    Failure::Usage(format!(
        "{option} needs the feature tls, which this tracer was built without, to keep the first \
         build short: cargo run -p tracer --features {features} -- …"
    ))
}
