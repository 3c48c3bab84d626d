//! Fields that are changed on purpose: nothing else changes, and what is read back is what was asked for.

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::Index;
use wire::{NewValue, Packet, PacketType, Spanned, Spans, Value, Version, amend, flip, strategies};

fn spans(frame: &Bytes) -> Spans {
    let mut spans = Spans::default();
    let _ = Packet::decode_observed(frame, Version::V3_1_1, &mut spans);
    spans
}

fn own(spanned: &Spanned, frame: &Bytes) -> NewValue {
    match spanned.value(frame) {
        Value::Number(number) => NewValue::Number(number),
        Value::Text(text) => NewValue::Bytes(Bytes::copy_from_slice(text.as_bytes())),
        Value::Bytes(bytes) => NewValue::Bytes(Bytes::copy_from_slice(bytes)),
    }
}

/// Text and bytes; but another Protocol Name would bring other fields behind it.
fn is_content(spanned: &Spanned) -> bool {
    !spanned.is_number() && spanned.field.key != "protocol_name"
}

/// Packets that have text or bytes.
fn with_content() -> impl Strategy<Value = Packet> {
    use PacketType::{Connect, Publish, Subscribe, Unsubscribe};
    proptest::sample::select(&[Connect, Publish, Subscribe, Unsubscribe][..])
        .prop_flat_map(strategies::packet_of)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_field_set_to_its_own_value_is_the_same_packet(packet in strategies::packet()) {
        let frame = packet.to_bytes()?;
        let spans = spans(&frame);
        let changes: Vec<_> =
            spans.iter().enumerate().map(|(at, spanned)| (at, own(spanned, &frame))).collect();
        prop_assert_eq!(amend(&frame, &spans, &changes)?, frame);
    }

    /// A broken one keeps its breakage: a wrong length stays wrong.
    #[test]
    fn without_a_change_broken_bytes_stay_as_they_are(frame in strategies::damaged()) {
        prop_assert_eq!(amend(&frame, &spans(&frame), &[])?, frame);
    }

    /// Text and bytes of a good packet, replaced by others, leave a packet that is as long as it says.
    #[test]
    fn lengths_follow(packet in with_content(), which: Index, text in "[a-z]{1,200}") {
        let frame = packet.to_bytes()?;
        let before = spans(&frame);
        let contents: Vec<(usize, &Spanned)> =
            before.iter().enumerate().filter(|(_, spanned)| is_content(spanned)).collect();
        prop_assume!(!contents.is_empty()); // of a CONNECT of another protocol
        let (at, chosen) = contents[which.index(contents.len())];
        let changed = amend(&frame, &before, &[(at, NewValue::Bytes(text.clone().into()))])?;
        prop_assert_eq!(wire::frame_size(&changed)?, Some(changed.len()));
        let after = spans(&changed);
        let now = after.iter().nth(at);
        prop_assert_eq!(now.map(|spanned| spanned.field), Some(chosen.field));
        prop_assert_eq!(now.map(|spanned| own(spanned, &changed)), Some(NewValue::Bytes(text.into())));
    }

    /// A number, broken or not, is what a reader finds in the same place.
    #[test]
    fn numbers_stand_where_they_stood(
        packet in strategies::packet(),
        which: Index,
        number: u64,
    ) {
        let frame = packet.to_bytes()?;
        let before = spans(&frame);
        let fields: Vec<(usize, &Spanned)> = before
            .iter()
            .enumerate()
            .filter(|(_, spanned)| spanned.is_number() && spanned.field.key != "remaining_length")
            .collect();
        let (at, chosen) = fields[which.index(fields.len())];
        let bits = chosen.span.bits.map_or(8 * chosen.span.len, |bits| bits.mask().count_ones() as usize);
        let number = number & ((1 << bits) - 1);
        let changed = amend(&frame, &before, &[(at, NewValue::Number(number))])?;
        prop_assert_eq!(changed.len(), frame.len());
        let found = changed[chosen.span.offset..chosen.span.end()]
            .iter()
            .fold(0, |found, &byte| found << 8 | u64::from(byte));
        let found = chosen.span.bits.map_or(found, |bits| {
            u64::from(bits.get(changed[chosen.span.offset]))
        });
        prop_assert_eq!(found, number);
        for (byte, (new, old)) in changed.iter().zip(&frame).enumerate() {
            for bit in (0..8).filter(|bit| (new ^ old) >> bit & 1 == 1) {
                let is_own = chosen.owns(byte, bit) || chosen.is_group && byte == chosen.span.offset;
                prop_assert!(is_own, "byte {byte} bit {bit} is another field's");
            }
        }
    }

    #[test]
    fn a_bit_flipped_twice_is_as_it_was(frame in strategies::damaged(), which: Index, bit in 0..8_u8) {
        prop_assume!(!frame.is_empty());
        let byte = which.index(frame.len());
        let flipped = flip(&frame, byte, bit);
        prop_assert!(flipped.as_ref() != Some(&frame));
        prop_assert_eq!(flipped.and_then(|flipped| flip(&flipped, byte, bit)), Some(frame));
    }
}
