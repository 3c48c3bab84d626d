//! The dump of broken packets, pinned: what was understood, the field to blame, the rule it breaks,
//! what the receiver has to do, and the rest.

mod common;

use bytes::Bytes;
use common::{page, shown};
use tracer::Detail;

/// A packet for each way to be broken.
const BROKEN: [(&str, &[u8]); 13] = [
    ("nothing", b""),
    ("reserved_type", b"\xf0\0"),
    ("flags", b"\x80\x06\0\x01\0\x01a\0"),
    ("qos_3", b"\x36\x05\0\x01a\0\x01"),
    ("dup_at_qos_0", b"\x38\x03\0\x01a"),
    ("identifier_0", b"\x40\x02\0\0"),
    ("wildcard_in_topic_name", b"\x30\x08\0\x06home/#"),
    ("ill_formed_utf_8", b"\x30\x07\0\x05ab\xff\xfec"),
    ("string_overruns", b"\x30\x05\0\x09abc"),
    ("bytes_left_over", b"\xe0\x03abc"),
    ("no_filter", b"\x82\x02\0\x01"),
    ("remaining_length_of_five_bytes", b"\x30\xff\xff\xff\xff\x7f"),
    ("cut_off", b"\x10\x19\0\x04MQTT\x04\xc2\0\x3c"),
];

#[test]
fn what_is_wrong_stands_where_it_is_wrong() {
    for (name, bytes) in BROKEN {
        let text = shown(Bytes::from_static(bytes), Detail::Fields, page(100));
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn every_level_tells_the_rule() {
    for detail in Detail::ALL {
        let text = shown(Bytes::from_static(b"\x80\x06\0\x01\0\x01a\0"), detail.0, page(100));
        assert!(text.contains('✗') && text.contains("MQTT-3.8.1-1"), "{}:\n{text}", detail.1);
    }
}

#[test]
fn explained() {
    let text = shown(Bytes::from_static(b"\x36\x05\0\x01a\0\x01"), Detail::Explain, page(80));
    insta::assert_snapshot!("qos_3_explained", text);
}

#[test]
fn bytes_alone() {
    let text = shown(Bytes::from_static(b"\x36\x05\0\x01a\0\x01"), Detail::Hex, page(80));
    insta::assert_snapshot!("qos_3_hex", text);
}
