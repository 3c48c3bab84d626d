//! The rules on the form of a packet.

use bytes::Bytes;
use wire::Qos::{AtLeastOnce, AtMostOnce, ExactlyOnce};
use wire::{Connect, Credentials, NewValue, Packet, Spans, Text, Version, amend};

use crate::common;
use crate::packets::{alice, at, connack, note, numbered, suback};
use crate::table::{Case, case};
use crate::talk::{Talk, connect, subscribe, unsubscribe};

/// All cases of this page.
pub(crate) fn cases() -> Vec<Case> {
    [connects(), will_and_credentials(), publishes(), subscribes(), headers(), lengths()]
        .into_iter()
        .flatten()
        .collect()
}

/// The bytes of a packet with one of its fields changed.
pub(crate) fn amended(packet: impl Into<Packet>, key: &str, value: NewValue) -> Bytes {
    with(&common::bytes(packet), key, value)
}

fn with(bytes: &Bytes, key: &str, value: NewValue) -> Bytes {
    let mut spans = Spans::default();
    let _ = Packet::decode_observed(bytes, Version::default(), &mut spans); // it may be broken already
    let index = spans.iter().position(|spanned| !spanned.is_group && spanned.field.key == key);
    amend(bytes, &spans, &[(index.unwrap(), value)]).unwrap()
}

pub(crate) fn number(number: u64) -> NewValue {
    NewValue::Number(number)
}

pub(crate) fn text(bytes: &'static [u8]) -> NewValue {
    NewValue::Bytes(Bytes::from_static(bytes))
}

/// A client whose first packet is this one.
pub(crate) fn begins(bytes: Bytes) -> Talk {
    Talk::default().open(1).sends(1, bytes)
}

/// A CONNECT with this field, and without a will.
fn plain(key: &str, value: NewValue) -> Talk {
    begins(amended(connect("alice"), key, value))
}

/// A CONNECT with all that it can have, but for this field.
fn full(key: &str, value: NewValue) -> Talk {
    begins(amended(common::connect(), key, value))
}

fn with_user_name_alone() -> Connect {
    let user_name = Text::try_from("paolo").unwrap();
    Connect { credentials: Some(Credentials { user_name, password: None }), ..connect("alice") }
}

fn connects() -> Vec<Case> {
    let whole = || begins(common::bytes(common::connect()));
    let mut longer = common::bytes(common::connect()).to_vec();
    longer[1] += 1;
    longer.push(0);
    let bare = || Talk::default().open(1).raw_up(1, b"\x10\x0a\0\x04MQTT\x04\x02\0\x3c");
    let nameless = || Talk::default().open(1).raw_up(1, b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0");
    vec![
        case(
            "MQTT-1.5.3-1",
            plain("protocol_name", text(b"MQT\xff")),
            plain("protocol_name", text("MQT\u{ff}".as_bytes())),
        ),
        case("MQTT-3.1.2-3", plain("connect_flags_reserved", number(1)), whole()),
        case("MQTT-3.1.3-3", bare(), nameless()),
        case(
            "MQTT-3.1.3-4",
            plain("client_identifier", text(b"\xff\xfe")),
            plain("client_identifier", text("\u{ff}\u{fe}".as_bytes())),
        ),
        case("MQTT-3.1.4-1", begins(longer.into()), whole()),
    ]
}

fn will_and_credentials() -> Vec<Case> {
    let whole = || begins(common::bytes(common::connect()));
    let no_user = amended(common::connect(), "user_name_flag", number(0));
    let no_user = with(&no_user, "password_flag", number(0));
    vec![
        case("MQTT-3.1.2-9", plain("will_flag", number(1)), whole()),
        case("MQTT-3.1.2-13", plain("will_qos", number(1)), full("will_qos", number(1))),
        case("MQTT-3.1.2-14", full("will_qos", number(3)), full("will_qos", number(2))),
        case("MQTT-3.1.2-15", plain("will_retain", number(1)), full("will_retain", number(1))),
        case("MQTT-3.1.2-18", begins(no_user), whole()),
        case("MQTT-3.1.2-19", plain("user_name_flag", number(1)), whole()),
        case("MQTT-3.1.2-20", full("password_flag", number(0)), whole()),
        case(
            "MQTT-3.1.2-21",
            begins(amended(with_user_name_alone(), "password_flag", number(1))),
            Talk::default().open(1).up(1, with_user_name_alone()),
        ),
        case("MQTT-3.1.2-22", plain("password_flag", number(1)), whole()),
        case(
            "MQTT-3.1.3-10",
            full("will_topic", text(b"a\xff")),
            full("will_topic", text("a\u{ff}".as_bytes())),
        ),
        case(
            "MQTT-3.1.3-11",
            full("user_name", text(b"\xc3\x28")),
            full("user_name", text("\u{e8}".as_bytes())),
        ),
        case("MQTT-4.7.1-1", full("will_topic", text(b"a/#")), full("will_topic", text(b"a/*"))),
    ]
}

fn publishes() -> Vec<Case> {
    let topic = |bytes| alice().sends(1, amended(note("x", false), "topic_name", text(bytes)));
    let identifier =
        |it| alice().sends(1, amended(numbered(1, "x", false), "packet_identifier", number(it)));
    let first = || alice().up(1, numbered(1, "x", false));
    let qos = |it| alice().sends(1, amended(at(ExactlyOnce, 1, "x", false), "qos", number(it)));
    vec![
        case("MQTT-1.5.3-2", topic(b"a\0b"), topic(b"a\x01b")),
        case("MQTT-2.3.1-1", identifier(0), identifier(0xffff)),
        case(
            "MQTT-3.3.1-2",
            alice().sends(1, amended(note("x", false), "dup", number(1))),
            first().up(1, numbered(1, "x", true)),
        ),
        case("MQTT-3.3.1-4", qos(3), qos(2)),
        case("MQTT-3.3.2-1", topic(b"a/\xed\xa0\x80"), topic("a/\u{d7ff}".as_bytes())),
        case("MQTT-3.3.2-2", topic(b"a/+"), topic(b"a/*")),
        case("MQTT-4.7.3-1", topic(b""), topic(b"/")),
    ]
}

fn subscribes() -> Vec<Case> {
    let asks =
        |key, value| alice().sends(1, amended(subscribe(1, &[("t", AtMostOnce)]), key, value));
    let filter = |bytes| asks("topic_filter", text(bytes));
    let leaves =
        |bytes| alice().sends(1, amended(unsubscribe(1, "t"), "topic_filter", text(bytes)));
    let asked = || alice().up(1, subscribe(1, &[("t", AtLeastOnce)]));
    let answer = suback(1, &[AtMostOnce]);
    let code = |it| common::bytes(answer.clone()).iter().take(4).copied().chain([it]).collect();
    vec![
        case("MQTT-3.8.3-1", filter(b"\xff"), filter("\u{ff}".as_bytes())),
        case("MQTT-3.8.3-3", alice().raw_up(1, b"\x82\x02\0\x01"), filter(b"t")),
        case(
            "MQTT-3.8.3-4",
            asks("requested_qos_level", number(3)),
            asks("requested_qos_level", number(2)),
        ),
        case("MQTT-3.8.3-4", asks("requested_qos_reserved", number(1)), filter(b"t")),
        case("MQTT-4.7.1-2", filter(b"a#"), filter(b"a/#")),
        case("MQTT-4.7.1-2", filter(b"a/#/b"), filter(b"#")),
        case("MQTT-4.7.1-3", filter(b"a+/b"), filter(b"a/+/b")),
        case("MQTT-3.9.3-2", asked().gets(1, code(3)), asked().gets(1, code(0x80))),
        case("MQTT-3.8.4-5", asked().raw_down(1, b"\x90\x02\0\x01"), asked().gets(1, code(0))),
        case("MQTT-3.10.3-1", leaves(b"\xff"), leaves("\u{ff}".as_bytes())),
        case("MQTT-3.10.3-2", alice().raw_up(1, b"\xa2\x02\0\x01"), leaves(b"t")),
    ]
}

fn headers() -> Vec<Case> {
    let sends = |bytes| alice().raw_up(1, bytes);
    let joined = |bytes| Talk::default().raw_up(1, bytes);
    vec![
        case("MQTT-2.2.2-2", sends(b"\xc1\0"), sends(b"\xc0\0")),
        case("MQTT-3.6.1-1", joined(b"\x60\x02\0\x01"), joined(b"\x62\x02\0\x01")),
        case("MQTT-3.8.1-1", sends(b"\x80\x06\0\x01\0\x01a\0"), sends(b"\x82\x06\0\x01\0\x01a\0")),
        case("MQTT-3.10.1-1", sends(b"\xa0\x05\0\x01\0\x01a"), sends(b"\xa2\x05\0\x01\0\x01a")),
        case("MQTT-3.14.1-1", sends(b"\xe1\0"), sends(b"\xe0\0")),
        case("s2.2.1", sends(b"\xf0\0"), sends(b"\xe0\0")),
        case(
            "s3.2.2.1",
            begins(common::bytes(connect("alice"))).raw_down(1, b"\x20\x02\x02\0"),
            begins(common::bytes(connect("alice"))).down(1, connack(false)),
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let sends = |bytes| alice().raw_up(1, bytes);
    vec![
        case("s2.2.3", sends(b"\xc0\x01\0"), sends(b"\xc0\0")),
        case("s2.2.3", sends(b"\xc0\x80\x80\x80\x80\x01"), sends(b"\xc0\x80\x80\x80\0")),
        case("overrun", sends(b"\x30\x05\0\x04abc"), sends(b"\x30\x05\0\x03abc")),
    ]
}
