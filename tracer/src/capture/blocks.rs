//! The frames of a capture, whichever of the two formats it has.
//!
//! Both formats are read by pcap-parser, block by block and without waiting for more bytes than a
//! block has, so that a capture can be read while it is written.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pcap_parser::traits::{PcapNGPacketBlock, PcapReaderIterator};
use pcap_parser::{
    Block, LegacyPcapReader, Linktype, OptionCode, PcapBlockOwned, PcapError, PcapNGReader,
};

use super::error::CaptureError;

/// A frame, as it stood in the capture.
pub(super) struct Frame {
    pub(super) time: Duration,
    pub(super) link: Linktype,
    pub(super) bytes: Vec<u8>,
    pub(super) comments: Vec<String>,
}

/// Reads frames off a capture.
pub(super) struct Blocks<R: Read> {
    reader: Format<R>,
    failure: Failure,
    interfaces: Vec<Interface>,
    has_keys: bool,
    room: usize,
}

enum Format<R: Read> {
    Next(PcapNGReader<Opened<R>>),
    Classic(LegacyPcapReader<Opened<R>>),
}

/// The bytes that told the format, and the rest behind them.
type Opened<R> = io::Chain<Cursor<Vec<u8>>, Watched<R>>;

/// An interface of the capture: what its frames begin with, and how their times are told.
#[derive(Clone, Copy)]
struct Interface {
    link: Linktype,
    /// How many units of time a second has.
    resolution: u64,
    /// Seconds to add.
    offset: i64,
}

/// pcap-parser tells that reading failed, but not why. So the reason is kept here.
type Failure = Arc<Mutex<Option<io::Error>>>;

struct Watched<R> {
    source: R,
    failure: Failure,
}

/// Where the buffer begins, and what it never exceeds, in bytes.
const FIRST_ROOM: usize = 1 << 18;
const LARGEST_BLOCK: usize = 64 << 20;

/// How many interfaces a capture may describe: each costs memory.
const INTERFACES: usize = 1 << 16;

impl<R: Read> Blocks<R> {
    /// Reads the beginning of a capture, which tells its format.
    pub(super) fn open(source: R) -> Result<Self, CaptureError> {
        let failure = Failure::default();
        let mut source = Watched { source, failure: Arc::clone(&failure) };
        let first = beginning(&mut source)?;
        let is_pcapng = first.starts_with(&PCAPNG);
        let room = FIRST_ROOM.max(first.len() * 2);
        let opened = Cursor::new(first).chain(source);
        let reader = if is_pcapng {
            PcapNGReader::new(room, opened).map(Format::Next)
        } else {
            LegacyPcapReader::new(room, opened).map(Format::Classic)
        };
        let reader = reader.map_err(|_| CaptureError::BadBlock { offset: 0 })?;
        Ok(Self { reader, failure, interfaces: Vec::new(), has_keys: false, room })
    }

    /// Whether there were session keys of TLS up to now.
    pub(super) fn has_keys(&self) -> bool {
        self.has_keys
    }

    /// The next frame; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, CaptureError> {
        loop {
            let reader = self.reader.as_dyn();
            let offset = reader.consumed();
            match reader.next() {
                Ok((length, block)) => {
                    self.has_keys |=
                        matches!(block, PcapBlockOwned::NG(Block::DecryptionSecrets(_)));
                    let frame = read_block(block, &mut self.interfaces, offset);
                    reader.consume(length);
                    if let Some(frame) = frame? {
                        return Ok(Some(frame));
                    }
                }
                Err(PcapError::Eof) => return Ok(None),
                Err(PcapError::UnexpectedEof) => {
                    let is_whole = self.reader.as_dyn().data().is_empty();
                    return if is_whole { Ok(None) } else { Err(CaptureError::CutOff { offset }) };
                }
                Err(PcapError::Incomplete(_)) => self.refill(offset)?,
                Err(PcapError::BufferTooSmall) => self.grow(offset)?,
                Err(_) => return Err(CaptureError::BadBlock { offset }),
            }
        }
    }

    fn refill(&mut self, offset: usize) -> Result<(), CaptureError> {
        let reader = self.reader.as_dyn();
        let before = reader.data().len();
        if reader.refill().is_err() {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            let error = failure.take().unwrap_or_else(|| io::ErrorKind::Other.into());
            return Err(CaptureError::Read { offset, error });
        }
        let reader = self.reader.as_dyn();
        if reader.data().len() == before && !reader.reader_exhausted() {
            return self.grow(offset);
        }
        Ok(())
    }

    fn grow(&mut self, offset: usize) -> Result<(), CaptureError> {
        if self.room >= LARGEST_BLOCK {
            return Err(CaptureError::TooLarge { offset });
        }
        self.room *= 2;
        let room = self.room;
        self.reader.as_dyn().grow(room);
        self.refill(offset)
    }
}

impl<R: Read> Format<R> {
    fn as_dyn(&mut self) -> &mut dyn PcapReaderIterator {
        match self {
            Self::Next(reader) => reader,
            Self::Classic(reader) => reader,
        }
    }
}

const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// The first bytes of each kind of pcap file: micro- and nanoseconds in both byte orders, and the
/// format of an old Linux.
const PCAP: [[u8; 4]; 5] = [
    [0xd4, 0xc3, 0xb2, 0xa1],
    [0xa1, 0xb2, 0xc3, 0xd4],
    [0x4d, 0x3c, 0xb2, 0xa1],
    [0xa1, 0xb2, 0x3c, 0x4d],
    [0x34, 0xcd, 0xb2, 0xa1],
];

const PCAP_HEADER: usize = 24;

/// A Section Header Block up to its byte order, and how long one may be.
const SECTION_HEADER: usize = 12;
const LARGEST_SECTION_HEADER: usize = 1 << 20;

/// Reads the whole first block: the parser wants it at once, and a pipe or a socket may bring it in
/// pieces.
fn beginning(source: &mut impl Read) -> Result<Vec<u8>, CaptureError> {
    let mut first = Vec::new();
    fill(source, &mut first, 4)?;
    if first.is_empty() {
        return Err(CaptureError::Empty);
    }
    let whole = match <[u8; 4]>::try_from(&first[..]) {
        Ok(PCAPNG) => {
            fill(source, &mut first, SECTION_HEADER)?;
            section_header_length(&first)?
        }
        Ok(magic) if PCAP.contains(&magic) => PCAP_HEADER,
        _ => return Err(CaptureError::NotACapture(first)),
    };
    fill(source, &mut first, whole)?;
    if first.len() < whole { Err(CaptureError::CutOff { offset: 0 }) } else { Ok(first) }
}

fn section_header_length(first: &[u8]) -> Result<usize, CaptureError> {
    let Ok([_, _, _, _, a, b, c, d, order @ ..]) = <[u8; SECTION_HEADER]>::try_from(first) else {
        return Err(CaptureError::CutOff { offset: 0 });
    };
    let length = match order {
        [0x4d, 0x3c, 0x2b, 0x1a] => u32::from_le_bytes([a, b, c, d]),
        [0x1a, 0x2b, 0x3c, 0x4d] => u32::from_be_bytes([a, b, c, d]),
        _ => return Err(CaptureError::NotACapture(first.to_vec())),
    };
    usize::try_from(length)
        .ok()
        .filter(|length| (SECTION_HEADER..=LARGEST_SECTION_HEADER).contains(length))
        .ok_or(CaptureError::BadBlock { offset: 0 })
}

fn fill(source: &mut impl Read, first: &mut Vec<u8>, length: usize) -> Result<(), CaptureError> {
    let missing = length.saturating_sub(first.len()) as u64;
    match source.take(missing).read_to_end(first) {
        Ok(_) => Ok(()),
        Err(error) => Err(CaptureError::Read { offset: first.len(), error }),
    }
}

/// What a block tells: a frame, or something about the frames to come.
fn read_block(
    block: PcapBlockOwned<'_>,
    interfaces: &mut Vec<Interface>,
    offset: usize,
) -> Result<Option<Frame>, CaptureError> {
    let bad = CaptureError::BadBlock { offset };
    match block {
        PcapBlockOwned::NG(Block::SectionHeader(_)) => interfaces.clear(),
        PcapBlockOwned::NG(Block::InterfaceDescription(block)) => {
            if interfaces.len() >= INTERFACES {
                return Err(bad);
            }
            let resolution = block.ts_resolution().ok_or(bad)?;
            let offset = block.if_tsoffset;
            interfaces.push(Interface { link: block.linktype, resolution, offset });
        }
        PcapBlockOwned::NG(Block::EnhancedPacket(block)) => {
            let index = usize::try_from(block.if_id).unwrap_or(usize::MAX);
            let interface = interfaces.get(index).ok_or(bad)?;
            let units = u64::from(block.ts_high) << 32 | u64::from(block.ts_low);
            let texts = block.options.iter().filter(|option| option.code == OptionCode::Comment);
            let comments = texts.filter_map(|option| option.as_str().ok().map(str::to_owned));
            return Ok(Some(Frame {
                time: interface.time(units),
                link: interface.link,
                bytes: block.packet_data().to_vec(),
                comments: comments.collect(),
            }));
        }
        PcapBlockOwned::NG(Block::SimplePacket(block)) => {
            let interface = interfaces.first().ok_or(bad)?;
            let bytes = block.packet_data().to_vec();
            let time = Duration::ZERO; // this block has none
            return Ok(Some(Frame { time, link: interface.link, bytes, comments: Vec::new() }));
        }
        PcapBlockOwned::NG(_) => {}
        PcapBlockOwned::LegacyHeader(header) => {
            let resolution =
                if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 };
            interfaces.push(Interface { link: header.network, resolution, offset: 0 });
        }
        PcapBlockOwned::Legacy(block) => {
            let interface = interfaces.first().ok_or(bad)?;
            let seconds = Duration::from_secs(block.ts_sec.into());
            let time = seconds + interface.time(block.ts_usec.into());
            let (link, bytes) = (interface.link, block.data.to_vec());
            return Ok(Some(Frame { time, link, bytes, comments: Vec::new() }));
        }
    }
    Ok(None)
}

impl Interface {
    /// Units since the epoch as a time; what lies before the epoch stays there.
    fn time(&self, units: u64) -> Duration {
        let rest =
            u128::from(units % self.resolution) * 1_000_000_000 / u128::from(self.resolution);
        let nanoseconds = u32::try_from(rest).unwrap_or(0); // less than a second
        let seconds = (units / self.resolution).saturating_add_signed(self.offset);
        Duration::new(seconds, nanoseconds)
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.source.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let kind = error.kind();
                    *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    return Err(kind.into());
                }
                Ok(length) => return Ok(length),
            }
        }
    }
}
