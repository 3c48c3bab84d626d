//! A packet as somebody reads it who only looks on.

use bytes::Bytes;
use wire::{DecodeError, Packet, Spans, Version};

/// Decodes a packet, with every field. The CONNECT of a bridge, which a server may refuse to read, is read
/// to its end here, if it can be.
pub(crate) fn read(
    bytes: &Bytes,
    version: Version,
    spans: &mut Spans,
) -> Result<Packet, DecodeError> {
    spans.clear();
    let outcome = Packet::decode_observed(bytes, version, spans);
    if !is_of_bridge(&outcome) {
        return outcome;
    }
    spans.clear();
    let bridge = Packet::decode_bridge(bytes, spans);
    if bridge.is_ok() {
        return bridge;
    }
    spans.clear();
    Packet::decode_observed(bytes, version, spans)
}

fn is_of_bridge(outcome: &Result<Packet, DecodeError>) -> bool {
    matches!(outcome, Ok(Packet::ForeignConnect(connect)) if connect.of_bridge().is_some())
}
