//! The options on TLS.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// TLS on either side.
#[derive(Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsOptions {
    /// Speak TLS to the broker, and trust the certificate authorities in this PEM file
    #[arg(long, value_name = "FILE")]
    pub(super) cafile: Option<PathBuf>,
    /// The name that has to be in the broker's certificate, if it is not the HOST of --to
    #[arg(long, value_name = "NAME", requires = "cafile")]
    pub(super) server_name: Option<String>,
    /// The certificate that the proxy shows to a broker that asks for one, in PEM
    #[arg(long, value_name = "FILE", requires = "cafile", requires = "key")]
    pub(super) cert: Option<PathBuf>,
    /// The key to it, in PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(super) key: Option<PathBuf>,
    /// Speak TLS to clients, and show them this certificate, in PEM; `broker cert` makes one
    #[arg(long, value_name = "FILE", requires = "listen_key")]
    pub(super) listen_cert: Option<PathBuf>,
    /// The key to it, in PEM
    #[arg(long, value_name = "FILE", requires = "listen_cert")]
    pub(super) listen_key: Option<PathBuf>,
    /// What --pcap and --wireshark have of a connection over TLS
    #[arg(long, value_name = "WHAT", default_value = "keys")]
    pub(super) capture_tls: CaptureTls,
    /// Also append the session keys to this file, as SSLKEYLOGFILE does. Whoever has them can read the
    /// traffic
    #[arg(long, value_name = "FILE")]
    pub(super) session_keys: Option<PathBuf>,
}

/// What a capture has of TLS.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[cfg_attr(not(feature = "tls"), allow(dead_code))] // a proxy with TLS reads them
pub(super) enum CaptureTls {
    /// The TLS records as they passed, and the session keys: Wireshark shows what is in them
    Keys,
    /// The TLS records alone: what somebody in between sees
    Sealed,
    /// The packets in them, as both ends see them: for tracer read, and with --filter
    Clear,
}

impl TlsOptions {
    /// The port that a broker usually has.
    pub(super) fn usual_port(&self) -> u16 {
        if self.cafile.is_some() { 8883 } else { 1883 }
    }
}
