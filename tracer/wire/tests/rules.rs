//! Every rule on the form of the bytes: the smallest packet that breaks it, and where the error says
//! that it does. The rules that no bytes can break stand below, each with its reason.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::collections::BTreeSet;

use bytes::Bytes;
use wire::{
    Binds, DecodeError, Malformed, Packet, PacketType, Rule, Version, frame_size, outline,
    requirements, rules,
};

/// A packet, the rule that it breaks, the field that breaks it, and the place of that.
type Broken = (&'static [u8], &'static Rule, &'static str, &'static str);

/// In the order of the rules' ids. A packet of each kind that breaks a rule, where kinds differ.
static BROKEN: &[Broken] = &[
    // Strings (§1.5.3).
    (b"\x10\x03\0\x01\xff", &rules::MQTT_1_5_3_1, "Protocol Name", "byte 4"),
    (b"\x30\x03\0\x01\0", &rules::MQTT_1_5_3_2, "Topic Name", "byte 4"),
    // The fixed header (§2.2), Packet Identifiers (§2.3.1).
    (b"\x11\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\x21\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\x41\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\x51\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\x71\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\x91\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\xb1\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\xc1\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\xd1\0", &rules::MQTT_2_2_2_2, "Reserved flags", "byte 0, bits 3–0"),
    (b"\x40\x02\0\0", &rules::MQTT_2_3_1_1, "Packet Identifier", "bytes 2–3"),
    (b"\x32\x03\0\x01a", &rules::MQTT_2_3_1_1, "Packet Identifier", "byte 5"),
    // CONNECT (§3.1): its flags, one by one, and what they announce.
    (b"\x10\x08\0\x04MQTT\x04\x01", &rules::MQTT_3_1_2_3, "Reserved", "byte 9, bit 0"),
    (b"\x10\x0c\0\x04MQTT\x04\x04\0\0\0\0", &rules::MQTT_3_1_2_9, "Will Topic length", "byte 14"),
    (
        b"\x10\x0f\0\x04MQTT\x04\x04\0\0\0\0\0\x01a",
        &rules::MQTT_3_1_2_9,
        "Will Message length",
        "byte 17",
    ),
    (b"\x10\x08\0\x04MQTT\x04\x08", &rules::MQTT_3_1_2_13, "Will QoS", "byte 9, bits 4–3"),
    (b"\x10\x08\0\x04MQTT\x04\x1c", &rules::MQTT_3_1_2_14, "Will QoS", "byte 9, bits 4–3"),
    (b"\x10\x08\0\x04MQTT\x04\x20", &rules::MQTT_3_1_2_15, "Will Retain", "byte 9, bit 5"),
    (b"\x10\x0d\0\x04MQTT\x04\0\0\0\0\0\0", &rules::MQTT_3_1_2_18, "not decoded", "byte 14"),
    (b"\x10\x0c\0\x04MQTT\x04\x80\0\0\0\0", &rules::MQTT_3_1_2_19, "User Name length", "byte 14"),
    (b"\x10\x0f\0\x04MQTT\x04\x80\0\0\0\0\0\0\0", &rules::MQTT_3_1_2_20, "not decoded", "byte 16"),
    (
        b"\x10\x0e\0\x04MQTT\x04\xc0\0\0\0\0\0\0",
        &rules::MQTT_3_1_2_21,
        "Password length",
        "byte 16",
    ),
    (b"\x10\x08\0\x04MQTT\x04\x40", &rules::MQTT_3_1_2_22, "Password Flag", "byte 9, bit 6"),
    (b"\x10\x0a\0\x04MQTT\x04\0\0\0", &rules::MQTT_3_1_3_3, "Client Identifier length", "byte 12"),
    (
        b"\x10\x0d\0\x04MQTT\x04\0\0\0\0\x01\xff",
        &rules::MQTT_3_1_3_4,
        "Client Identifier",
        "byte 14",
    ),
    (
        b"\x10\x0f\0\x04MQTT\x04\x04\0\0\0\0\0\x01\xff",
        &rules::MQTT_3_1_3_10,
        "Will Topic",
        "byte 16",
    ),
    (
        b"\x10\x0f\0\x04MQTT\x04\x80\0\0\0\0\0\x01\xff",
        &rules::MQTT_3_1_3_11,
        "User Name",
        "byte 16",
    ),
    (
        b"\x10\x11\0\x04MQTT\x04\xc0\0\0\0\0\0\0\0\0\0",
        &rules::MQTT_3_1_4_1,
        "not decoded",
        "byte 18",
    ),
    // PUBLISH (§3.3).
    (b"\x38\0", &rules::MQTT_3_3_1_2, "DUP", "byte 0, bit 3"),
    (b"\x36\0", &rules::MQTT_3_3_1_4, "QoS", "byte 0, bits 2–1"),
    (b"\x30\x03\0\x01\xff", &rules::MQTT_3_3_2_1, "Topic Name", "byte 4"),
    (b"\x30\x03\0\x01+", &rules::MQTT_3_3_2_2, "Topic Name", "byte 4"),
    (b"\x30\x03\0\x01#", &rules::MQTT_3_3_2_2, "Topic Name", "byte 4"),
    // PUBREL (§3.6) and SUBSCRIBE (§3.8).
    (b"\x60\0", &rules::MQTT_3_6_1_1, "Reserved flags", "byte 0, bits 3–0"),
    (b"\x80\0", &rules::MQTT_3_8_1_1, "Reserved flags", "byte 0, bits 3–0"),
    (b"\x82\x05\0\x01\0\x01\xff", &rules::MQTT_3_8_3_1, "Topic Filter", "byte 6"),
    (b"\x82\x02\0\x01", &rules::MQTT_3_8_3_3, "Topic Filter", "bytes 2–3"),
    (b"\x82\x06\0\x01\0\x01a\x04", &rules::MQTT_3_8_3_4, "Reserved", "byte 7, bits 7–2"),
    (b"\x82\x06\0\x01\0\x01a\x03", &rules::MQTT_3_8_3_4, "Requested QoS", "byte 7, bits 1–0"),
    // SUBACK (§3.9), UNSUBSCRIBE (§3.10), DISCONNECT (§3.14).
    (b"\x90\x02\0\x01", &rules::MQTT_3_8_4_5, "Return Code", "bytes 2–3"),
    (b"\x90\x03\0\x01\x03", &rules::MQTT_3_9_3_2, "Return Code", "byte 4"),
    (b"\xa0\0", &rules::MQTT_3_10_1_1, "Reserved flags", "byte 0, bits 3–0"),
    (b"\xa2\x05\0\x01\0\x01\xff", &rules::MQTT_3_10_3_1, "Topic Filter", "byte 6"),
    (b"\xa2\x02\0\x01", &rules::MQTT_3_10_3_2, "Topic Filter", "bytes 2–3"),
    (b"\xe1\0", &rules::MQTT_3_14_1_1, "Reserved flags", "byte 0, bits 3–0"),
    // Topics (§4.7).
    (b"\x10\x0f\0\x04MQTT\x04\x04\0\0\0\0\0\x01+", &rules::MQTT_4_7_1_1, "Will Topic", "byte 16"),
    (b"\x82\x06\0\x01\0\x02##", &rules::MQTT_4_7_1_2, "Topic Filter", "byte 6"),
    (b"\x82\x06\0\x01\0\x02++", &rules::MQTT_4_7_1_3, "Topic Filter", "byte 6"),
    (b"\x30\x02\0\0", &rules::MQTT_4_7_3_1, "Topic Name", "byte 4"),
    (b"\x82\x04\0\x01\0\0", &rules::MQTT_4_7_3_1, "Topic Filter", "byte 6"),
    // What the standard requires without a number.
    (b"\0\0", &requirements::RESERVED_TYPE, "Packet type", "byte 0, bits 7–4"),
    (b"\xf0\0", &requirements::RESERVED_TYPE, "Packet type", "byte 0, bits 7–4"),
    (
        b"\xc0\x80\x80\x80\x80",
        &requirements::REMAINING_LENGTH_BYTES,
        "Remaining Length",
        "bytes 1–4",
    ),
    (b"\xc0\x01\0", &requirements::NOTHING_FOLLOWS, "not decoded", "byte 2"),
    (b"\x40\x03\0\x01\0", &requirements::NOTHING_FOLLOWS, "not decoded", "byte 4"),
    (b"\x20\0", &requirements::OVERRUN, "Connect Acknowledge Flags", "byte 2"),
    (b"\x30\0", &requirements::OVERRUN, "Topic Name length", "byte 2"),
    (b"\x20\x01\x02", &requirements::CONNACK_RESERVED, "Reserved", "byte 2, bits 7–1"),
];

/// The rules that bind the codec and that no bytes can break, as far as a decoder can tell. That they
/// are kept all the same is seen in `kept.rs`.
static UNBREAKABLE: &[(&Rule, &str)] = &[
    (&rules::MQTT_1_5_3_3, "keeping U+FEFF is up to the decoder"),
    (&rules::MQTT_2_2_2_1, "told as the rule on what to do then, which each type has for itself"),
    (&rules::MQTT_2_3_1_5, "at QoS 0 two bytes behind the topic are the start of the payload"),
    (&rules::MQTT_3_1_2_11, "told as the rule on the flag or the bytes that should not be there"),
    (&rules::MQTT_3_1_3_1, "in another order the strings would be taken for each other"),
    (&rules::MQTT_4_7_3_2, "told as the same rule on every string, [MQTT-1.5.3-2]"),
    (&rules::MQTT_4_7_3_3, "a length of two bytes tells no more: Text::new refuses it"),
    (&requirements::STRING_LENGTH, "a length of two bytes tells no more: Text::new refuses it"),
];

fn malformed(bytes: &[u8]) -> Option<Malformed> {
    match Packet::decode(&Bytes::copy_from_slice(bytes), Version::V3_1_1) {
        Err(DecodeError::Malformed(malformed)) => Some(malformed),
        _ => None,
    }
}

/// Shows every rule of [`BROKEN`]: the packet that breaks it is refused.
#[test]
fn broken_packets_name_rule_field_byte_and_bits() {
    for &(bytes, rule, field, place) in BROKEN {
        let malformed = malformed(bytes).unwrap_or_else(|| panic!("{bytes:02x?} is accepted"));
        let told = (malformed.rule, malformed.field.name, &*malformed.span.to_string());
        assert_eq!(told, (rule, field, place), "{bytes:02x?}");
    }
}

/// They are whole: the frame ends where the Remaining Length says. And they are as small as can be: with
/// one byte less, whichever, they break another rule or none.
#[test]
fn broken_packets_are_whole_and_cannot_be_smaller() {
    for &(bytes, rule, field, _) in BROKEN {
        if rule == &requirements::REMAINING_LENGTH_BYTES {
            assert!(frame_size(bytes).is_err());
            continue;
        }
        assert_eq!(frame_size(bytes).unwrap(), Some(bytes.len()), "{bytes:02x?}");
        for at in 2..bytes.len() {
            let mut less = bytes.to_vec();
            less.remove(at);
            less[1] -= 1;
            let same = malformed(&less)
                .is_some_and(|malformed| malformed.rule == rule && malformed.field.name == field);
            assert!(!same, "{less:02x?} breaks {rule} too");
        }
    }
}

#[test]
fn every_rule_of_the_codec_can_be_broken_or_has_its_reason() {
    let of_codec = |rule: &&&Rule| rule.binds == Binds::Codec;
    let all = rules::MQTT_3_1_1.iter().chain(requirements::ALL);
    let expected: BTreeSet<_> = all.filter(of_codec).map(|rule| sentence(rule)).collect();
    let broken: BTreeSet<_> = BROKEN.iter().map(|broken| sentence(broken.1)).collect();
    let unbreakable: BTreeSet<_> = UNBREAKABLE.iter().map(|(rule, _)| sentence(rule)).collect();
    let listed: BTreeSet<_> = broken.union(&unbreakable).copied().collect();
    let missing: Vec<_> = expected.difference(&listed).collect();
    assert!(missing.is_empty(), "neither broken nor explained: {missing:#?}");
    let both: Vec<_> = broken.intersection(&unbreakable).collect();
    assert!(both.is_empty(), "broken, though it is said that nothing can: {both:#?}");
}

/// Also the rules that bind server or client by the letter, and are checked here because they are on
/// the form of the bytes.
#[test]
fn every_rule_that_the_tables_show_is_broken_here() {
    let broken: BTreeSet<_> = BROKEN.iter().map(|broken| sentence(broken.1)).collect();
    for packet_type in PacketType::ALL {
        for row in outline(packet_type, Version::V3_1_1) {
            for rule in row.rules {
                assert!(
                    broken.contains(&sentence(rule)),
                    "{packet_type}, {}: {rule}",
                    row.field.name
                );
            }
        }
    }
}

/// What nobody can break is never told: not by any change of one byte in any packet above.
#[test]
fn rules_that_nothing_can_break_are_never_told() {
    for (bytes, ..) in BROKEN {
        for at in 0..bytes.len() {
            for byte in 0..=u8::MAX {
                let mut other = bytes.to_vec();
                other[at] = byte;
                if let Some(Malformed { rule, .. }) = malformed(&other) {
                    let unbreakable =
                        UNBREAKABLE.iter().any(|(unbreakable, _)| *unbreakable == rule);
                    assert!(!unbreakable, "{other:02x?} breaks {rule}");
                }
            }
        }
    }
}

/// A length that says more than there is, is told at the length, which is the field to blame.
#[test]
fn a_length_that_overruns_its_packet() {
    let malformed = malformed(b"\x30\x05\0\x09abc").unwrap();
    let told = (malformed.rule, malformed.field.name, &*malformed.span.to_string());
    assert_eq!(told, (&requirements::OVERRUN, "Topic Name length", "bytes 2–3"));
}

/// MQTT 3.1 has a DUP and a QoS where 3.1.1 fixes the flags 0010: there the QoS has to be 1, and the
/// other two bits are free.
#[test]
fn flags_of_version_3_1() {
    let flags = |byte: u8| {
        let bytes = Bytes::from(vec![byte, 2, 0, 1]);
        match Packet::decode(&bytes, Version::V3_1) {
            Err(DecodeError::Malformed(malformed)) => {
                Some(format!("{}, {}", malformed.field.name, malformed.span))
            }
            _ => None,
        }
    };
    for free in [0b0010, 0b1010, 0b0011, 0b1011] {
        assert_eq!(flags(0x60 | free), None);
    }
    for wrong in [0b0000, 0b0100, 0b0110] {
        assert_eq!(flags(0x60 | wrong).as_deref(), Some("QoS, byte 0, bits 2–1"));
    }
}

/// Rules without a number may share an id: their sentence tells them apart.
fn sentence(rule: &'static Rule) -> (&'static str, &'static str) {
    (rule.id, rule.sentence)
}
