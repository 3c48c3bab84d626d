//! TLS on either side of a proxy, as the options ask for it.

#[cfg(not(feature = "tls"))]
mod left_out;
#[cfg(feature = "tls")]
mod secured;

use std::path::PathBuf;

use clap::Args;

#[cfg(not(feature = "tls"))]
pub(super) use left_out::{Sides, needs_tls};
#[cfg(feature = "tls")]
pub(super) use secured::Sides;

/// TLS on either side.
#[derive(Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct SideOptions {
    /// Speak TLS to the broker, and trust the certificate authorities in this PEM file
    #[arg(long, value_name = "FILE")]
    cafile: Option<PathBuf>,
    /// The name that has to be in the broker's certificate, if it is not the HOST of --to
    #[arg(long, value_name = "NAME", requires = "cafile")]
    server_name: Option<String>,
    /// The certificate that the proxy shows to a broker that asks for one, in PEM
    #[arg(long, value_name = "FILE", requires = "cafile", requires = "key")]
    cert: Option<PathBuf>,
    /// The key to it, in PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Speak TLS to clients, and show them this certificate, in PEM; `broker cert` makes one
    #[arg(long, value_name = "FILE", requires = "listen_key")]
    listen_cert: Option<PathBuf>,
    /// The key to it, in PEM
    #[arg(long, value_name = "FILE", requires = "listen_cert")]
    listen_key: Option<PathBuf>,
}

impl SideOptions {
    /// The first option that asks for TLS, if one does.
    pub(super) fn asking(&self) -> Option<&'static str> {
        let broker = self.cafile.is_some().then_some("--cafile");
        broker.or_else(|| self.listen_cert.is_some().then_some("--listen-cert"))
    }

    /// The port that a broker usually has.
    pub(super) fn usual_port(&self) -> u16 {
        if self.cafile.is_some() { 8883 } else { 1883 }
    }
}
