//! The options on TLS.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::command::tls_sides::SideOptions;

/// TLS on either side, and what others get of it.
#[derive(Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsOptions {
    #[command(flatten)]
    pub(super) sides: SideOptions,
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
