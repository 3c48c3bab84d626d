//! `--broker HOST:PORT`: which broker a learner means, and who the clients say they are there.

use std::path::PathBuf;

use clap::Args;
use lab::{Account, OtherBroker};
use tracer::output::Failure;

/// What a learner says about a broker of their own.
#[derive(Args)]
pub(super) struct BrokerOptions {
    /// Play on this broker instead of the lab's own: mosquitto, for instance. Port 1883 unless named, or
    /// 8883 with --cafile
    #[arg(
        long,
        value_name = "HOST[:PORT]",
        value_parser = host_and_port,
        conflicts_with_all = ["on_virtual_network", "list"],
        help_heading = "Another broker"
    )]
    broker: Option<Address>,
    /// The User Name with which every client comes to that broker
    #[arg(long, value_name = "NAME", requires_all = ["broker", "password"], help_heading = "Another broker")]
    user: Option<String>,
    /// Its Password. The trace shows it, as it shows everything
    #[arg(long, value_name = "PASSWORD", requires = "user", help_heading = "Another broker")]
    password: Option<String>,
    /// Speak TLS with that broker, and trust the certificate authorities in this PEM file
    #[arg(long, value_name = "FILE", requires = "broker", help_heading = "Another broker")]
    cafile: Option<PathBuf>,
}

/// A host, and its port if one was named.
type Address = (String, Option<u16>);

impl BrokerOptions {
    /// The broker that was named, if one was.
    #[cfg_attr(not(feature = "tls"), allow(clippy::unnecessary_wraps))] // a file can be unreadable
    pub(super) fn other(&self) -> Result<Option<OtherBroker>, Failure> {
        let Some((host, port)) = self.broker.clone() else { return Ok(None) };
        let account = self.user.as_ref().zip(self.password.as_ref());
        let usual = if self.wants_tls() { PORT_OF_TLS } else { PORT };
        Ok(Some(OtherBroker {
            host,
            port: port.unwrap_or(usual),
            account: account.map(|(user_name, password)| Account::new(user_name, password)),
            #[cfg(feature = "tls")]
            tls: self.cafile.as_deref().map(trust).transpose()?,
        }))
    }

    /// Whether none was named.
    #[cfg(not(feature = "tls"))]
    pub(super) fn is_ours(&self) -> bool {
        self.broker.is_none()
    }

    /// Whether the connections are to be over TLS.
    pub(super) fn wants_tls(&self) -> bool {
        self.cafile.is_some()
    }
}

#[cfg(feature = "tls")]
fn trust(path: &std::path::Path) -> Result<client::Tls, Failure> {
    client::Tls::read(path)
        .map_err(|error| Failure::Usage(format!("--cafile '{}': {error}", path.display())))
}

/// The ports by custom.
const PORT: u16 = 1883;
const PORT_OF_TLS: u16 = 8883;

/// Reads `localhost`, `localhost:1883`, `::1` and `[::1]:1883`.
fn host_and_port(text: &str) -> Result<Address, String> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            let number = port.parse().ok().filter(|number| *number != 0);
            (host, Some(number.ok_or_else(|| format!("'{port}' is no port: use 1 to 65535"))?))
        }
        _ => (text, None),
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if host.is_empty() {
        return Err("there is no host before the port: write localhost:1883".to_owned());
    }
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_read() {
        for (text, host, port) in [
            ("localhost", "localhost", None),
            ("broker.example:1884", "broker.example", Some(1884)),
            ("127.0.0.1:65535", "127.0.0.1", Some(65_535)),
            ("::1", "::1", None),
            ("[::1]", "::1", None),
            ("[::1]:1884", "::1", Some(1884)),
        ] {
            assert_eq!(host_and_port(text), Ok((host.to_owned(), port)), "{text}");
        }
        for wrong in ["", ":1883", "localhost:", "localhost:0", "localhost:70000", "a:mqtt"] {
            assert!(host_and_port(wrong).is_err(), "{wrong}");
        }
    }
}
