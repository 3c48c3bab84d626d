//! What the tap is told.
//!
//! `--cfg untapped` builds a broker that tells nothing, so that `tests/load` can hold it beside one with a
//! tap that nobody looks at.

use std::sync::atomic::{AtomicU64, Ordering};
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
            tap.packet(&Passing { connection, direction, bytes, clock: &|| self.clock.time() });
        }
    }

    pub(crate) fn record(&self, connection: Option<Connection>, what: impl FnOnce() -> What) {
        if cfg!(not(untapped))
            && let Some(tap) = &self.settings.tap
        {
            tap.record(Record { time: self.clock.time(), connection, what: what() });
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

/// Tells when something happened. To look at the clock takes a tenth of what the broker needs for a packet
/// and all that it leads to, so there is one look for these together: they have one time.
///
/// Time stands and passes under the lock of the broker's state. Who records without that lock may be told a
/// time that has just been.
#[derive(Debug, Default)]
pub(crate) struct Clock(AtomicU64);

/// Time passes.
const PASSES: u64 = 0;

/// Time stands as soon as somebody asks for it. From then on, it is the nanoseconds.
const STOPPED: u64 = 1;

impl Clock {
    /// From now on, there is one time.
    pub(crate) fn stop(&self) {
        if cfg!(not(untapped)) {
            self.0.store(STOPPED, Ordering::Relaxed);
        }
    }

    /// From now on, time passes.
    pub(crate) fn go(&self) {
        self.0.store(PASSES, Ordering::Relaxed);
    }

    /// Since the Unix epoch.
    fn time(&self) -> Duration {
        let time = self.0.load(Ordering::Relaxed);
        if time > STOPPED {
            return Duration::from_nanos(time);
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        if time == STOPPED {
            let now = u64::try_from(now.as_nanos()).unwrap_or(PASSES);
            // Where time passes again by now, nothing is kept.
            let _ = self.0.compare_exchange(STOPPED, now, Ordering::Relaxed, Ordering::Relaxed);
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_a_packet_leads_to_has_one_time() {
        let clock = Clock::default();
        clock.stop();
        let time = clock.time();
        assert!(time > Duration::from_nanos(STOPPED));
        while SystemTime::UNIX_EPOCH + time >= SystemTime::now() {}
        assert_eq!(clock.time(), time);
        clock.go();
        assert_ne!(clock.time(), time);
    }
}
