//! One connection: two directions, each read, told and written on.

use std::io;
use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use tap::{Connection, Direction, Record, Side, Tap, What};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use super::{Relayed, now};
use crate::capture::{Cut, Framer, begins_like_tls};

/// How many bytes are read at once, at most.
const READ: usize = 64 * 1024;

/// What bytes are read from and written to.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Relays between client and server until both have closed, one of them is gone, or the proxy is
/// stopped. It tells what passes, and, if one of them closed the connection, which.
pub(super) async fn relay(
    client: Box<dyn Stream>,
    server: Box<dyn Stream>,
    teller: &Teller,
    mut stopped: watch::Receiver<()>,
) -> Relayed {
    let (mut to_server, mut to_client) =
        (Half::new(Direction::ToServer), Half::new(Direction::ToClient));
    let (client_reader, client_writer) = tokio::io::split(client);
    let (server_reader, server_writer) = tokio::io::split(server);
    let seen = Seen::default();
    let both = async {
        // An error on one side ends both directions at once; a mere end lets the other one finish.
        let broken = tokio::try_join!(
            to_server.pump(client_reader, server_writer, teller, &seen),
            to_client.pump(server_reader, client_writer, teller, &seen),
        );
        broken.err()
    };
    let broken_by = tokio::select! {
        broken_by = both => broken_by,
        _ = stopped.changed() => None,
    };
    to_server.end(teller);
    to_client.end(teller);
    if let Some(by) = seen.closed.into_inner().or(broken_by) {
        if by == Side::Server && to_client.position == 0 {
            teller.silent_broker();
        }
        teller.tell(What::Closed { by });
    }
    Relayed {
        connections: 1,
        refused: 0,
        to_server: to_server.position,
        to_client: to_client.position,
    }
}

/// Tells what happens on one connection.
pub(super) struct Teller {
    pub(super) connection: Connection,
    /// Who is told of the packets.
    pub(super) tap: Arc<dyn Tap>,
    /// Who is told of the bytes that they are in, and of all else.
    pub(super) records: Option<Arc<dyn Tap>>,
    /// Whether the proxy speaks TLS to the broker.
    pub(super) is_secured: bool,
}

impl Teller {
    pub(super) fn tell(&self, what: What) {
        let record = Record { time: now(), connection: Some(self.connection), what };
        if let (Some(records), false) = (&self.records, matches!(record.what, What::Packet { .. }))
        {
            records.record(record.clone());
        }
        self.tap.record(record);
    }

    pub(super) fn event(&self, text: impl Into<String>) {
        self.tell(What::Event(text.into()));
    }

    /// Reading failed. What the system says is seen by who closed; what TLS says is not.
    #[cfg_attr(not(feature = "tls"), allow(clippy::unused_self))] // as with the feature
    fn broken(&self, error: &io::Error) {
        #[cfg(feature = "tls")]
        if let Some(why) = super::security::why(error) {
            self.event(why);
        }
        #[cfg(not(feature = "tls"))]
        let _ = error;
    }

    /// Who is told of the bytes of a stream of this connection.
    #[cfg(feature = "tls")]
    pub(super) fn records_to(&self, tap: Option<&Arc<dyn Tap>>) -> Option<super::watched::Records> {
        let tap = Arc::clone(tap?);
        Some(super::watched::Records { connection: self.connection, tap })
    }

    /// One end speaks TLS where the proxy does not.
    fn foreign(&self, direction: Direction) {
        self.event(match direction {
            Direction::ToServer => {
                "the client speaks TLS, and this proxy does not: its bytes pass as they are, and \
                 nobody can read them here; with --listen-cert and --listen-key the proxy answers in \
                 TLS itself"
            }
            Direction::ToClient => {
                "the broker answers in TLS: it does not speak plain MQTT on this port; with --cafile \
                 the proxy speaks TLS to it"
            }
        });
    }

    /// The broker closed without a word.
    fn silent_broker(&self) {
        const USUAL_PORT_OF_TLS: u16 = 8883;
        if !self.is_secured && self.connection.server.port() == USUAL_PORT_OF_TLS {
            self.event(
                "the broker closed without an answer, as one does that expects TLS on this port; with \
                 --cafile the proxy speaks TLS to it",
            );
        }
    }
}

/// What both directions know of each other.
#[derive(Default)]
struct Seen {
    /// Who closed first.
    closed: OnceLock<Side>,
    /// Where the first bytes that are TLS went to.
    tls: OnceLock<Direction>,
}

/// One direction.
struct Half {
    direction: Direction,
    framer: Framer,
    cuts: Vec<Cut>,
    /// Whether it is TLS, and no packets are to be found.
    is_tls: bool,
    /// How many bytes came.
    position: u64,
}

impl Half {
    fn new(direction: Direction) -> Self {
        Self { direction, framer: Framer::default(), cuts: Vec::new(), is_tls: false, position: 0 }
    }

    /// Reads, tells and writes on until the sender closes, and notes who closed first. An error is the
    /// side that is gone.
    async fn pump(
        &mut self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        teller: &Teller,
        seen: &Seen,
    ) -> Result<(), Side> {
        let (sender, receiver) = match self.direction {
            Direction::ToServer => (Side::Client, Side::Server),
            Direction::ToClient => (Side::Server, Side::Client),
        };
        let mut buffer = BytesMut::new();
        loop {
            buffer.reserve(READ);
            let read = match from.read_buf(&mut buffer).await {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0, // TLS, and no leave taken
                read => read.map_err(|error| {
                    teller.broken(&error);
                    sender
                })?,
            };
            if read == 0 {
                self.end(teller);
                let _ = seen.closed.set(sender); // unless the other one was first
                return to.shutdown().await.or_else(harmless).map_err(|_| receiver);
            }
            let bytes = buffer.split().freeze();
            self.take(&bytes, teller, seen);
            to.write_all(&bytes).await.map_err(|_| receiver)?;
            to.flush().await.map_err(|_| receiver)?;
        }
    }

    /// Tells the packets in these bytes.
    fn take(&mut self, bytes: &Bytes, teller: &Teller, seen: &Seen) {
        if self.position == 0 && begins_like_tls(bytes) {
            self.is_tls = true;
            if seen.tls.set(self.direction).is_ok() {
                teller.foreign(self.direction);
            }
        }
        if !self.is_tls {
            self.framer.push(self.position, bytes, &mut self.cuts);
        }
        self.position += bytes.len() as u64;
        self.tell(teller);
    }

    /// No more comes: what is there of a packet is told as it is.
    fn end(&mut self, teller: &Teller) {
        self.framer.end(&mut self.cuts);
        self.tell(teller);
    }

    fn tell(&mut self, teller: &Teller) {
        for cut in self.cuts.drain(..) {
            if let Cut::Packet(_, bytes) = cut {
                teller.tell(What::Packet { direction: self.direction, bytes });
            }
        }
    }
}

/// The other end may have closed for good meanwhile: then there is nothing to shut down.
fn harmless(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotConnected { Ok(()) } else { Err(error) }
}
