//! Every bit has an owner: the fields that an observer sees tile each packet, valid or broken.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use wire::{Packet, Spans, Version, strategies};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn of_a_packet(packet in strategies::packet(), version in strategies::version()) {
        let bytes = packet.to_bytes()?;
        let spans = tiles(&bytes, version)?;
        prop_assert!(spans.fields().all(|spanned| spanned.field != &wire::UNDECODED));
    }

    #[test]
    fn of_a_damaged_packet(bytes in strategies::damaged(), version in strategies::version()) {
        tiles(&bytes, version)?;
    }

    #[test]
    fn of_random_bytes(bytes in vec(any::<u8>(), 0..80), version in strategies::version()) {
        tiles(&bytes.into(), version)?;
    }

    /// Random bytes are hardly ever more than a broken header; behind a good one they go further.
    #[test]
    fn of_random_bytes_behind_a_good_header(
        body in vec(any::<u8>(), 0..80),
        first in any::<u8>(),
        version in strategies::version(),
    ) {
        let length = u8::try_from(body.len())?;
        tiles(&[&[first, length][..], &body].concat().into(), version)?;
    }

    /// Who looks changes nothing.
    #[test]
    fn observed_or_not_the_outcome_is_the_same(
        bytes in strategies::damaged(),
        version in strategies::version(),
    ) {
        let observed = Packet::decode_observed(&bytes, version, &mut Spans::default());
        prop_assert_eq!(Packet::decode(&bytes, version), observed);
    }
}

/// Checks that the fields of these bytes own each bit once, in the order of the wire, and that a byte
/// which is told as a whole is followed by the fields that share it.
fn tiles(bytes: &Bytes, version: Version) -> Result<Spans, TestCaseError> {
    let mut spans = Spans::default();
    let outcome = Packet::decode_observed(bytes, version, &mut spans);
    let mut owned = vec![0_u8; bytes.len()];
    let mut next = 0;
    for spanned in spans.fields() {
        let span = spanned.span;
        let mask = span.bits.map_or(0xff, wire::Bits::mask);
        prop_assert!(span.bits.is_none() || span.len == 1, "bits of {} bytes", span.len);
        prop_assert!(span.offset >= next, "{:?} comes late", spanned);
        next = if mask & 1 == 1 { span.end() } else { span.offset };
        for byte in &mut owned[span.offset..span.end()] {
            prop_assert_eq!(*byte & mask, 0, "{:?} takes what another field has", spanned);
            *byte |= mask;
        }
    }
    prop_assert!(owned.iter().all(|&byte| byte == 0xff), "not owned: {owned:02x?} of {bytes:02x?}");
    if let Err(wire::DecodeError::Malformed(malformed)) = outcome {
        prop_assert!(malformed.span.end() <= bytes.len(), "{malformed:?} is outside");
    }
    for group in spans.iter().filter(|spanned| spanned.is_group) {
        let parts = spans.fields().filter(|part| part.span.offset == group.span.offset);
        let masks = parts.filter_map(|part| part.span.bits.map(wire::Bits::mask));
        prop_assert_eq!(masks.fold(0, std::ops::BitOr::bitor), 0xff);
    }
    Ok(spans)
}
