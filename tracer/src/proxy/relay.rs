//! One connection: two directions, each read, told and written on.

use std::io;
use std::sync::OnceLock;

use bytes::BytesMut;
use tap::{Connection, Direction, Record, Side, Tap, What};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use super::{Relayed, now};
use crate::capture::{Cut, Framer};

/// How many bytes are read at once, at most.
const READ: usize = 64 * 1024;

/// Relays between client and server until both have closed, one of them is gone, or the proxy is
/// stopped. It tells that the connection is open, what passes, and, if one of them closed it, which.
pub(super) async fn relay(
    connection: Connection,
    client: impl AsyncRead + AsyncWrite,
    server: impl AsyncRead + AsyncWrite,
    tap: &dyn Tap,
    mut stopped: watch::Receiver<()>,
) -> Relayed {
    let teller = Teller { connection, tap };
    teller.tell(What::Opened { client_name: None });
    let (mut to_server, mut to_client) =
        (Half::new(Direction::ToServer), Half::new(Direction::ToClient));
    let (client_reader, client_writer) = tokio::io::split(client);
    let (server_reader, server_writer) = tokio::io::split(server);
    let first = OnceLock::new();
    let both = async {
        // An error on one side ends both directions at once; a mere end lets the other one finish.
        let broken = tokio::try_join!(
            to_server.pump(client_reader, server_writer, teller, &first),
            to_client.pump(server_reader, client_writer, teller, &first),
        );
        broken.err()
    };
    let broken_by = tokio::select! {
        broken_by = both => broken_by,
        _ = stopped.changed() => None,
    };
    to_server.end(teller);
    to_client.end(teller);
    if let Some(by) = first.into_inner().or(broken_by) {
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
#[derive(Clone, Copy)]
struct Teller<'t> {
    connection: Connection,
    tap: &'t dyn Tap,
}

impl Teller<'_> {
    fn tell(self, what: What) {
        self.tap.record(Record { time: now(), connection: Some(self.connection), what });
    }
}

/// One direction.
struct Half {
    direction: Direction,
    framer: Framer,
    cuts: Vec<Cut>,
    /// How many bytes came.
    position: u64,
}

impl Half {
    fn new(direction: Direction) -> Self {
        Self { direction, framer: Framer::default(), cuts: Vec::new(), position: 0 }
    }

    /// Reads, tells and writes on until the sender closes, and notes who closed `first`. An error is
    /// the side that is gone.
    async fn pump(
        &mut self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        teller: Teller<'_>,
        first: &OnceLock<Side>,
    ) -> Result<(), Side> {
        let (sender, receiver) = match self.direction {
            Direction::ToServer => (Side::Client, Side::Server),
            Direction::ToClient => (Side::Server, Side::Client),
        };
        let mut buffer = BytesMut::new();
        loop {
            buffer.reserve(READ);
            let read = from.read_buf(&mut buffer).await.map_err(|_| sender)?;
            if read == 0 {
                self.end(teller);
                let _ = first.set(sender); // unless the other one was first
                return to.shutdown().await.or_else(harmless).map_err(|_| receiver);
            }
            let bytes = buffer.split().freeze();
            self.framer.push(self.position, &bytes, &mut self.cuts);
            self.position += read as u64;
            self.tell(teller);
            to.write_all(&bytes).await.map_err(|_| receiver)?;
            to.flush().await.map_err(|_| receiver)?;
        }
    }

    /// No more comes: what is there of a packet is told as it is.
    fn end(&mut self, teller: Teller<'_>) {
        self.framer.end(&mut self.cuts);
        self.tell(teller);
    }

    fn tell(&mut self, teller: Teller<'_>) {
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
