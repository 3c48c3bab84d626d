//! Where one packet ends and the next begins, in a stream that knows nothing of packets.
//!
//! TCP brings bytes, in pieces of any size. [`take_frame`] waits until a packet is whole and takes it
//! off the front of a buffer. It looks at the Remaining Length alone; what the packet says is the
//! business of [`Packet::decode`](crate::Packet::decode).

use std::mem;

use bytes::{Buf, Bytes, BytesMut};

use crate::error::{DecodeError, Malformed};
use crate::field::{Field, Part, Span};
use crate::packet::PacketType;
use crate::requirements;

/// The largest Remaining Length, in bytes: what seven bits in each of four bytes can say (§2.2.3).
pub const MAX_REMAINING_LENGTH: usize = 268_435_455;

/// The largest packet, in bytes: its type and flags, four bytes of Remaining Length, and what those
/// count.
pub const MAX_PACKET: usize = 1 + 4 + MAX_REMAINING_LENGTH;

/// Takes the first packet off the buffer, once all of it is there; `None` means that more bytes are
/// needed. Nothing is copied, and nothing is allocated on the word of a length that was read.
///
/// `limit` is the size of the largest packet that is taken, in bytes: [`MAX_PACKET`] for no limit.
///
/// # Errors
///
/// - [`DecodeError::Malformed`]: the Remaining Length has more than four bytes (§2.2.3).
/// - [`DecodeError::TooLarge`]: the packet would have more bytes than `limit`.
///
/// In both cases no later packet can be found in the stream: the Network Connection is to be closed.
#[inline]
pub fn take_frame(buffer: &mut BytesMut, limit: usize) -> Result<Option<Bytes>, DecodeError> {
    match frame_size(buffer)? {
        Some(size) if size > limit => Err(DecodeError::TooLarge { size, limit }),
        Some(size) if size <= buffer.len() => Ok(Some(buffer.split_to(size).freeze())),
        Some(_) | None => Ok(None),
    }
}

/// How many bytes the packet has that begins here, fixed header included; `None` if its Remaining
/// Length is not whole yet.
///
/// # Errors
///
/// [`DecodeError::Malformed`] if the Remaining Length has more than four bytes (§2.2.3).
#[inline]
pub fn frame_size(bytes: &[u8]) -> Result<Option<usize>, DecodeError> {
    let Some((&first, bytes)) = bytes.split_first() else {
        return Ok(None);
    };
    match remaining_length(bytes) {
        RemainingLength::Whole { value, bytes } => Ok(Some(1 + bytes + value)),
        RemainingLength::Incomplete => Ok(None),
        RemainingLength::TooLong => Err(DecodeError::Malformed(Malformed {
            packet_type: PacketType::of_first_byte(first),
            field: &REMAINING_LENGTH,
            span: Span { offset: 1, len: 4, bits: None },
            rule: &requirements::REMAINING_LENGTH_BYTES,
        })),
    }
}

/// The bytes of one packet, to be decoded: [`Bytes`], or a reference to some that are needed again.
///
/// What a packet keeps of them, it shares. Who gives the bytes away gives their own share to the payload
/// of a PUBLISH: so there is no new owner to be counted, and none to be counted off again.
pub trait Frame: AsRef<[u8]> {
    /// The bytes from `start` up to `end`, where the next would stand. It panics if there are fewer.
    fn part(&self, start: usize, end: usize) -> Bytes;

    /// The same, and no part is asked for any more.
    fn last_part(&mut self, start: usize, end: usize) -> Bytes;
}

impl Frame for &Bytes {
    #[inline]
    fn part(&self, start: usize, end: usize) -> Bytes {
        self.slice(start..end)
    }

    #[inline]
    fn last_part(&mut self, start: usize, end: usize) -> Bytes {
        self.part(start, end)
    }
}

impl Frame for Bytes {
    #[inline]
    fn part(&self, start: usize, end: usize) -> Bytes {
        self.slice(start..end)
    }

    #[inline]
    fn last_part(&mut self, start: usize, end: usize) -> Bytes {
        let mut part = mem::take(self);
        part.truncate(end);
        part.advance(start);
        part
    }
}

/// What the first bytes behind the packet type say.
pub(crate) enum RemainingLength {
    /// The value, and how many bytes it takes up.
    Whole { value: usize, bytes: usize },
    /// The last byte that is there says that another one follows.
    Incomplete,
    /// The fourth byte says that a fifth one follows.
    TooLong,
}

/// Reads a Remaining Length (§2.2.3): seven bits a byte, the low ones first; bit 7 says that another
/// byte follows. The only place in the lab that does.
#[inline]
pub(crate) fn remaining_length(bytes: &[u8]) -> RemainingLength {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return RemainingLength::Whole { value, bytes: index + 1 };
        }
    }
    if bytes.len() < 4 { RemainingLength::Incomplete } else { RemainingLength::TooLong }
}

/// Writes a Remaining Length of at most [`MAX_REMAINING_LENGTH`]: the bytes, and how many of them
/// count.
#[allow(clippy::cast_possible_truncation)] // seven bits fit
pub(crate) fn remaining_length_bytes(mut value: usize) -> ([u8; 4], usize) {
    let mut bytes = [0; 4];
    let mut count = 0;
    loop {
        bytes[count] = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return (bytes, count + 1);
        }
        bytes[count] |= 0x80;
        count += 1;
    }
}

/// §2.2.3: the second field of every packet.
pub(crate) static REMAINING_LENGTH: Field = Field::new("Remaining Length", "remaining_length")
    .at("2.2.3", Part::FixedHeader)
    .filter("mqtt.len")
    .about("How many bytes follow: variable header and payload. Seven bits a byte, low ones first.")
    .explain(|value| match value.number() {
        0 => "Nothing follows: the packet is its two bytes of fixed header.".into(),
        1 => "1 byte follows. A smaller number would cut it off, a larger one would take bytes \
              of the next packet."
            .into(),
        number => format!(
            "{number} bytes follow. A smaller number would cut the packet short, a larger one \
             would swallow the beginning of the next."
        )
        .into(),
    });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_standard() {
        let table: [(usize, &[u8]); 9] = [
            (0, &[0x00]),
            (127, &[0x7f]),
            (128, &[0x80, 0x01]),
            (321, &[0xc1, 0x02]),
            (16_383, &[0xff, 0x7f]),
            (16_384, &[0x80, 0x80, 0x01]),
            (2_097_151, &[0xff, 0xff, 0x7f]),
            (2_097_152, &[0x80, 0x80, 0x80, 0x01]),
            (MAX_REMAINING_LENGTH, &[0xff, 0xff, 0xff, 0x7f]),
        ];
        for (value, bytes) in table {
            let (written, count) = remaining_length_bytes(value);
            assert_eq!(&written[..count], bytes, "{value}");
            let mut packet = vec![0x30];
            packet.extend_from_slice(bytes);
            assert_eq!(frame_size(&packet), Ok(Some(1 + bytes.len() + value)));
            assert_eq!(frame_size(&packet[..bytes.len()]), Ok(None));
        }
    }

    #[test]
    fn a_fifth_byte_is_refused_as_soon_as_the_fourth_asks_for_it() {
        let Err(DecodeError::Malformed(malformed)) = frame_size(&[0x30, 0xff, 0xff, 0xff, 0xff])
        else {
            panic!("accepted");
        };
        assert_eq!(malformed.rule.id, "s2.2.3");
        assert_eq!(malformed.packet_type, Some(PacketType::Publish));
    }

    #[test]
    fn frames_come_out_of_a_stream_whole() {
        let mut buffer = BytesMut::from(&[0xc0, 0x00, 0xd0][..]);
        assert_eq!(take_frame(&mut buffer, MAX_PACKET), Ok(Some(Bytes::from_static(b"\xc0\0"))));
        assert_eq!(take_frame(&mut buffer, MAX_PACKET), Ok(None));
        buffer.extend_from_slice(&[0x00]);
        assert_eq!(take_frame(&mut buffer, MAX_PACKET), Ok(Some(Bytes::from_static(b"\xd0\0"))));
        assert!(buffer.is_empty());
    }

    #[test]
    fn a_limit_is_kept_before_the_bytes_come() {
        let mut buffer = BytesMut::from(&[0x30, 0xff, 0xff, 0xff, 0x7f][..]);
        let refused = DecodeError::TooLarge { size: MAX_PACKET, limit: 1000 };
        assert_eq!(take_frame(&mut buffer, 1000), Err(refused));
    }
}
