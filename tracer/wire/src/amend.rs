//! A packet with some of its fields changed, on purpose and against any rule.
//!
//! ```text
//!   bytes ── decode_observed ──▶ Spans ── amend(changes) ──▶ bytes
//!                                cut at the spans, changed, joined again
//! ```
//!
//! Where a field stands is what the decoder saw, so no place is known here. Only what was asked for
//! changes, and what counts it: a longer Topic Name takes its length and the Remaining Length along,
//! unless those are changed as well, to be wrong. A flag that is set brings no field with it.

use std::error::Error;
use std::fmt;

use bytes::{Bytes, BytesMut};

use crate::field::Field;
use crate::frame::{MAX_REMAINING_LENGTH, REMAINING_LENGTH, remaining_length_bytes};
use crate::outline::{OutlineRow, Size, outline};
use crate::packet::PacketType;
use crate::spans::{Spanned, Spans};
use crate::version::Version;

/// What a field is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// A number, or the number in some bits.
    Number(u64),
    /// Text, well-formed or not, or bytes.
    Bytes(Bytes),
}

/// Why a field cannot hold a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmendError {
    /// The number does not fit into the field's bits or bytes.
    TooLarge {
        /// The field.
        field: &'static Field,
        /// The largest number that it can hold.
        most: u64,
    },
    /// A number for a field of bytes, or bytes for a field that is a number.
    WrongKind {
        /// The field.
        field: &'static Field,
    },
}

impl fmt::Display for AmendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { field, most } => {
                write!(f, "{} holds numbers from 0 to {most} §{}", field.name, field.section)
            }
            Self::WrongKind { field } => {
                write!(f, "{} is a number on one side and bytes on the other", field.name)
            }
        }
    }
}

impl Error for AmendError {}

/// The packet with these fields changed, each named by its index in [`Spans::iter`]. `spans` are what
/// [`Packet::decode_observed`](crate::Packet::decode_observed) saw in `frame`, which may be broken.
///
/// # Errors
///
/// [`AmendError`] where a value does not fit its field.
///
/// ```
/// use bytes::Bytes;
/// use wire::{NewValue, Packet, Spans, Version, amend};
///
/// let frame = Bytes::from_static(b"\x30\x05\0\x01ahi");
/// let mut spans = Spans::default();
/// Packet::decode_observed(&frame, Version::V3_1_1, &mut spans)?;
/// let topic = spans.iter().position(|spanned| spanned.field.key == "topic_name").unwrap();
/// let changed = amend(&frame, &spans, &[(topic, NewValue::Bytes("a/b".into()))])?;
/// assert_eq!(&changed[..], b"\x30\x07\0\x03a/bhi");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn amend(
    frame: &Bytes,
    spans: &Spans,
    changes: &[(usize, NewValue)],
) -> Result<Bytes, AmendError> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, spanned) in spans.iter().enumerate() {
        if !pieces.last().is_some_and(|piece| piece.shares_byte(spanned)) {
            pieces.push(Piece::of(spanned, frame));
        }
        for (_, value) in changes.iter().filter(|(changed, _)| *changed == index) {
            if let Some(piece) = pieces.last_mut() {
                piece.change(spanned, value)?;
            }
        }
    }
    count_contents(&mut pieces, frame)?;
    count_all(&mut pieces, spans)?;
    Ok(pieces.into_iter().flat_map(|piece| piece.bytes).collect::<BytesMut>().freeze())
}

/// The packet with this bit of this byte flipped, 7 the most significant; `None` if it has no such bit.
pub fn flip(frame: &[u8], byte: usize, bit: u8) -> Option<Bytes> {
    let mut flipped = BytesMut::from(frame);
    let changed = flipped.get_mut(byte).filter(|_| bit < 8)?;
    *changed ^= 1 << bit;
    Some(flipped.freeze())
}

/// Bytes that one field owns, or that several share.
struct Piece {
    spanned: Spanned,
    bytes: Vec<u8>,
    is_changed: bool,
}

impl Piece {
    fn of(spanned: &Spanned, frame: &[u8]) -> Self {
        let bytes = frame.get(spanned.span.offset..spanned.span.end()).unwrap_or_default();
        Self { spanned: *spanned, bytes: bytes.into(), is_changed: false }
    }

    /// Whether the field is one of those that share this piece's byte.
    fn shares_byte(&self, spanned: &Spanned) -> bool {
        spanned.span.bits.is_some() && spanned.span.offset == self.spanned.span.offset
    }

    fn change(&mut self, spanned: &Spanned, value: &NewValue) -> Result<(), AmendError> {
        let field = spanned.field;
        match (value, spanned.is_number()) {
            (NewValue::Number(number), true) => self.put(spanned, *number)?,
            (NewValue::Bytes(bytes), false) => self.bytes = bytes.to_vec(),
            _ => return Err(AmendError::WrongKind { field }),
        }
        self.is_changed = true;
        Ok(())
    }

    fn put(&mut self, spanned: &Spanned, number: u64) -> Result<(), AmendError> {
        let field = spanned.field;
        let most = largest(spanned);
        if number > most {
            return Err(AmendError::TooLarge { field, most });
        }
        match (spanned.span.bits, self.bytes.first_mut()) {
            (Some(bits), Some(byte)) => {
                let number = u8::try_from(number).unwrap_or(u8::MAX);
                *byte = *byte & !bits.mask() | field.put(number);
            }
            _ if *field == REMAINING_LENGTH => {
                let (bytes, count) = remaining_length_bytes(usize::try_from(number).unwrap_or(0));
                self.bytes = bytes[..count].to_vec();
            }
            _ => {
                let (bytes, size) = (number.to_be_bytes(), self.bytes.len());
                self.bytes = bytes[bytes.len() - size..].to_vec();
            }
        }
        Ok(())
    }
}

/// The largest number that fits where this one stands.
fn largest(spanned: &Spanned) -> u64 {
    match spanned.span.bits {
        Some(bits) => bits.get(0xff).into(),
        None if *spanned.field == REMAINING_LENGTH => MAX_REMAINING_LENGTH as u64,
        None => (1 << (8 * spanned.span.len)) - 1,
    }
}

/// Lengths follow the contents that they count, unless they were changed themselves.
fn count_contents(pieces: &mut [Piece], frame: &[u8]) -> Result<(), AmendError> {
    let packet_type = frame.first().and_then(|&byte| PacketType::of_first_byte(byte));
    let rows = packet_type.map(|packet_type| outline(packet_type, Version::default()));
    let rows = rows.unwrap_or_default();
    for index in 1..pieces.len() {
        let content = &pieces[index];
        let (field, size) = (content.spanned.field, content.bytes.len());
        let length = &pieces[index - 1];
        if content.is_changed && !length.is_changed && counts(&rows, length.spanned.field, field) {
            let spanned = length.spanned;
            pieces[index - 1].put(&spanned, size as u64)?;
        }
    }
    Ok(())
}

/// Whether the one field is the length of the other.
fn counts(rows: &[OutlineRow], length: &Field, content: &Field) -> bool {
    rows.windows(2).any(|pair| {
        pair[0].field == length && pair[1].field == content && pair[1].size == Size::Counted
    })
}

/// The Remaining Length grows and shrinks by as much as what it counts, unless it was changed itself:
/// one that was wrong stays wrong by as much.
fn count_all(pieces: &mut [Piece], spans: &Spans) -> Result<(), AmendError> {
    let is_length = |piece: &Piece| *piece.spanned.field == REMAINING_LENGTH;
    let Some(at) = pieces.iter().position(is_length).filter(|&at| !pieces[at].is_changed) else {
        return Ok(());
    };
    let spanned = pieces[at].spanned;
    let before: usize = spans.fields().map(|spanned| spanned.span.end()).max().unwrap_or(0);
    let before = before - spanned.span.end();
    let after: usize = pieces[at + 1..].iter().map(|piece| piece.bytes.len()).sum();
    if before == after {
        return Ok(());
    }
    let told = spanned.value(&[]).number();
    pieces[at].put(&spanned, (told + after as u64).saturating_sub(before as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::Packet;

    fn changed(frame: &'static [u8], changes: &[(&str, NewValue)]) -> Result<Bytes, AmendError> {
        let frame = Bytes::from_static(frame);
        let mut spans = Spans::default();
        let _ = Packet::decode_observed(&frame, Version::V3_1_1, &mut spans);
        let place = |key: &str| spans.iter().position(|spanned| spanned.field.key == key).unwrap();
        let changes: Vec<_> =
            changes.iter().map(|(key, value)| (place(key), value.clone())).collect();
        amend(&frame, &spans, &changes)
    }

    const PUBLISH: &[u8] = b"\x30\x05\0\x01ahi";

    #[test]
    fn nothing_changes_without_a_change() {
        for frame in [PUBLISH, b"\x36\x02\0\0", b"\x30\x7f\0", b"\xf0\x01x", b"\xc0\0and more"] {
            assert_eq!(changed(frame, &[]).unwrap(), frame);
        }
    }

    #[test]
    fn bits_change_alone() {
        let qos = changed(PUBLISH, &[("qos", NewValue::Number(3))]).unwrap();
        assert_eq!(&qos[..], b"\x36\x05\0\x01ahi");
        let whole = changed(PUBLISH, &[("fixed_header", NewValue::Number(0xc1))]).unwrap();
        assert_eq!(whole[0], 0xc1);
    }

    #[test]
    fn lengths_follow_unless_they_are_told() {
        let long = NewValue::Bytes(vec![b'x'; 200].into());
        let longer = changed(PUBLISH, &[("topic_name", long)]).unwrap();
        assert_eq!(longer[..5], [0x30, 0xcc, 0x01, 0, 200]);
        let wrong = changed(
            PUBLISH,
            &[("topic_name", NewValue::Bytes("abc".into())), ("topic_name_length", 9.into())],
        );
        assert_eq!(&wrong.unwrap()[..], b"\x30\x07\0\x09abchi");
        let wrong = changed(PUBLISH, &[("remaining_length", 128.into())]).unwrap();
        assert_eq!(&wrong[..], b"\x30\x80\x01\0\x01ahi");
    }

    #[test]
    fn a_value_has_to_fit() {
        let error = changed(PUBLISH, &[("qos", 4.into())]).unwrap_err();
        assert_eq!(error.to_string(), "QoS holds numbers from 0 to 3 §3.3.1.2");
        let long = NewValue::Bytes(vec![b'x'; 65_536].into());
        let error = changed(PUBLISH, &[("topic_name", long)]).unwrap_err();
        assert!(matches!(error, AmendError::TooLarge { most: 65_535, .. }), "{error}");
        let error = changed(PUBLISH, &[("topic_name", 4.into())]).unwrap_err();
        assert!(matches!(error, AmendError::WrongKind { .. }), "{error}");
    }

    #[test]
    fn a_bit_that_is_not_there_cannot_be_flipped() {
        assert_eq!(flip(b"\xc0\0", 1, 0), Some(Bytes::from_static(b"\xc0\x01")));
        assert_eq!(flip(b"\xc0\0", 2, 0), None);
        assert_eq!(flip(b"\xc0\0", 0, 8), None);
    }

    impl From<u64> for NewValue {
        fn from(number: u64) -> Self {
            Self::Number(number)
        }
    }
}
