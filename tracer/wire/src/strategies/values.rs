//! What packets are made of: strings, topics, payloads, numbers.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{PacketIdentifier, Qos, Text, TopicFilter, TopicName, Version};

/// A version that the lab speaks.
pub fn version() -> impl Strategy<Value = Version> {
    proptest::sample::select(Version::ALL.as_slice())
}

/// A level of QoS.
pub fn qos() -> impl Strategy<Value = Qos> {
    proptest::sample::select(Qos::ALL.as_slice())
}

/// A Packet Identifier: any, and the lowest and highest more often.
pub fn packet_identifier() -> impl Strategy<Value = PacketIdentifier> {
    prop_oneof![4 => 1..=u16::MAX, 1 => Just(1), 1 => Just(u16::MAX)]
        .prop_filter_map("0 is no Packet Identifier", PacketIdentifier::new)
}

/// A string of any characters but U+0000: empty, short, or (once in 200 times) of 65535 bytes.
pub fn text() -> impl Strategy<Value = Text> {
    let short = vec(character(), 1..12).prop_map(String::from_iter);
    prop_oneof![30 => Just(String::new()), 169 => short, 1 => longest(character())]
        .prop_filter_map("not a string", |text| Text::new(text).ok())
}

/// A Topic Name of any levels, some of them empty, sometimes with a `$` in front.
pub fn topic_name() -> impl Strategy<Value = TopicName> {
    let front = prop_oneof![8 => Just(""), 1 => Just("$SYS/"), 1 => Just("$")];
    let levels = (front, vec(level(), 1..4))
        .prop_map(|(front, levels)| format!("{front}{}", levels.join("/")));
    prop_oneof![199 => levels, 1 => longest(topic_character())]
        .prop_filter_map("not a Topic Name", |text| TopicName::new(text).ok())
}

/// A Topic Filter, with wildcards wherever they may stand.
pub fn topic_filter() -> impl Strategy<Value = TopicFilter> {
    let level = prop_oneof![3 => level(), 1 => Just("+".to_owned())];
    let end = prop_oneof![3 => Just(None), 1 => Just(Some("#".to_owned()))];
    let levels = (vec(level, 0..4), end)
        .prop_map(|(levels, end)| levels.into_iter().chain(end).collect::<Vec<_>>().join("/"));
    prop_oneof![199 => levels, 1 => longest(topic_character())]
        .prop_filter_map("not a Topic Filter", |text| TopicFilter::new(text).ok())
}

/// Bytes of any value behind a length of two bytes: a Password, a Will Message.
pub fn binary() -> impl Strategy<Value = Bytes> {
    prop_oneof![
        30 => Just(Bytes::new()),
        169 => vec(any::<u8>(), 1..24).prop_map(Bytes::from),
        1 => any::<u8>().prop_map(|byte| Bytes::from(vec![byte; Text::MAX])),
    ]
}

/// Bytes of any value and number, sizes at which something changes more often.
pub fn payload() -> impl Strategy<Value = Bytes> {
    let edge = proptest::sample::select(&[0_usize, 1, 127, 128, 16_383, 16_384][..]);
    prop_oneof![
        3 => vec(any::<u8>(), 0..40).prop_map(Bytes::from),
        1 => vec(b' '..=b'~', 0..40).prop_map(Bytes::from),
        2 => (edge, any::<u8>()).prop_map(|(length, byte)| Bytes::from(vec![byte; length])),
    ]
}

/// Bytes about as many as a length of two bytes can tell: 65534 to 65537.
pub(super) fn around_the_limit() -> impl Strategy<Value = Bytes> {
    (Text::MAX - 1..=Text::MAX + 2).prop_map(|length| Bytes::from(vec![b'x'; length]))
}

/// A topic level: no `/`, no wildcard; empty now and then.
fn level() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => vec(topic_character(), 0..8).prop_map(String::from_iter),
        1 => proptest::sample::select(&["home", "küche", "温度", "a b", ""][..])
            .prop_map(str::to_owned),
    ]
}

/// A string of exactly 65535 bytes: one character again and again, filled up with dots.
fn longest(character: impl Strategy<Value = char>) -> impl Strategy<Value = String> {
    character.prop_map(|character| {
        let count = Text::MAX / character.len_utf8();
        let mut text = String::from(character).repeat(count);
        while text.len() < Text::MAX {
            text.push('.');
        }
        text
    })
}

fn topic_character() -> impl Strategy<Value = char> {
    character().prop_filter("no topic level has it", |character| !"/+#".contains(*character))
}

/// A character that a string may have, of one to four bytes, and the odd ones more often: a control
/// character, the byte order mark that `[MQTT-1.5.3-3]` keeps, the last of each length.
fn character() -> impl Strategy<Value = char> {
    let odd = "\u{1}\u{7f}\u{80}\u{9f}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{feff}\u{ffff}\u{10ffff}🌡";
    prop_oneof![
        6 => proptest::char::range('!', '~'),
        1 => proptest::sample::select(odd.chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ]
    .prop_filter("U+0000 is in no string", |&character| character != '\0')
}
