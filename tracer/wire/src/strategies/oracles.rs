//! What holds of whatever bytes, valid or not. Property tests and fuzzing ask the same questions.

use std::ops::BitOr;

use bytes::Bytes;

use crate::{Bits, DecodeError, Packet, Spans, Version, frame_size};

/// Every bit has an owner: checks that the fields of these bytes own each bit once, in the order of the
/// wire, that a byte which is told as a whole is followed by the fields that share it, and that an error
/// points into the bytes. Who looks changes nothing: with and without an observer the outcome is one.
///
/// # Errors
///
/// What does not hold.
pub fn tiles(bytes: &Bytes, version: Version) -> Result<Spans, String> {
    let mut spans = Spans::default();
    let outcome = Packet::decode_observed(bytes, version, &mut spans);
    let mut owned = vec![0_u8; bytes.len()];
    let mut next = 0;
    for spanned in spans.fields() {
        let span = spanned.span;
        let mask = span.bits.map_or(0xff, Bits::mask);
        ensure(span.bits.is_none() || span.len == 1, || format!("bits of {} bytes", span.len))?;
        ensure(span.offset >= next, || format!("{spanned:?} comes late"))?;
        next = if mask & 1 == 1 { span.end() } else { span.offset };
        for byte in &mut owned[span.offset..span.end()] {
            ensure(*byte & mask == 0, || format!("{spanned:?} takes what another field has"))?;
            *byte |= mask;
        }
    }
    ensure(owned.iter().all(|&byte| byte == 0xff), || {
        format!("not owned: {owned:02x?} of {bytes:02x?}")
    })?;
    for group in spans.iter().filter(|spanned| spanned.is_group) {
        let parts = spans.fields().filter(|part| part.span.offset == group.span.offset);
        let masks = parts.filter_map(|part| part.span.bits.map(Bits::mask));
        let whole = masks.fold(0, BitOr::bitor) == 0xff;
        ensure(whole, || format!("{group:?} is more than its parts"))?;
    }
    if let Err(DecodeError::Malformed(malformed)) = &outcome {
        let inside = malformed.span.end() <= bytes.len();
        ensure(inside, || format!("{malformed:?} points outside of {bytes:02x?}"))?;
    }
    ensure(Packet::decode(bytes, version) == outcome, || "an observer changes the outcome".into())?;
    Ok(spans)
}

/// What a decoder takes says the same when it is written again. The bytes differ only where there is
/// more than one way to write a packet: in a Remaining Length longer than it has to be, and in bits that
/// MQTT 3.1 does not look at.
///
/// # Errors
///
/// What does not hold.
pub fn identity(bytes: &Bytes, version: Version) -> Result<(), String> {
    let Ok(packet) = Packet::decode(bytes, version) else { return Ok(()) };
    // What stands behind the packet is not looked at.
    let bytes = match frame_size(bytes) {
        Ok(Some(size)) if size <= bytes.len() => &bytes[..size],
        size => return Err(format!("a packet of {size:?} bytes out of {}", bytes.len())),
    };
    let again = packet
        .clone()
        .to_bytes()
        .map_err(|error| format!("{packet:?} was taken and cannot be written: {error}"))?;
    let read = Packet::decode(&again, version);
    ensure(read.as_ref() == Ok(&packet), || format!("{packet:?} comes back as {read:?}"))?;
    let same = again == bytes || again.len() < bytes.len() || version == Version::V3_1;
    ensure(same, || format!("{bytes:02x?} is written as {again:02x?}"))
}

fn ensure(holds: bool, or: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(or()) }
}
