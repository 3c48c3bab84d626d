//! The dump of each packet type, pinned: in all four levels, on pages of all widths, with and without
//! colour.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod common;

use bytes::Bytes;
use common::{bytes, connect, each_type, page, publish, shown, without_colour};
use tracer::{Detail, Page, Palette};
use wire::{Connect, Publish, Version};

#[test]
fn each_packet_type_with_all_its_fields() {
    for (name, packet) in each_type() {
        insta::assert_snapshot!(name, shown(bytes(packet), Detail::Fields, Page::PLAIN));
    }
}

#[test]
fn a_connect_of_version_3_1() {
    let connect = Connect { version: Version::V3_1, will: None, credentials: None, ..connect() };
    insta::assert_snapshot!(shown(bytes(connect), Detail::Fields, Page::PLAIN));
}

#[test]
fn a_connect_of_a_version_that_the_lab_does_not_speak() {
    let connect = Bytes::from_static(b"\x10\x10\0\x04MQTT\x05\x02\0\x3c\0\0\x03lab");
    insta::assert_snapshot!(shown(connect, Detail::Fields, Page::PLAIN));
}

#[test]
fn explained() {
    for (name, packet) in each_type() {
        if ["connect", "connack", "publish", "subscribe"].contains(&name) {
            let name = format!("{name}_explained");
            insta::assert_snapshot!(name, shown(bytes(packet), Detail::Explain, page(100)));
        }
    }
}

#[test]
fn in_a_line_each() {
    let lines: String = each_type()
        .into_iter()
        .map(|(_, packet)| shown(bytes(packet), Detail::Line, page(100)))
        .collect();
    insta::assert_snapshot!(lines);
}

#[test]
fn bytes_alone() {
    insta::assert_snapshot!(shown(bytes(connect()), Detail::Hex, page(100)));
}

#[test]
fn on_narrow_and_wide_pages() {
    for width in [60, 80, 100, 140] {
        let name = format!("connect_{width}");
        insta::assert_snapshot!(name, shown(bytes(connect()), Detail::Fields, page(width)));
    }
}

#[test]
fn in_colour() {
    let page = Page { width: 100, colour: Some(Palette::Usual) };
    let text = shown(bytes(publish()), Detail::Fields, page);
    insta::assert_snapshot!(text.replace('\u{1b}', "␛"));
}

#[test]
fn colour_changes_no_character() {
    for (name, packet) in each_type() {
        let plain = shown(bytes(packet.clone()), Detail::Explain, page(100));
        let colour = shown(
            bytes(packet),
            Detail::Explain,
            Page { width: 100, colour: Some(Palette::Usual) },
        );
        assert_eq!(without_colour(&colour), plain, "{name}");
    }
}

#[test]
fn a_long_payload_is_cut_in_the_middle() {
    let publish = Publish { payload: Bytes::from(vec![0xa5; 1000]), ..publish() };
    insta::assert_snapshot!(shown(bytes(publish), Detail::Fields, page(100)));
}

#[test]
fn payloads_of_all_kinds() {
    let payloads: [(&str, &[u8]); 9] = [
        ("empty", b""),
        ("one_byte", b"\x01"),
        ("accents", "Küche: 21,5 °C".as_bytes()),
        ("wide", "温度計は二十一度".as_bytes()),
        ("right_to_left", "שלום עולם".as_bytes()),
        ("control", b"\x1b[2J\x07gone"),
        ("lines", b"one\ntwo\t\"three\"\r\n"),
        ("invisible", "a\u{200b}b\u{202e}c".as_bytes()),
        ("no_text", b"\xff\xfe\x00"),
    ];
    for (name, payload) in payloads {
        let publish = Publish { payload: payload.into(), ..publish() };
        let text = shown(bytes(publish), Detail::Fields, Page::PLAIN);
        assert!(!text.contains(|character: char| character.is_control() && character != '\n'));
        insta::assert_snapshot!(format!("payload_{name}"), text);
    }
}
