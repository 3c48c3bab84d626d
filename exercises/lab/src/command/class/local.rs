//! Nothing leaves the local network.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

/// The port of MQTT.
const PORT: u16 = 1883;

/// The addresses behind `HOST[:PORT]`, all of them in the local network.
pub(super) fn resolve(place: &str) -> Result<SocketAddr, String> {
    let addresses: Vec<SocketAddr> = match place.parse::<IpAddr>() {
        Ok(address) => vec![(address, PORT).into()],
        Err(_) => with_port(place)
            .to_socket_addrs()
            .map_err(|error| format!("'{place}' is no HOST:PORT that is known here: {error}"))?
            .collect(),
    };
    match addresses.iter().find(|address| !is_local(address.ip())) {
        Some(address) => Err(format!(
            "{address} is not in the local network, and a class stays there: use an address such as \
             192.168.1.5, 10.0.0.5 or 127.0.0.1"
        )),
        None => addresses.first().copied().ok_or_else(|| format!("'{place}' has no address")),
    }
}

fn with_port(place: &str) -> String {
    let has_port = place.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if has_port { place.to_owned() } else { format!("{place}:{PORT}") }
}

/// Whether an address is of this machine or of the network at hand. The one that stands for all addresses
/// of this machine is not: who listens says on which.
fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_network_is_known() {
        for place in
            ["127.0.0.1", "10.1.2.3:99", "192.168.1.5", "172.16.0.1:1", "[fd00::1]:5", "::1"]
        {
            assert!(resolve(place).is_ok(), "{place}");
        }
        for place in
            ["8.8.8.8", "0.0.0.0:1883", "172.32.0.1:1", "[2001:db8::1]:5", "::ffff:8.8.8.8"]
        {
            assert!(resolve(place).is_err(), "{place}");
        }
        assert_eq!(resolve("10.1.2.3"), Ok(SocketAddr::from(([10, 1, 2, 3], 1883))));
    }
}
