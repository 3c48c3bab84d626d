//! `--broker HOST:PORT`: which broker a learner means, and who the clients say they are there.

use clap::Args;
use lab::{Account, OtherBroker};

/// What a learner says about a broker of their own.
#[derive(Args)]
pub(super) struct BrokerOptions {
    /// Play on this broker instead of the lab's own: mosquitto, for instance. Port 1883 unless named
    #[arg(
        long,
        value_name = "HOST[:PORT]",
        value_parser = host_and_port,
        conflicts_with_all = ["on_virtual_network", "list"],
        help_heading = "Another broker"
    )]
    broker: Option<(String, u16)>,
    /// The User Name with which every client comes to that broker
    #[arg(long, value_name = "NAME", requires_all = ["broker", "password"], help_heading = "Another broker")]
    user: Option<String>,
    /// Its Password. The trace shows it, as it shows everything
    #[arg(long, value_name = "PASSWORD", requires = "user", help_heading = "Another broker")]
    password: Option<String>,
}

impl BrokerOptions {
    /// The broker that was named, if one was.
    pub(super) fn other(&self) -> Option<OtherBroker> {
        let (host, port) = self.broker.clone()?;
        let account = self.user.as_ref().zip(self.password.as_ref());
        let account = account.map(|(user_name, password)| Account::new(user_name, password));
        Some(OtherBroker { host, port, account })
    }
}

/// The port by custom.
const PORT: u16 = 1883;

/// Reads `localhost`, `localhost:1883`, `::1` and `[::1]:1883`.
fn host_and_port(text: &str) -> Result<(String, u16), String> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            let number = port.parse().ok().filter(|number| *number != 0);
            (host, number.ok_or_else(|| format!("'{port}' is no port: use 1 to 65535"))?)
        }
        _ => (text, PORT),
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
            ("localhost", "localhost", 1883),
            ("broker.example:1884", "broker.example", 1884),
            ("127.0.0.1:65535", "127.0.0.1", 65_535),
            ("::1", "::1", 1883),
            ("[::1]", "::1", 1883),
            ("[::1]:1884", "::1", 1884),
        ] {
            assert_eq!(host_and_port(text), Ok((host.to_owned(), port)), "{text}");
        }
        for wrong in ["", ":1883", "localhost:", "localhost:0", "localhost:70000", "a:mqtt"] {
            assert!(host_and_port(wrong).is_err(), "{wrong}");
        }
    }
}
