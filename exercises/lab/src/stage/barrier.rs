//! Whether anything is on its way, where the broker is somebody else's and does not tell.
//!
//! A server answers PINGREQ in its turn: what one client sent before was taken by then, and what the
//! server sent to it before has come. So each client asks with a PINGREQ of its own, until twice in a row
//! nothing else has passed: once for what a client had sent to reach the others' streams, and once
//! more for those streams to be read.
//!
//! These questions are the lab's and no part of a scenario. The audience does not see them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tap::{Connection, Record, Tap, What};
use wire::{Packet, Version};

/// The tap of the clients: it keeps the lab's own questions and their answers back, and passes on
/// everything else.
pub(crate) struct Barrier {
    audience: Arc<dyn Tap>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The next PINGREQ on this connection is a question of the lab.
    asking: Option<Connection>,
    /// Of each PINGREQ that is not answered, whether it is one.
    unanswered: BTreeMap<Connection, VecDeque<bool>>,
    /// How many packets passed that are none.
    passed: u64,
}

impl Barrier {
    pub(crate) fn new(audience: Arc<dyn Tap>) -> Self {
        Self { audience, state: Mutex::default() }
    }

    /// The next PINGREQ on this connection is a question of the lab.
    pub(crate) fn asks(&self, connection: Connection) {
        self.state().asking = Some(connection);
    }

    /// How many packets passed so far, without the lab's questions and their answers.
    pub(crate) fn passed(&self) -> u64 {
        self.state().passed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether this is a question of the lab, or an answer to one.
    fn keeps_back(&mut self, record: &Record) -> bool {
        let Some(connection) = record.connection else { return false };
        let What::Packet { bytes, .. } = &record.what else {
            if matches!(record.what, What::Closed { .. }) {
                self.unanswered.remove(&connection);
            }
            return false;
        };
        let unanswered = self.unanswered.entry(connection).or_default();
        let is_ours = match Packet::decode(bytes, Version::V3_1_1) {
            Ok(Packet::Pingreq(_)) => {
                let is_ours = self.asking.take_if(|asking| *asking == connection).is_some();
                unanswered.push_back(is_ours);
                is_ours
            }
            Ok(Packet::Pingresp(_)) => unanswered.pop_front().unwrap_or(false),
            _ => false,
        };
        self.passed += u64::from(!is_ours);
        is_ours
    }
}

impl Tap for Barrier {
    fn record(&self, record: Record) {
        let is_ours = self.state().keeps_back(&record);
        if !is_ours {
            self.audience.record(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use bytes::Bytes;
    use tap::{Collector, Direction};

    use super::*;

    #[test]
    fn a_clients_own_ping_is_seen_and_the_labs_is_not() {
        let seen = Collector::default();
        let barrier = Barrier::new(Arc::new(seen.clone()));
        let end = SocketAddr::from(([127, 0, 0, 1], 1883));
        let connection = Connection { client: end, server: end };
        let packet = |direction, bytes: &'static [u8]| {
            let what = What::Packet { direction, bytes: Bytes::from_static(bytes) };
            barrier.record(Record { time: Duration::ZERO, connection: Some(connection), what });
        };
        let (question, answer) = (b"\xc0\0", b"\xd0\0");

        packet(Direction::ToServer, question); // the client's own
        barrier.asks(connection);
        packet(Direction::ToServer, question);
        packet(Direction::ToClient, answer);
        packet(Direction::ToClient, answer);
        packet(Direction::ToServer, question);
        let shown = seen.take().into_iter().map(|record| match record.what {
            What::Packet { direction, .. } => direction,
            other => panic!("{other:?}"),
        });
        let (to_server, to_client) = (Direction::ToServer, Direction::ToClient);
        assert_eq!(shown.collect::<Vec<_>>(), [to_server, to_client, to_server]);
        assert_eq!(barrier.passed(), 3);
    }
}
