//! What the tap is told.
//!
//! `--cfg untapped` builds a broker that tells nothing, so that `tests/load` can hold it beside one with a
//! tap that nobody looks at.

use std::time::{Duration, SystemTime};

#[cfg(feature = "tls")]
use broker_core::ConnectionId;
use tap::{Connection, Direction, Passing, Record, What};

use crate::hub::Hub;

impl Hub {
    pub(crate) fn record_packet(&self, connection: Connection, direction: Direction, bytes: &[u8]) {
        if cfg!(not(untapped))
            && self.settings.tap_packets
            && let Some(tap) = &self.settings.tap
        {
            tap.packet(&Passing { connection, direction, bytes, clock: &time });
        }
    }

    pub(crate) fn record(&self, connection: Option<Connection>, what: impl FnOnce() -> What) {
        if cfg!(not(untapped))
            && let Some(tap) = &self.settings.tap
        {
            tap.record(Record { time: time(), connection, what: what() });
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

/// When something happens now: since the Unix epoch. Each packet is asked for its own time, though to look at
/// the clock is a tenth of what it costs to record one: how long a broker takes for its answer is to be seen.
fn time() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
