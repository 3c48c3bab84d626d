//! What is on its way over TCP: counted at both ends.
//!
//! Broker and clients tell a tap what they sent and what they took. Where one end has sent more than
//! the other one took, something is on its way.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tap::{Connection, Direction, Record, Side, Tap, What};
use tokio::sync::Notify;

/// Counts what both ends of each Network Connection tell.
#[derive(Default)]
pub(crate) struct Tally {
    connections: Mutex<BTreeMap<Connection, [End; 2]>>,
    /// What the client's end calls a connection, and what the server's end does, where it is not the
    /// same.
    aliases: Mutex<BTreeMap<Connection, Connection>>,
    /// Something was told.
    told: Notify,
}

/// What one end has told.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    sent: usize,
    taken: usize,
    is_closed: bool,
}

impl Tally {
    /// Waits until something was told since the last call.
    pub(crate) async fn moved(&self) {
        self.told.notified().await;
    }

    /// What clients tell of `near` is of the connection that the server calls `far`: somebody stands in
    /// between.
    #[cfg(feature = "tls")]
    pub(crate) fn also_called(&self, near: Connection, far: Connection) {
        self.aliases().insert(near, far);
    }

    /// A client gave this connection up, before it had anything to tell.
    #[cfg(feature = "tls")]
    pub(crate) fn given_up(&self, connection: Connection) {
        self.connections().entry(connection).or_default()[Side::Client as usize].is_closed = true;
    }

    /// Whether nothing is on its way, but to clients that do not read: the connections of `deaf`.
    pub(crate) fn is_at_rest(&self, deaf: &[Connection]) -> bool {
        let deaf: Vec<_> = deaf.iter().map(|it| self.called_by_the_server(*it)).collect();
        let mut connections = self.connections();
        connections.retain(|_, ends| !ends.iter().all(|end| end.is_closed));
        connections.iter().all(|(connection, [client, server])| {
            let is_deaf = deaf.contains(connection);
            let to_server = server.is_closed || (client.sent == server.taken && !client.is_closed);
            let to_client = is_deaf || (server.sent == client.taken && !server.is_closed);
            to_server && to_client
        })
    }

    fn note(&self, side: Side, record: &Record) {
        let Some(connection) = record.connection else { return };
        let connection = self.called_by_the_server(connection);
        let mut connections = self.connections();
        let end = &mut connections.entry(connection).or_default()[side as usize];
        match &record.what {
            What::Packet { direction, bytes } => match (side, direction) {
                (Side::Client, Direction::ToServer) | (Side::Server, Direction::ToClient) => {
                    end.sent += bytes.len();
                }
                (Side::Client, Direction::ToClient) | (Side::Server, Direction::ToServer) => {
                    end.taken += bytes.len();
                }
            },
            What::Closed { .. } => end.is_closed = true,
            What::Opened { .. } | What::Event(_) | What::Missing => return,
        }
        drop(connections);
        self.told.notify_one();
    }

    fn called_by_the_server(&self, connection: Connection) -> Connection {
        self.aliases().get(&connection).copied().unwrap_or(connection)
    }

    fn aliases(&self) -> MutexGuard<'_, BTreeMap<Connection, Connection>> {
        self.aliases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, BTreeMap<Connection, [End; 2]>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tap of one side: it counts, and tells somebody else.
pub(crate) struct Counted {
    pub(crate) tally: Arc<Tally>,
    pub(crate) side: Side,
    pub(crate) audience: Option<Arc<dyn Tap>>,
}

impl Tap for Counted {
    fn record(&self, record: Record) {
        self.tally.note(self.side, &record);
        if let Some(audience) = &self.audience {
            audience.record(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;

    #[test]
    fn what_one_end_sent_is_on_its_way_until_the_other_one_took_it() {
        let tally = Tally::default();
        let end = SocketAddr::from(([127, 0, 0, 1], 1883));
        let connection = Connection { client: end, server: end };
        let note = |side, what| {
            let record = Record { time: Duration::ZERO, connection: Some(connection), what };
            tally.note(side, &record);
        };
        let packet = |direction| What::Packet { direction, bytes: Bytes::from_static(b"\xc0\0") };
        assert!(tally.is_at_rest(&[]));

        note(Side::Client, packet(Direction::ToServer));
        assert!(!tally.is_at_rest(&[connection]), "the server has not taken it");
        note(Side::Server, packet(Direction::ToServer));
        note(Side::Server, packet(Direction::ToClient));
        assert!(!tally.is_at_rest(&[]), "the client has not taken it");
        assert!(tally.is_at_rest(&[connection]), "but for a deaf one nobody waits");
        note(Side::Client, packet(Direction::ToClient));
        assert!(tally.is_at_rest(&[]));

        note(Side::Client, What::Closed { by: Side::Client });
        assert!(!tally.is_at_rest(&[]), "the server does not know yet");
        note(Side::Server, What::Closed { by: Side::Client });
        assert!(tally.is_at_rest(&[]));
    }
}
