//! Why a capture cannot be read.

use std::fmt;
use std::io;

/// Why a capture cannot be read any further. What stands before the place was read.
#[derive(Debug)]
pub enum CaptureError {
    /// There is not a single byte.
    Empty,
    /// It begins like no capture: these are its first bytes.
    NotACapture(Vec<u8>),
    /// It ends within a block.
    CutOff {
        /// Where the block begins, in bytes from the beginning of the capture.
        offset: usize,
    },
    /// A block cannot be right: its length or its contents contradict themselves.
    BadBlock {
        /// Where the block begins, in bytes from the beginning of the capture.
        offset: usize,
    },
    /// A block claims to be larger than any block is.
    TooLarge {
        /// Where the block begins, in bytes from the beginning of the capture.
        offset: usize,
    },
    /// The file, the pipe or the socket reported an error.
    Read {
        /// Where that was, in bytes from the beginning of the capture.
        offset: usize,
        /// What was reported.
        error: io::Error,
    },
}

/// What a file of gzip begins with (RFC 1952 §2.3.1).
const GZIP: &[u8] = b"\x1f\x8b";

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(
                "the capture is empty, not even a file header is there; was it written to its end?",
            ),
            Self::NotACapture(first) if first.starts_with(GZIP) => f.write_str(
                "this is a file of gzip, which may have a capture in it: gunzip -c FILE | tracer read -",
            ),
            Self::NotACapture(first) => write!(
                f,
                "this is no capture: it begins with {}, but a pcapng file with 0a 0d 0d 0a and a \
                 pcap file with d4 c3 b2 a1; give a file that Wireshark, tcpdump or --pcap wrote",
                Hex(first)
            ),
            Self::CutOff { offset } => write!(
                f,
                "the capture ends in the middle of the block at byte {offset}; what stands before \
                 it was read; is it still being written?"
            ),
            Self::BadBlock { offset } => write!(
                f,
                "the block at byte {offset} contradicts itself (length or contents), so no later \
                 one can be found; what stands before it was read; the file is damaged: copy it \
                 again from where it was written"
            ),
            Self::TooLarge { offset } => write!(
                f,
                "the block at byte {offset} claims more than 64 MiB, more than any block needs; \
                 what stands before it was read; the file is damaged: copy it again from where it \
                 was written"
            ),
            Self::Read { offset, error } => {
                write!(f, "the capture cannot be read any further at byte {offset}: {error}")
            }
        }
    }
}

impl std::error::Error for CaptureError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { error, .. } => Some(error),
            _ => None,
        }
    }
}

struct Hex<'b>(&'b [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{byte:02x}")?;
        }
        Ok(())
    }
}
