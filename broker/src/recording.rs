//! What the tap is told.
//!
//! `--cfg untapped` builds a broker that tells nothing, so that `tests/load` can hold it beside one with a
//! tap that nobody looks at.

use std::time::SystemTime;

#[cfg(feature = "tls")]
use broker_core::ConnectionId;
use bytes::Bytes;
use tap::{Connection, Direction, Record, What};

use crate::hub::Hub;

impl Hub {
    pub(crate) fn sees_packets(&self) -> bool {
        cfg!(not(untapped)) && self.settings.tap.is_some() && self.settings.tap_packets
    }

    pub(crate) fn record_packet(
        &self,
        connection: Connection,
        direction: Direction,
        bytes: &Bytes,
    ) {
        if self.sees_packets() {
            self.record(Some(connection), || What::Packet { direction, bytes: bytes.clone() });
        }
    }

    pub(crate) fn record(&self, connection: Option<Connection>, what: impl FnOnce() -> What) {
        if cfg!(not(untapped))
            && let Some(tap) = &self.settings.tap
        {
            let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            tap.record(Record { time, connection, what: what() });
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
