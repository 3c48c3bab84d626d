//! The difference of two packets: each mistake that people make is told as what it is, and what
//! follows from it is told as that.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod common;

use common::{bytes, each_type};
use tracer::diff::{self, Difference};
use tracer::{Page, Palette};
use wire::{Packet, Spans, Version};

/// A small CONNECT: the first one that anybody writes.
const CONNECT: &[u8] = b"\x10\x11\0\x04MQTT\x04\x02\0\x3c\0\x05alice";
/// A CONNECT that leaves its name to the server, and one with a will.
const NAMELESS: &[u8] = b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0";
const WILL: &[u8] = b"\x10\x1a\0\x04MQTT\x04\x06\0\x3c\0\x05alice\0\x01w\0\x04gone";
/// A PUBLISH at QoS 0 and one at QoS 1.
const PUBLISH_0: &[u8] = b"\x30\x0b\0\x05a/b/c21.5";
const PUBLISH_1: &[u8] = b"\x32\x0d\0\x05a/b/c\0\x0a21.5";
const SUBSCRIBE: &[u8] = b"\x82\x0d\0\x01\0\x03a/b\x01\0\x02/#\x00";

/// A PUBLISH whose Remaining Length takes two bytes.
const LARGE: [u8; 203] = {
    let mut large = [b'x'; 203];
    let head = *b"\x30\xc8\x01\0\x05a/b/c";
    let mut at = 0;
    while at < head.len() {
        large[at] = head[at];
        at += 1;
    }
    large
};

fn compared(expected: &[u8], actual: &[u8]) -> Difference {
    diff::packets(expected, actual, Version::V3_1_1)
}

/// `bytes` with those at this place replaced, and with the Remaining Length as it then should be.
fn with(bytes: &[u8], at: std::ops::Range<usize>, instead: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed.splice(at, instead.iter().copied());
    changed[1] = u8::try_from(changed.len() - 2).unwrap();
    changed
}

/// Every mistake, the packet that was meant, and the bytes that came.
fn mistakes() -> Vec<(&'static str, &'static [u8], Vec<u8>)> {
    let two = b"\x10\x14\0\x04MQTT\x04\x82\0\x3c\0\x05alice\0\x01u";
    let utf16: Vec<u8> = "alice".encode_utf16().flat_map(u16::to_be_bytes).collect();
    vec![
        ("connect_prefix_of_protocol_name_forgotten", CONNECT, with(CONNECT, 2..4, b"")),
        ("connect_prefix_of_client_identifier_forgotten", CONNECT, with(CONNECT, 12..14, b"")),
        ("connect_remaining_length_one_less", CONNECT, [&b"\x10\x10"[..], &CONNECT[2..]].concat()),
        (
            "connect_remaining_length_counts_header",
            CONNECT,
            [&b"\x10\x13"[..], &CONNECT[2..]].concat(),
        ),
        ("connect_remaining_length_forgotten", CONNECT, [&b"\x10"[..], &CONNECT[2..]].concat()),
        ("connect_remaining_length_padded", CONNECT, [&b"\x10\x91\0"[..], &CONNECT[2..]].concat()),
        ("connect_reserved_for_clean_session", CONNECT, with(CONNECT, 9..10, b"\x01")),
        ("connect_clean_session_0", CONNECT, with(CONNECT, 9..10, b"\0")),
        ("connect_level_behind_flags", CONNECT, with(CONNECT, 8..10, b"\x02\x04")),
        ("connect_level_5", CONNECT, with(CONNECT, 8..9, b"\x05")),
        ("connect_keep_alive_little_endian", CONNECT, with(CONNECT, 10..12, b"\x3c\0")),
        ("connect_keep_alive_one_byte", CONNECT, with(CONNECT, 10..12, b"\x3c")),
        ("connect_keep_alive_missing", CONNECT, with(CONNECT, 10..12, b"")),
        ("connect_length_little_endian", CONNECT, with(CONNECT, 12..14, b"\x05\0")),
        ("connect_length_counts_itself", CONNECT, with(CONNECT, 12..14, b"\0\x07")),
        ("connect_length_one_byte", CONNECT, with(CONNECT, 12..14, b"\x05")),
        ("connect_other_client_identifier", CONNECT, with(CONNECT, 12..19, b"\0\x03bob")),
        ("connect_upper_case", CONNECT, with(CONNECT, 14..15, b"A")),
        ("connect_client_identifier_missing", CONNECT, with(CONNECT, 12..19, b"")),
        ("connect_empty_client_identifier_missing", NAMELESS, with(NAMELESS, 12..14, b"")),
        ("connect_will_flag_forgotten", WILL, with(WILL, 9..10, b"\x02")),
        ("connect_will_and_flag_forgotten", WILL, CONNECT.to_vec()),
        ("connect_will_that_no_flag_announces", CONNECT, with(WILL, 9..10, b"\x02")),
        ("connect_user_name_that_no_flag_announces", CONNECT, with(CONNECT, 19..19, b"\0\x01u")),
        ("connect_will_for_none", CONNECT, WILL.to_vec()),
        ("connect_utf_16", CONNECT, with(CONNECT, 12..19, &[&b"\0\x0a"[..], &utf16].concat())),
        (
            "connect_user_name_before_client_identifier",
            two,
            with(two, 12..22, b"\0\x01u\0\x05alice"),
        ),
        ("connect_user_name_forgotten", two, with(two, 19..22, b"")),
        ("connect_user_name_and_flag_forgotten", two, with(CONNECT, 0..0, b"")),
        ("connect_cut_off", CONNECT, CONNECT[..16].to_vec()),
        ("connect_nothing", CONNECT, Vec::new()),
        ("connect_one_byte", CONNECT, vec![0x10]),
        ("connect_trailing", CONNECT, [CONNECT, b"\0\0"].concat()),
        ("connect_sent_twice", CONNECT, [CONNECT, CONNECT].concat()),
        ("publish_identifier_missing", PUBLISH_1, with(PUBLISH_1, 9..11, b"")),
        (
            "publish_identifier_before_topic",
            PUBLISH_1,
            with(PUBLISH_1, 2..11, b"\0\x0a\0\x05a/b/c"),
        ),
        ("publish_identifier_at_qos_0", PUBLISH_0, with(PUBLISH_0, 9..9, b"\0\x0a")),
        ("publish_qos_0_for_qos_1", PUBLISH_1, PUBLISH_0.to_vec()),
        ("publish_qos_1_for_qos_0", PUBLISH_0, PUBLISH_1.to_vec()),
        ("publish_qos_bits_shifted", PUBLISH_1, with(PUBLISH_1, 0..1, b"\x31")),
        ("publish_payload_with_length", PUBLISH_0, with(PUBLISH_0, 9..9, b"\0\x04")),
        ("publish_other_payload", PUBLISH_0, with(PUBLISH_0, 9..13, b"21.50")),
        ("publish_payload_cut_off", PUBLISH_0, PUBLISH_0[..11].to_vec()),
        ("publish_remaining_length_plain", &LARGE, [&b"\x30\xc8"[..], &LARGE[3..]].concat()),
        (
            "publish_remaining_length_high_first",
            &LARGE,
            [&b"\x30\x81\x48"[..], &LARGE[3..]].concat(),
        ),
        (
            "publish_large_payload_one_byte_other",
            &LARGE,
            [&LARGE[..150], b"y", &LARGE[151..]].concat(),
        ),
        ("publish_wildcard", PUBLISH_0, with(PUBLISH_0, 8..9, b"#")),
        ("another_type", PUBLISH_0, CONNECT.to_vec()),
        ("wrong_type_alone", SUBSCRIBE, with(SUBSCRIBE, 0..1, b"\xa2")),
        ("subscribe_flags_forgotten", SUBSCRIBE, with(SUBSCRIBE, 0..1, b"\x80")),
        ("subscribe_qos_forgotten", SUBSCRIBE, with(SUBSCRIBE, 14..15, b"")),
        ("subscribe_qos_before_filter", SUBSCRIBE, with(SUBSCRIBE, 4..10, b"\x01\0\x03a/b")),
        ("subscribe_one_filter_of_two", SUBSCRIBE, with(SUBSCRIBE, 10..15, b"")),
        ("subscribe_reserved_bit", SUBSCRIBE, with(SUBSCRIBE, 9..10, b"\x05")),
    ]
}

#[test]
fn every_mistake_reads_as_what_it_is() {
    for (name, expected, actual) in mistakes() {
        let difference = compared(expected, &actual);
        let text = difference.to_string();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{name}:\n{text}");
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn one_flipped_bit_is_found_in_the_field_that_owns_it() {
    for (name, packet) in each_type() {
        let expected = bytes(packet);
        let mut spans = Spans::default();
        Packet::decode_observed(&expected, Version::V3_1_1, &mut spans).unwrap();
        for place in 0..expected.len() * 8 {
            let (byte, mask) = (place / 8, 1_u8 << (place % 8));
            let mut actual = expected.to_vec();
            actual[byte] ^= mask;
            let difference = compared(&expected, &actual);
            let owner = spans.fields().find(|spanned| {
                let bits = spanned.span.bits.map_or(0xff, wire::Bits::mask);
                (spanned.span.offset..spanned.span.end()).contains(&byte) && bits & mask != 0
            });
            let owner = owner.unwrap().field;
            let first = difference.causes().next().unwrap();
            assert_eq!(first.field, Some(owner), "{name}, byte {byte}:\n{difference}");
        }
    }
}

#[test]
fn the_same_bytes_are_no_difference() {
    for (name, packet) in each_type() {
        let packet = bytes(packet);
        let difference = compared(&packet, &packet);
        assert!(difference.is_equal(), "{name}:\n{difference}");
    }
    assert!(compared(b"", b"").is_equal());
    assert!(compared(b"\xff\xff", b"\xff\xff").is_equal());
    insta::assert_snapshot!("equal", compared(CONNECT, CONNECT));
}

#[test]
fn a_broken_packet_can_be_expected() {
    let broken = b"\x82\x07\0\x01\0\x02/#\x03";
    let difference = compared(broken, b"\x82\x07\0\x01\0\x02/#\x00");
    insta::assert_snapshot!("broken_expected", difference);
}

/// A SUBSCRIBE with many filters that begin with this letter.
fn many_filters(letter: char) -> Vec<u8> {
    let filter = |number| format!("\0\u{5}{letter}{number:04}\0").into_bytes();
    let filters: Vec<u8> = (0..2000).flat_map(filter).collect();
    let length = filters.len() + 2;
    let digit = |number: usize| u8::try_from(number % 128).unwrap();
    let mut bytes = vec![0x82, digit(length) | 0x80, digit(length / 128), 0, 1];
    bytes.extend(filters);
    bytes
}

#[test]
fn packets_that_have_nothing_in_common_are_given_up() {
    let difference = compared(&many_filters('a'), &many_filters('b'));
    insta::assert_snapshot!("nothing_in_common", difference);
}

#[test]
fn colour_changes_no_character() {
    for (name, expected, actual) in mistakes() {
        let difference = compared(expected, &actual);
        let colour = difference.text(Page { width: 80, colour: Some(Palette::Usual) });
        assert_eq!(common::without_colour(&colour), difference.to_string(), "{name}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_comes_is_told_in_lines_that_fit(
        expected in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
        actual in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
        width in 60_usize..120,
    ) {
        let difference = compared(&expected, &actual);
        proptest::prop_assert_eq!(difference.is_equal(), expected == actual);
        let text = difference.text(Page { width, colour: None });
        for line in text.lines() {
            proptest::prop_assert!(line.chars().count() <= width, "{}", text);
        }
    }

    #[test]
    fn a_damaged_packet_is_told_to_differ(
        which in 0_usize..14,
        at in 0_usize..40,
        removed in 0_usize..6,
        instead in proptest::collection::vec(proptest::num::u8::ANY, 0..6),
    ) {
        let expected = bytes(each_type().swap_remove(which).1);
        let (start, end) = (at.min(expected.len()), (at + removed).min(expected.len()));
        let mut actual = expected.to_vec();
        actual.splice(start..end, instead);
        let difference = compared(&expected, &actual);
        proptest::prop_assert_eq!(difference.is_equal(), expected == actual);
        proptest::prop_assert_eq!(difference.causes().count() == 0, expected == actual);
    }
}
