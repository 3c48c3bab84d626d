//! The options on TLS.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use broker::{Identity, KeyLog, KeyLogFile, Tls};
use clap::Args;
use tracer::output::{Failure, address};

/// Where libraries of TLS look for the file that session keys go to.
const KEY_LOG_VARIABLE: &str = "SSLKEYLOGFILE";

#[derive(Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsOptions {
    /// Where to listen for TLS, beside plain MQTT; the usual port is 8883
    #[arg(long, value_name = "ADDRESS", value_parser = address, requires = "cert", requires = "key")]
    tls_listen: Option<SocketAddr>,
    /// The certificate that the broker shows, in PEM; `broker cert` makes one
    #[arg(long, value_name = "FILE", requires = "tls_listen")]
    cert: Option<PathBuf>,
    /// The key to the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_listen")]
    key: Option<PathBuf>,
}

impl TlsOptions {
    /// What [`broker::Settings`] are told of TLS.
    pub(super) fn tls(&self) -> Result<Option<Tls>, Failure> {
        let (Some(listen), Some(cert), Some(key)) = (self.tls_listen, &self.cert, &self.key) else {
            return Ok(None);
        };
        let identity = Identity::read(cert, key).map_err(super::wrong)?;
        Ok(Some(Tls { listen, key_log: key_log()?, ..Tls::new(identity) }))
    }
}

/// Writes session keys where the environment says, if it does, so that Wireshark can decrypt what was
/// captured.
fn key_log() -> Result<Option<Arc<dyn KeyLog>>, Failure> {
    let Some(file) = std::env::var_os(KEY_LOG_VARIABLE).filter(|file| !file.is_empty()) else {
        return Ok(None);
    };
    let name = Path::new(&file).display();
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600); // nobody else's affair
    // Where this fails, the library would go on without a word.
    options.open(&file).map_err(|error| {
        super::wrong(format!("cannot write {name}, which {KEY_LOG_VARIABLE} names: {error}"))
    })?;
    // Where standard error is closed, nobody is left to tell.
    let _ = writeln!(
        io::stderr(),
        "the keys of TLS sessions go to {name}: whoever has them can read the traffic"
    );
    Ok(Some(Arc::new(KeyLogFile::new())))
}
