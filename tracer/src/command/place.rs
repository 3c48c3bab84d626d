//! Where a broker is, as it is named on the command line.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// `HOST`, `HOST:PORT`, `[IPv6]:PORT`, or an IPv6 address alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// A name or an address, without brackets.
    pub(super) host: String,
    pub(super) port: Option<u16>,
}

impl Place {
    /// `HOST:PORT`, as a connection is opened to it.
    pub(super) fn address(&self, usual_port: u16) -> String {
        let port = self.port.unwrap_or(usual_port);
        match self.host.parse::<IpAddr>() {
            Ok(address) => SocketAddr::new(address, port).to_string(),
            Err(_) => format!("{}:{port}", self.host),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(Self { host: address.ip().to_string(), port: Some(address.port()) });
        }
        if let Ok(address) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(Self { host: address.to_string(), port: None });
        }
        let (host, port) = match text.split_once(':') {
            None => (text, Some(None)),
            Some((host, port)) => (host, port.parse().ok().map(Some)),
        };
        match port {
            Some(port) if !host.is_empty() => Ok(Self { host: host.to_owned(), port }),
            _ => Err("a broker is HOST or HOST:PORT, such as test.mosquitto.org:1883".to_owned()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => f.write_str(&self.address(port)),
            None => f.write_str(&self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_a_host_with_or_without_port() {
        let address = |text: &str| text.parse().map(|place: Place| place.address(1883));
        assert_eq!(address("example.org").unwrap(), "example.org:1883");
        assert_eq!(address("example.org:8883").unwrap(), "example.org:8883");
        assert_eq!(address("10.0.0.5").unwrap(), "10.0.0.5:1883");
        assert_eq!(address("::1").unwrap(), "[::1]:1883");
        assert_eq!(address("[::1]").unwrap(), "[::1]:1883");
        assert_eq!(address("[::1]:1885").unwrap(), "[::1]:1885");
        for wrong in ["", ":1883", "host:", "host:port", "mqtt://host:1883"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_host_of_an_address_has_no_brackets() {
        let place: Place = "[::1]:8883".parse().unwrap();
        assert_eq!(place.host, "::1");
    }
}
