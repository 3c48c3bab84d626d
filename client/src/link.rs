//! One Network Connection of a client: its stream, and the bytes on their way in and out.

use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tap::{Connection, Direction};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::time::Instant;
use wire::{DecodeError, Packet, Version, take_frame};

use crate::transport::{Stream, Transport};

/// How many bytes one read takes at most.
const READ: usize = 16 << 10;

/// How long the server may take to close its end, once the client has closed its own.
const LINGER: Duration = Duration::from_secs(1);

pub(crate) struct Link {
    reader: ReadHalf<Box<dyn Stream>>,
    writer: WriteHalf<Box<dyn Stream>>,
    pub(crate) ends: Connection,
    version: Version,
    input: BytesMut,
    output: BytesMut,
    /// Whether nothing of what was written is held back: TLS takes more than it can send at once.
    is_flushed: bool,
    /// Whether the server has sent a whole packet.
    is_greeted: bool,
    closing: Closing,
}

/// How far the client's end is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    No,
    /// What is left to write is written first.
    Flushing,
    /// All is written; the server closes its end until then.
    Lingering(Instant),
}

/// What came and is no packet.
#[derive(Debug)]
pub(crate) enum Foreign {
    /// The server's first bytes are those of TLS.
    Tls,
    /// Anything else.
    Malformed(DecodeError),
}

/// What one turn of a link brought.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Bytes were written, or came that are no whole packet yet.
    Moved,
    /// Bytes came.
    Read,
    /// The stream has ended.
    Ended,
}

impl Link {
    pub(crate) fn new(transport: Transport, version: Version) -> Self {
        let Transport { stream, ends, .. } = transport;
        let (reader, writer) = tokio::io::split(stream);
        let (input, output) = (BytesMut::new(), BytesMut::new());
        Self {
            reader,
            writer,
            ends,
            version,
            input,
            output,
            is_flushed: true,
            is_greeted: false,
            closing: Closing::No,
        }
    }

    /// Puts a packet to the end of what is to be written, and shows its bytes. One that cannot be
    /// encoded is left out: the core sends none such.
    pub(crate) fn put(&mut self, packet: &Packet, see: impl FnOnce(Connection, Direction, &[u8])) {
        let before = self.output.len();
        if packet.encode(&mut self.output).is_ok() {
            see(self.ends, Direction::ToServer, &self.output[before..]);
        }
    }

    /// Nothing more will be put in, and what still comes is of no interest.
    pub(crate) fn close(&mut self) {
        self.closing = Closing::Flushing;
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing != Closing::No
    }

    /// The next whole packet of what was read; `None` until more is read. Shows its bytes.
    pub(crate) fn take(
        &mut self,
        limit: usize,
        see: impl FnOnce(Connection, Direction, &[u8]),
    ) -> Option<Result<Packet, Foreign>> {
        let is_tls = !self.is_greeted && begins_as_tls(&self.input);
        let foreign = |error| if is_tls { Foreign::Tls } else { Foreign::Malformed(error) };
        let frame = match take_frame(&mut self.input, limit) {
            Ok(frame) => frame?,
            Err(error) => {
                see(self.ends, Direction::ToClient, &self.input.split());
                return Some(Err(foreign(error)));
            }
        };
        see(self.ends, Direction::ToClient, &frame);
        self.is_greeted = true;
        Some(Packet::decode(frame, self.version).map_err(foreign))
    }

    /// What was read and is no whole packet.
    pub(crate) fn rest(&mut self) -> BytesMut {
        self.input.split()
    }

    /// Writes or reads what can be written or read next. Reads nothing unless `reads` is true.
    pub(crate) async fn turn(&mut self, reads: bool) -> Turn {
        match self.closing {
            Closing::No => self.exchange(reads).await,
            Closing::Flushing => self.flush().await,
            Closing::Lingering(until) => self.linger(until).await,
        }
    }

    /// Writes all that is to be written, and reads until something came. It is not taken.
    pub(crate) async fn unread(&mut self) {
        while self.input.is_empty() {
            if matches!(self.exchange(true).await, Turn::Ended) {
                return;
            }
        }
    }

    async fn exchange(&mut self, reads: bool) -> Turn {
        let Self { reader, writer, input, output, is_flushed, .. } = self;
        input.reserve(READ);
        let writes = output.has_remaining() || !*is_flushed;
        tokio::select! {
            written = write(writer, output, is_flushed), if writes => {
                if written.is_ok() { Turn::Moved } else { Turn::Ended }
            }
            read = reader.read_buf(input), if reads => match read {
                Ok(0) | Err(_) => Turn::Ended,
                Ok(_) => Turn::Read,
            },
            else => std::future::pending().await,
        }
    }

    async fn flush(&mut self) -> Turn {
        let flushed: io::Result<()> = async {
            while self.output.has_remaining() {
                self.writer.write_buf(&mut self.output).await?;
            }
            self.writer.shutdown().await
        }
        .await;
        if flushed.is_err() {
            return Turn::Ended;
        }
        self.closing = Closing::Lingering(Instant::now() + LINGER);
        Turn::Moved
    }

    /// Reads to the end, so that the last packets arrive: a socket that is dropped while unread bytes
    /// are in it takes back what it had sent.
    async fn linger(&mut self, until: Instant) -> Turn {
        self.input.clear();
        self.input.reserve(READ);
        match tokio::time::timeout_at(until, self.reader.read_buf(&mut self.input)).await {
            Ok(Ok(count)) if count > 0 => Turn::Moved,
            Ok(_) | Err(_) => Turn::Ended,
        }
    }
}

/// Writes some of it. If the wait is given up, what is left is written by the next call.
async fn write(
    writer: &mut WriteHalf<Box<dyn Stream>>,
    output: &mut BytesMut,
    is_flushed: &mut bool,
) -> io::Result<()> {
    if output.has_remaining() {
        *is_flushed = false;
        writer.write_buf(output).await?;
    }
    if !output.has_remaining() {
        writer.flush().await?;
        *is_flushed = true;
    }
    Ok(())
}

/// Whether these are the first bytes of a TLS record: a type between change_cipher_spec and
/// application_data, and the version 3 of what was SSL (RFC 8446 §5.1). No MQTT server begins so, for
/// its first packet is CONNACK.
fn begins_as_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [20..=23, 3, ..])
}
