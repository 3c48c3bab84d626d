//! One of the two packets, with all that its decoder saw.

use bytes::Bytes;
use wire::{DecodeError, Field, Packet, PacketType, Span, Spans, Value, Version};

use super::align::Actual;
use super::item::Item;

/// Bytes that are a packet, or were to be one.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) bytes: Bytes,
    pub(super) spans: Spans,
    pub(super) outcome: Result<Packet, DecodeError>,
    pub(super) version: Version,
}

impl Side {
    pub(super) fn new(bytes: Bytes, version: Version) -> Self {
        let mut spans = Spans::default();
        let outcome = Packet::decode_observed(&bytes, version, &mut spans);
        Self { bytes, spans, outcome, version }
    }

    pub(super) fn packet_type(&self) -> Option<PacketType> {
        self.bytes.first().and_then(|&byte| PacketType::of_first_byte(byte))
    }

    /// How many bytes its Remaining Length announces in all.
    pub(super) fn announced(&self) -> Option<usize> {
        wire::frame_size(&self.bytes).ok().flatten()
    }

    /// The bytes of a place.
    pub(super) fn bytes_of(&self, span: Span) -> &[u8] {
        self.bytes.get(span.offset..span.end()).unwrap_or_default()
    }

    /// What stands in this place, read as this field: as the packet's own decoder read it, or else as
    /// a number or text would be read here.
    pub(super) fn value(&self, field: &Field, span: Span, is_number: bool) -> Value<'_> {
        let own = self.spans.iter().find(|spanned| {
            spanned.field == field
                && (spanned.span.offset, spanned.span.len) == (span.offset, span.len)
        });
        let bytes = self.bytes_of(span);
        match (own, bytes) {
            (Some(own), _) => own.value(&self.bytes),
            (None, &[byte]) if is_number => Value::Number(byte.into()),
            (None, &[high, low]) if is_number => {
                Value::Number(u16::from_be_bytes([high, low]).into())
            }
            (None, bytes) => std::str::from_utf8(bytes).map_or(Value::Bytes(bytes), Value::Text),
        }
    }

    pub(super) fn actual<'a>(&'a self, items: &'a [Item<'a>]) -> Actual<'a> {
        Actual { bytes: &self.bytes, items, announced: self.announced() }
    }
}
