//! A packet sent to a broker, to see what the broker does about it.
//!
//! ```text
//!   CONNECT ──▶  ◀── CONNACK        first, where the packet is not to be the first one
//!   packet ───▶  ◀── answers
//!   PINGREQ ──▶  ◀── PINGRESP       the broker is still there: it took the packet
//!                ◀── closed         it did not
//! ```
//!
//! Without the PINGREQ behind it, a packet that has no answer could be told from one that the broker
//! still waits for by nothing but time.

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use tap::{Connection, Direction, Record, Side, Tap, What};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::{Disconnect, MAX_PACKET, Packet, PacketType, Pingreq, take_frame};

/// A packet for a broker, and how it is brought there.
#[derive(Clone, Debug)]
pub struct Probe {
    /// A CONNECT that goes first; `None` where `packet` is to be the first one.
    pub connect: Option<Bytes>,
    /// The packet: any bytes.
    pub packet: Bytes,
    /// For how long an answer is awaited.
    pub patience: Duration,
}

/// What a broker did about a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It answered the PINGREQ behind the packet.
    Took,
    /// It closed the Network Connection.
    Closed,
    /// It did nothing for as long as anybody was patient.
    Waits,
    /// It did not even accept the CONNECT that went first.
    Refused,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Took => "The broker answers PINGRESP: to it that was a good packet.",
            Self::Closed => "The broker closed the Network Connection.",
            Self::Waits => {
                "Nothing comes: the broker waits for the rest of the packet, and took the PINGREQ \
                 for a part of it."
            }
            Self::Refused => "The broker did not accept the CONNECT that went first.",
        })
    }
}

impl Probe {
    /// Sends it over this connection, tells the tap what passes, and what became of it.
    ///
    /// # Errors
    ///
    /// What the system reports, other than that the broker closed the connection.
    pub async fn send(self, socket: TcpStream, tap: &dyn Tap) -> io::Result<Verdict> {
        let connection = Connection { client: socket.local_addr()?, server: socket.peer_addr()? };
        let mut line = Line { socket, connection, tap, buffer: BytesMut::new() };
        line.tell(What::Opened { client_name: None });
        if let Some(connect) = self.connect {
            line.write(connect).await;
            match line.await_packet(PacketType::Connack, self.patience).await? {
                Awaited::Packet(connack) if is_accepted(&connack) => {}
                _ => return Ok(Verdict::Refused),
            }
        }
        let last = PacketType::of_first_byte(self.packet.first().copied().unwrap_or(0));
        line.write(self.packet).await;
        if last != Some(PacketType::Disconnect) {
            line.write(encoded(&Pingreq.into())?).await;
        }
        match line.await_packet(PacketType::Pingresp, self.patience).await? {
            Awaited::Packet(_) => {
                line.write(encoded(&Disconnect.into())?).await;
                Ok(Verdict::Took)
            }
            Awaited::Closed => Ok(Verdict::Closed),
            Awaited::Nothing => Ok(Verdict::Waits),
        }
    }
}

fn encoded(packet: &Packet) -> io::Result<Bytes> {
    packet.to_bytes().map_err(io::Error::other)
}

fn is_accepted(connack: &Bytes) -> bool {
    let accepted = wire::ConnectReturnCode::ACCEPTED;
    let packet = Packet::decode(connack, wire::Version::default());
    matches!(packet, Ok(Packet::Connack(connack)) if connack.return_code == accepted)
}

/// What came while a packet was awaited.
enum Awaited {
    Packet(Bytes),
    Closed,
    Nothing,
}

/// The connection, and who looks on.
struct Line<'t> {
    socket: TcpStream,
    connection: Connection,
    tap: &'t dyn Tap,
    buffer: BytesMut,
}

impl Line<'_> {
    /// The broker may close before all of it is written: what it does is read afterwards.
    async fn write(&mut self, bytes: Bytes) {
        self.tell(What::Packet { direction: Direction::ToServer, bytes: bytes.clone() });
        let _ = self.socket.write_all(&bytes).await;
    }

    /// Reads until a packet of this type comes, or the broker closes.
    async fn await_packet(
        &mut self,
        wanted: PacketType,
        patience: Duration,
    ) -> io::Result<Awaited> {
        let read = tokio::time::timeout(patience, self.read_packet(wanted));
        read.await.unwrap_or(Ok(Awaited::Nothing))
    }

    async fn read_packet(&mut self, wanted: PacketType) -> io::Result<Awaited> {
        loop {
            while let Ok(Some(frame)) = take_frame(&mut self.buffer, MAX_PACKET) {
                let packet_type = frame.first().copied().and_then(PacketType::of_first_byte);
                self.tell(What::Packet { direction: Direction::ToClient, bytes: frame.clone() });
                if packet_type == Some(wanted) {
                    return Ok(Awaited::Packet(frame));
                }
            }
            match self.socket.read_buf(&mut self.buffer).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if is_closed(error.kind()) => break,
                Err(error) => return Err(error),
            }
        }
        if !self.buffer.is_empty() {
            let bytes = self.buffer.split().freeze();
            self.tell(What::Packet { direction: Direction::ToClient, bytes });
        }
        self.tell(What::Closed { by: Side::Server });
        Ok(Awaited::Closed)
    }

    fn tell(&self, what: What) {
        let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        self.tap.record(Record { time, connection: Some(self.connection), what });
    }
}

/// Whoever closes with bytes unread resets the connection: that is closed as well.
fn is_closed(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe)
}
