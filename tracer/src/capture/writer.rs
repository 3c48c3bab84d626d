//! Records into a capture file.

use std::io::{self, Write};
use std::time::Duration;

use tap::Record;

use super::block;
use super::frames::Frames;
use super::note::Note;

/// Writes records as a pcapng capture, one `write` for each of them.
///
/// ```
/// use std::time::Duration;
/// use tap::{Connection, Direction, Record, What};
/// use tracer::capture::{Reader, Writer};
///
/// let connection = Connection {
///     client: "10.0.0.2:50000".parse()?,
///     server: "10.0.0.1:1883".parse()?,
/// };
/// let bytes = wire::Packet::from(wire::Pingreq).to_bytes()?;
/// let pingreq = What::Packet { direction: Direction::ToServer, bytes };
/// let mut writer = Writer::new(Vec::new())?;
/// for what in [What::Opened { client_name: None }, pingreq.clone()] {
///     writer.record(&Record { time: Duration::ZERO, connection: Some(connection), what })?;
/// }
/// let file = writer.finish()?;
///
/// let records: Result<Vec<_>, _> = Reader::new(&file[..]).collect();
/// assert_eq!(records?[1].what, pingreq);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Writer<W> {
    frames: Frames,
    block: Vec<u8>,
    written: u64,
    time: Duration,
    out: W,
}

impl<W: Write> Writer<W> {
    /// Begins a capture with its headers.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn new(mut out: W) -> io::Result<Self> {
        let mut block = Vec::new();
        block::section_header(&mut block);
        block::interface(&mut block);
        out.write_all(&block)?;
        Ok(Self { frames: Frames::default(), block, written: 0, time: Duration::ZERO, out })
    }

    /// Writes what happened. What concerns no connection is written if it is an event.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn record(&mut self, record: &Record) -> io::Result<()> {
        self.noted(record, &Note::default())
    }

    /// Writes what happened, and what it is.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn noted(&mut self, record: &Record, note: &Note) -> io::Result<()> {
        self.block.clear();
        self.frames.record(record, note, &mut self.block)?;
        self.written += 1;
        self.time = record.time;
        self.out.write_all(&self.block)
    }

    /// Writes session keys of TLS, as lines of a key log (`SSLKEYLOGFILE`), each with its end. They have
    /// to be written before the records that they are for, and whoever has the capture can read those.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn keys(&mut self, lines: &str) -> io::Result<()> {
        self.block.clear();
        block::decryption_secrets(&mut self.block, lines);
        self.out.write_all(&self.block)
    }

    /// Hands on what `out` holds back.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the capture with how many records it has, and gives the writer back.
    ///
    /// # Errors
    ///
    /// What the writer reports.
    pub fn finish(mut self) -> io::Result<W> {
        self.block.clear();
        block::statistics(&mut self.block, self.time, self.written, 0);
        self.out.write_all(&self.block)?;
        self.out.flush()?;
        Ok(self.out)
    }
}
