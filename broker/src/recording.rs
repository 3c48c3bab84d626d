//! What the tap is told.
//!
//! `--cfg untapped` builds a broker that tells nothing, so that `tests/load` can hold it beside one with a
//! tap that nobody looks at.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

#[cfg(feature = "tls")]
use broker_core::ConnectionId;
use tap::{Clock, Connection, Direction, Passing, Record, What};

use crate::hub::Hub;

impl Hub {
    pub(crate) fn record_packet(&self, connection: Connection, direction: Direction, bytes: &[u8]) {
        if cfg!(not(untapped))
            && self.settings.tap_packets
            && let Some(tap) = &self.settings.tap
        {
            tap.packet(&Passing { connection, direction, bytes, clock: &self.clock });
        }
    }

    pub(crate) fn record(&self, connection: Option<Connection>, what: impl FnOnce() -> What) {
        if cfg!(not(untapped))
            && let Some(tap) = &self.settings.tap
        {
            tap.record(Record { time: now(), connection, what: what() });
        }
    }

    /// Something happened to this Network Connection that no packet shows.
    #[cfg(feature = "tls")]
    pub(crate) fn told(&self, id: ConnectionId, sentence: &str) {
        if let Some(connection) = self.state().connection(id) {
            let text = format!("{}: {sentence}", connection.client);
            self.record(Some(connection), || What::Event(text));
        }
    }
}

/// Tells when a packet passes, since the Unix epoch.
///
/// The first ones of a turn have a time of their own: how long a broker takes for its answer is to be seen. To
/// look at the clock takes a tenth of what the broker needs for a packet, though, so where hundreds pass in one
/// turn, some share a time. A turn begins whenever the broker's state is taken, and packets are told while it is
/// held: the atomics are here because that state is lent out then, and they order nothing.
#[derive(Debug, Default)]
pub(crate) struct TurnClock {
    /// The last look, in nanoseconds.
    last: AtomicU64,
    /// How many packets have passed in this turn.
    passed: AtomicU32,
}

/// So many packets of a turn have a time of their own.
const OWN: u32 = 16;

/// So many of those behind them share one.
const TOGETHER: u32 = 64;

impl TurnClock {
    /// A turn begins.
    pub(crate) fn begin(&self) {
        self.passed.store(0, Ordering::Relaxed);
    }
}

impl Clock for TurnClock {
    fn time(&self) -> Duration {
        let passed = self.passed.load(Ordering::Relaxed);
        self.passed.store(passed.wrapping_add(1), Ordering::Relaxed);
        if passed < OWN || passed.is_multiple_of(TOGETHER) {
            let now = now();
            self.last.store(u64::try_from(now.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
            return now;
        }
        Duration::from_nanos(self.last.load(Ordering::Relaxed))
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_packets_some_share_a_time_until_the_next_turn() {
        let clock = TurnClock::default();
        for _turn in 0..2 {
            clock.begin();
            let mut times = Vec::new();
            for _packet in 0..OWN + 2 * TOGETHER {
                times.push(clock.time());
                let before = now();
                while now() == before {}
            }
            times.dedup();
            assert_eq!(times.len(), OWN as usize + 2, "{times:?}");
            assert!(times.is_sorted());
        }
    }
}
