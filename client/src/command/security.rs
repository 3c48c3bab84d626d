//! The options on TLS, and what a client that was built without it says to them.

use std::path::PathBuf;

use clap::Args;
use client::Options;
use tracer::output::Failure;

#[derive(Args)]
pub(super) struct TlsOptions {
    /// Speak TLS, and trust the certificate authorities in this PEM file; `broker cert` makes one.
    /// The server's certificate has to be for the HOST of -h
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    cafile: Option<PathBuf>,
}

impl TlsOptions {
    /// The usual port.
    pub(super) fn port(&self) -> u16 {
        if self.cafile.is_some() { 8883 } else { 1883 }
    }

    /// Puts whom to trust into the options.
    #[cfg(feature = "tls")]
    pub(super) fn apply(&self, options: &mut Options) -> Result<(), Failure> {
        let Some(path) = &self.cafile else { return Ok(()) };
        let tls = client::Tls::read(path)
            .map_err(|error| Failure::Usage(format!("--cafile '{}': {error}", path.display())))?;
        options.tls = Some(tls);
        Ok(())
    }

    /// Sends whoever asks for TLS to a client that has it.
    #[cfg(not(feature = "tls"))]
    pub(super) fn apply(&self, _options: &mut Options) -> Result<(), Failure> {
        match &self.cafile {
            None => Ok(()),
            Some(_) => Err(Failure::Usage(
                "--cafile needs the feature tls, which this client was built without, to keep the \
                 first build short: cargo run -p client --features tls -- …"
                    .to_owned(),
            )),
        }
    }
}
