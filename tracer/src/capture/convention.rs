//! How the facts of a trace are told in frames: what the writer writes, and the reader knows again.
//!
//! A frame is known as the lab's by its Ethernet addresses, which no real card has (the bit for
//! "locally administered" is set, and the letters spell MQC and MQS):
//!
//! ```text
//!   client's end   02:4d:51:43:00:00
//!   server's end   02:4d:51:53:pp:pp    pp:pp is the server's real port
//! ```
//!
//! The port in the TCP header is 1883 whatever the real one is, because that is the port at which
//! Wireshark looks for MQTT; for a connection over TLS it is 8883, where Wireshark looks for TLS and for
//! MQTT in it.

use std::net::{IpAddr, SocketAddr};

use tap::{Connection, Direction};

/// The port that stands in the TCP header for the server's (§4.2: the one assigned to MQTT).
pub(super) const WRITTEN_PORT: u16 = 1883;

/// The same for a connection over TLS.
pub(super) const SEALED_PORT: u16 = 8883;

/// The most bytes that one segment carries: what an IPv4 packet can have, without both headers.
pub(super) const LARGEST_PAYLOAD: usize = 65_495;

/// The EtherType of a frame that carries no segment, but an event of no connection: the one that
/// IEEE 802 leaves to local experiments.
pub(super) const EVENT_ETHER_TYPE: u16 = 0x88b5;

/// Begins the comment of a frame that tells of an event.
pub(super) const EVENT: &str = "event: ";

/// Begins the comment of a SYN that tells how the client is called.
pub(super) const CLIENT: &str = "client: ";

/// The comment of a SYN that nobody saw: the connection may have been there before.
pub(super) const JOINED: &str = "nobody told when this connection was opened";

/// The Ethernet address of frames that belong to no connection.
pub(super) const NOBODY: [u8; 6] = [0x02, b'M', b'Q', b'T', b'T', 0];

const CLIENT_ETHERNET: [u8; 6] = [0x02, b'M', b'Q', b'C', 0, 0];
const SERVER_ETHERNET: [u8; 4] = [0x02, b'M', b'Q', b'S'];

/// The Ethernet addresses of sender and receiver.
pub(super) fn ethernet(connection: Connection, direction: Direction) -> ([u8; 6], [u8; 6]) {
    let [m, a, r, k] = SERVER_ETHERNET;
    let [high, low] = connection.server.port().to_be_bytes();
    in_direction(direction, CLIENT_ETHERNET, [m, a, r, k, high, low])
}

/// The server's real port and the direction, if these are Ethernet addresses of the lab.
pub(super) fn from_ethernet(sender: [u8; 6], receiver: [u8; 6]) -> Option<(u16, Direction)> {
    let (server, direction) = match (sender, receiver) {
        (CLIENT_ETHERNET, server) => (server, Direction::ToServer),
        (server, CLIENT_ETHERNET) => (server, Direction::ToClient),
        _ => return None,
    };
    let [high, low] = server.strip_prefix(&SERVER_ETHERNET)?.try_into().ok()?;
    Some((u16::from_be_bytes([high, low]), direction))
}

/// What belongs to the sender and to the receiver, out of what belongs to client and server.
pub(super) fn in_direction<T>(direction: Direction, client: T, server: T) -> (T, T) {
    match direction {
        Direction::ToServer => (client, server),
        Direction::ToClient => (server, client),
    }
}

/// The other direction.
pub(crate) fn reverse(direction: Direction) -> Direction {
    match direction {
        Direction::ToServer => Direction::ToClient,
        Direction::ToClient => Direction::ToServer,
    }
}

/// One spelling for each connection. A socket that takes both IPv4 and IPv6 gives IPv4 addresses as
/// `::ffff:127.0.0.1`, while the peer knows itself as `127.0.0.1`. Flow labels and scopes, which an
/// IP header cannot carry or which mean something on one machine alone, are left out.
pub(super) fn canonical(connection: Connection) -> Connection {
    let canonical = |end: SocketAddr| match end {
        SocketAddr::V4(_) => end,
        SocketAddr::V6(end) => SocketAddr::new(end.ip().to_canonical(), end.port()),
    };
    Connection { client: canonical(connection.client), server: canonical(connection.server) }
}

/// Both addresses in the family in which one IP header can carry them.
pub(super) fn addresses(connection: Connection) -> (IpAddr, IpAddr) {
    match (connection.client.ip(), connection.server.ip()) {
        (IpAddr::V4(client), server @ IpAddr::V6(_)) => (client.to_ipv6_mapped().into(), server),
        (client @ IpAddr::V6(_), IpAddr::V4(server)) => (client, server.to_ipv6_mapped().into()),
        same_family => same_family,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(client: &str, server: &str) -> Connection {
        Connection { client: client.parse().unwrap(), server: server.parse().unwrap() }
    }

    #[test]
    fn ethernet_addresses_keep_direction_and_port() {
        let connection = connection("10.0.0.1:50000", "10.0.0.2:18830");
        for direction in [Direction::ToServer, Direction::ToClient] {
            let (sender, receiver) = ethernet(connection, direction);
            assert_eq!(from_ethernet(sender, receiver), Some((18_830, direction)));
        }
    }

    #[test]
    fn ethernet_addresses_of_others_are_left_to_others() {
        assert_eq!(from_ethernet([0; 6], [0; 6]), None);
        assert_eq!(from_ethernet(CLIENT_ETHERNET, CLIENT_ETHERNET), None);
        assert_eq!(from_ethernet(CLIENT_ETHERNET, [0x02, 0x42, 0, 0, 0, 1]), None);
    }

    #[test]
    fn an_ipv4_address_has_one_spelling() {
        let told_by_broker = connection("[::ffff:127.0.0.1]:50000", "[::ffff:127.0.0.1]:1883");
        let told_by_client = connection("127.0.0.1:50000", "127.0.0.1:1883");
        assert_eq!(canonical(told_by_broker), told_by_client);
    }
}
