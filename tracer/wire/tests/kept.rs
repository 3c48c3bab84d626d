//! The rules on the form of the bytes that a decoder never tells as broken (see `rules.rs`): each is
//! seen to be kept in what an encoder writes, and in what a decoder makes of it.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use bytes::Bytes;
use proptest::prelude::*;
use wire::{
    Connect, Credentials, DecodeError, Delivery, Packet, PacketType, Publish, Qos, Text,
    TopicFilter, TopicName, Version, Will, strategies,
};

/// The first byte of a packet of each type, as §2.2 fixes it; of PUBLISH, the four bits that it fixes.
const FIRST_BYTES: [u8; 14] =
    [0x10, 0x20, 0x30, 0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xa2, 0xb0, 0xc0, 0xd0, 0xe0];

proptest! {
    #[test]
    fn reserved_flags_are_written_as_the_standard_fixes_them_mqtt_2_2_2_1(
        packet in strategies::packet(),
    ) {
        let packet_type = packet.packet_type();
        let first = packet.to_bytes()?[0];
        let fixed = if packet_type == PacketType::Publish { first & 0xf0 } else { first };
        prop_assert_eq!(fixed, FIRST_BYTES[usize::from(packet_type.number()) - 1]);
    }

    #[test]
    fn the_first_byte_of_qos_0_is_0x30_or_0x31_mqtt_4_3_1_1_mqtt_3_3_1_2(
        packet in strategies::packet(),
    ) {
        if let Packet::Publish(publish) = packet
            && publish.delivery.qos() == Qos::AtMostOnce
        {
            let first = 0x30 + u8::from(publish.retain);
            prop_assert_eq!(Packet::from(publish).to_bytes()?[0], first);
        }
    }
}

fn decode(bytes: &'static [u8]) -> Result<Packet, DecodeError> {
    Packet::decode(&Bytes::from_static(bytes), Version::V3_1_1)
}

/// The id of the rule that these bytes are told to break.
fn broken(bytes: &'static [u8]) -> &'static str {
    match decode(bytes) {
        Err(DecodeError::Malformed(malformed)) => malformed.rule.id,
        other => panic!("{bytes:02x?} became {other:?}"),
    }
}

#[test]
fn at_qos_0_the_payload_begins_behind_the_topic_mqtt_2_3_1_5() {
    let bytes = b"\x30\x05\0\x01a\0\x07";
    let publish = Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic: TopicName::try_from("a").unwrap(),
        payload: Bytes::from_static(b"\0\x07"),
    };
    assert_eq!(decode(bytes), Ok(publish.clone().into()));
    assert_eq!(Packet::from(publish).to_bytes().unwrap(), &bytes[..]);
}

/// All that CONNECT can say, in the order in which it has to.
const FULL_CONNECT: &[u8] = b"\x10\x19\0\x04MQTT\x04\xee\0\x3c\0\x01c\0\x01t\0\x01m\0\x01u\0\x01p";

fn full_connect() -> Connect {
    Connect {
        version: Version::V3_1_1,
        clean_session: true,
        keep_alive: 60,
        client_identifier: Text::try_from("c").unwrap(),
        will: Some(Will {
            topic: TopicName::try_from("t").unwrap(),
            message: Bytes::from_static(b"m"),
            qos: Qos::AtLeastOnce,
            retain: true,
        }),
        credentials: Some(Credentials {
            user_name: Text::try_from("u").unwrap(),
            password: Some(Bytes::from_static(b"p")),
        }),
    }
}

#[test]
fn the_payload_of_connect_has_its_order_mqtt_3_1_3_1() {
    assert_eq!(decode(FULL_CONNECT), Ok(full_connect().into()));
    assert_eq!(Packet::from(full_connect()).to_bytes().unwrap(), FULL_CONNECT);
}

#[test]
fn without_a_will_nothing_of_it_is_there_mqtt_3_1_2_11() {
    let connect = Connect { will: None, ..full_connect() };
    let bytes = b"\x10\x13\0\x04MQTT\x04\xc2\0\x3c\0\x01c\0\x01u\0\x01p";
    assert_eq!(Packet::from(connect).to_bytes().unwrap(), &bytes[..]);

    let will_qos = broken(b"\x10\x0d\0\x04MQTT\x04\x0a\0\0\0\x01c");
    let will_retain = broken(b"\x10\x0d\0\x04MQTT\x04\x22\0\0\0\x01c");
    assert_eq!((will_qos, will_retain), ("MQTT-3.1.2-13", "MQTT-3.1.2-15"));
    let payload = broken(b"\x10\x13\0\x04MQTT\x04\x02\0\0\0\x01c\0\x01t\0\x01m");
    assert_eq!(payload, "MQTT-3.1.2-18", "a Will Topic and a Will Message that no flag announces");
}

#[test]
fn topics_are_without_u_0000_mqtt_4_7_3_2() {
    for error in
        [TopicName::try_from("a\0b").unwrap_err(), TopicFilter::try_from("a\0b").unwrap_err()]
    {
        assert_eq!((error.rule.id, error.range), ("MQTT-1.5.3-2", 1..2));
    }
    let packets: [&[u8]; 4] = [
        b"\x30\x05\0\x03a\0b",                                  // PUBLISH
        b"\x82\x08\0\x01\0\x03a\0b\0",                          // SUBSCRIBE
        b"\xa2\x07\0\x01\0\x03a\0b",                            // UNSUBSCRIBE
        b"\x10\x14\0\x04MQTT\x04\x06\0\0\0\x01c\0\x03a\0b\0\0", // CONNECT, its Will Topic
    ];
    for packet in packets {
        assert_eq!(broken(packet), "MQTT-1.5.3-2", "{packet:02x?}");
    }
}

#[test]
fn topics_are_of_65535_bytes_at_most_mqtt_4_7_3_3() {
    let longest = "x".repeat(65_535);
    let topic = TopicName::try_from(&*longest).unwrap();
    let publish =
        Publish { delivery: Delivery::AtMostOnce, retain: false, topic, payload: Bytes::new() };
    let bytes = Packet::from(publish.clone()).to_bytes().unwrap();
    assert_eq!(Packet::decode(&bytes, Version::V3_1_1), Ok(publish.into()));
    assert!(TopicFilter::try_from(&*longest).is_ok());

    let longer = "x".repeat(65_536);
    assert_eq!(TopicName::try_from(&*longer).unwrap_err().range, 65_535..65_536);
    assert_eq!(TopicFilter::try_from(&*longer).unwrap_err().range, 65_535..65_536);
    let longer = "€".repeat(21_846); // fewer characters, but 65538 bytes
    assert!(TopicName::try_from(&*longer).is_err());
}

/// Surrogates are code points, and no characters: UTF-8 has no bytes for them.
#[test]
fn surrogates_are_no_text_mqtt_1_5_3_1() {
    for bytes in [&b"\xed\xa0\x80"[..], b"\xed\xbf\xbf", b"a\xed\xa0\x80\xed\xb0\x80"] {
        assert_eq!(Text::new(bytes).unwrap_err().rule.id, "MQTT-1.5.3-1");
    }
    for good in ["\u{d7ff}", "\u{e000}", "\u{10000}", "\u{10ffff}"] {
        assert!(Text::try_from(good).is_ok(), "{good:?}");
    }
}

#[test]
fn a_byte_order_mark_is_a_character_like_any_other_mqtt_1_5_3_3() {
    let bytes = b"\x30\x06\0\x04\xef\xbb\xbfa";
    let Ok(Packet::Publish(publish)) = decode(bytes) else { panic!("no PUBLISH") };
    assert_eq!(&*publish.topic, "\u{feff}a");
    assert_eq!(Packet::from(publish).to_bytes().unwrap(), &bytes[..]);
}
