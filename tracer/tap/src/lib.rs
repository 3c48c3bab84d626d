//! What a broker or a client tells about its traffic, to whoever wants to look.
//!
//! The shells of broker and client hand every packet to a [`Tap`], as the bytes that went over the
//! wire, at the moment at which they were read or are written. They know nothing else of the tracer:
//! whether a tap prints, streams to another process, writes a file or collects for a test is its own
//! affair. Without a tap nothing is recorded, and nothing is spent.
//!
//! ```text
//!   socket ──▶ shell ──▶ core            the shell frames, the core decides
//!                │
//!                └─ Record ──▶ Tap       bytes and facts; the tracer decodes them again
//! ```

use std::cell::OnceCell;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

/// Takes what happens. A tap must not hold its caller up: where it cannot keep pace it drops, counts
/// what it dropped, and says so.
pub trait Tap: Send + Sync {
    /// Something happened.
    fn record(&self, record: Record);

    /// A Control Packet passes. It is [recorded](Self::record) like all else, unless a tap knows a shorter
    /// way: under load nearly all that happens is packets, a million of them a second.
    fn packet(&self, packet: &Passing<'_>) {
        self.record(packet.into());
    }
}

/// A Control Packet on its way past a tap. The bytes are lent, and nobody has looked at the clock yet: a
/// tap that copies the bytes anyway, or has no room for them, spends no more than that.
pub struct Passing<'a> {
    /// On which Network Connection.
    pub connection: Connection,
    /// Where to.
    pub direction: Direction,
    /// What goes over the wire, as in [`What::Packet`].
    pub bytes: &'a [u8],
    /// Tells when, as in [`Record::time`].
    pub clock: &'a dyn Clock,
}

/// Tells when a packet passes, to whoever asks.
pub trait Clock {
    /// The time, as in [`Record::time`].
    fn time(&self) -> Duration;
}

/// Somebody has looked already.
impl Clock for Duration {
    fn time(&self) -> Duration {
        *self
    }
}

impl From<&Passing<'_>> for Record {
    fn from(packet: &Passing<'_>) -> Self {
        let Passing { connection, direction, bytes, clock } = *packet;
        let bytes = Bytes::copy_from_slice(bytes);
        let what = What::Packet { direction, bytes };
        Self { time: clock.time(), connection: Some(connection), what }
    }
}

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When: since the Unix epoch on the machine's clock, since the start on a virtual one.
    pub time: Duration,
    /// On which Network Connection; `None` for what concerns no single one.
    pub connection: Option<Connection>,
    /// What.
    pub what: What,
}

impl Record {
    /// The packet that this record is of; `None` if it is of something else, or of no Network Connection.
    pub fn passing(&self) -> Option<Passing<'_>> {
        match (&self.what, self.connection) {
            (What::Packet { direction, bytes }, Some(connection)) => {
                Some(Passing { connection, direction: *direction, bytes, clock: &self.time })
            }
            _ => None,
        }
    }
}

/// A Network Connection, told by its two ends. Both of its ends tell it alike, so what a client and a
/// broker record of it belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Connection {
    /// The client's end.
    pub client: SocketAddr,
    /// The server's end.
    pub server: SocketAddr,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The Network Connection was opened.
    Opened {
        /// What to call the client, if anybody knows better than its Client Identifier.
        client_name: Option<Arc<str>>,
    },
    /// A Control Packet passed: its bytes from the fixed header to the last one. What is no packet
    /// (garbage, the first part of one that was cut off) passes as the bytes that it is.
    Packet {
        /// Where to.
        direction: Direction,
        /// What went over the wire.
        bytes: Bytes,
    },
    /// One end closed the Network Connection.
    Closed {
        /// Which one.
        by: Side,
    },
    /// A fact that no packet carries, as a sentence: `keep alive of alice ran out after 7.5 s`.
    Event(String),
    /// Packets passed that are not told of. So from here on nobody knows all that was said: on this
    /// Network Connection or, where none is named, on any of them.
    Missing,
}

/// Where a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// An end of a Network Connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The client's.
    Client,
    /// The server's.
    Server,
}

/// Two that look on: each of them is told everything, the first one first.
pub struct Both(pub Arc<dyn Tap>, pub Arc<dyn Tap>);

impl Tap for Both {
    fn record(&self, record: Record) {
        self.0.record(record.clone());
        self.1.record(record);
    }

    /// Both are told the same time.
    fn packet(&self, packet: &Passing<'_>) {
        let once = Once { clock: packet.clock, time: OnceCell::new() };
        let packet = Passing { clock: &once, ..*packet };
        self.0.packet(&packet);
        self.1.packet(&packet);
    }
}

/// One look at a clock, however often it is asked for.
struct Once<'a> {
    clock: &'a dyn Clock,
    time: OnceCell<Duration>,
}

impl Clock for Once<'_> {
    fn time(&self) -> Duration {
        *self.time.get_or_init(|| self.clock.time())
    }
}

/// A tap that keeps everything, for tests and for whoever looks later.
#[derive(Clone, Debug, Default)]
pub struct Collector(Arc<Mutex<Vec<Record>>>);

impl Collector {
    /// Takes out what was recorded since the last call.
    pub fn take(&self) -> Vec<Record> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Tap for Collector {
    fn record(&self, record: Record) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A second has passed whenever somebody looks.
    struct Ticking(Cell<u64>);

    impl Clock for Ticking {
        fn time(&self) -> Duration {
            self.0.set(self.0.get() + 1);
            Duration::from_secs(self.0.get())
        }
    }

    #[test]
    fn both_are_told_the_same() {
        let (one, other) = (Collector::default(), Collector::default());
        let both = Both(Arc::new(one.clone()), Arc::new(other.clone()));
        let end = ([127, 0, 0, 1], 1883).into();
        both.packet(&Passing {
            connection: Connection { client: end, server: end },
            direction: Direction::ToServer,
            bytes: b"\xc0\x00",
            clock: &Ticking(Cell::new(0)),
        });
        let told = one.take();
        assert_eq!(told[0].time, Duration::from_secs(1));
        assert_eq!(told, other.take());
    }
}
