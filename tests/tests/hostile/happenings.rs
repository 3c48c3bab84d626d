//! What happens on a network: most of it in order, so that there is a conversation for the rest to disturb,
//! and that limits are reached.

use std::time::Duration;

use hostile::script::{SLOTS, Script, Step};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use wire::{
    Connack, Connect, ConnectReturnCode, Delivery, Packet, PacketIdentifier, Puback, Pubcomp,
    Publish, Pubrec, Pubrel, Suback, SubackReturnCode, Subscribe, Subscription, Text, TopicFilter,
    TopicName, Unsuback, Unsubscribe, Version, strategies,
};

#[derive(Clone, Debug)]
enum Happening {
    /// A Network Connection begins anew.
    Begin,
    /// A packet comes that may come there.
    Packet(Vec<u8>),
    /// Any packet, or a damaged one.
    Disturbance(Vec<u8>),
    /// The user of a client asks for something.
    Request(Vec<u8>),
    Cut,
    Wait(Duration),
}

/// A script for a broker.
pub(crate) fn to_broker() -> impl Strategy<Value = Vec<u8>> {
    let packets = prop_oneof![6 => publish(), 6 => subscribe(), 1 => unsubscribe(), 3 => answer()];
    (vec(connect(), SLOTS), vec(happening(packets), 1..100))
        .prop_map(|(connects, happenings)| script(&connects, happenings))
}

/// A script for a client.
pub(crate) fn to_client() -> impl Strategy<Value = Vec<u8>> {
    let connack = any::<bool>().prop_map(|session_present| {
        bytes(Connack { session_present, return_code: ConnectReturnCode::ACCEPTED })
    });
    let packets = prop_oneof![3 => publish(), 6 => answer(), 2 => answer_of_server()];
    (vec(connack, SLOTS), vec(happening(packets), 1..100))
        .prop_map(|(connacks, happenings)| script(&connacks, happenings))
}

/// The bytes of a packet; some are damaged.
pub(crate) fn packet() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        1 => strategies::packet().prop_map(bytes),
        1 => strategies::damaged().prop_map(Vec::from),
        1 => prop_oneof![publish(), subscribe(), answer(), connect()],
    ]
}

/// Over which slot something happens, and what. Two slots are busy, the others see little.
fn happening(packets: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = (usize, Happening)> {
    let slot = prop_oneof![4 => 0..2_usize, 1 => 0..SLOTS];
    let happening = prop_oneof![
        1 => Just(Happening::Begin),
        40 => packets.prop_map(Happening::Packet),
        1 => packet().prop_map(Happening::Disturbance),
        6 => request().prop_map(Happening::Request),
        1 => Just(Happening::Cut),
        1 => (0..30_u64).prop_map(|seconds| Happening::Wait(Duration::from_secs(seconds))),
    ];
    (slot, happening)
}

/// As a script. `firsts` are the packets with which each slot begins, before any other comes.
fn script(firsts: &[Vec<u8>], happenings: Vec<(usize, Happening)>) -> Vec<u8> {
    let mut has_begun = [false; SLOTS];
    let mut script = Script::default();
    for (slot, happening) in happenings {
        let is_packet = matches!(happening, Happening::Packet(_));
        if matches!(happening, Happening::Begin) || (is_packet && !has_begun[slot]) {
            script = script.then(Step::Open(slot)).then(Step::Bytes(slot, &firsts[slot]));
            has_begun[slot] = true;
        }
        script = match happening {
            Happening::Begin => script,
            Happening::Packet(packet) => script.then(Step::Bytes(slot, &packet)),
            Happening::Disturbance(packet) => {
                has_begun[slot] = false; // it may have been the end
                script.then(Step::Bytes(slot, &packet))
            }
            Happening::Request(what) => script.then(Step::Bytes(SLOTS - 1, &what)),
            Happening::Cut => {
                has_begun[slot] = false;
                script.then(Step::Cut(slot))
            }
            Happening::Wait(time) => script.then(Step::Wait(time)),
        };
    }
    script.into_bytes()
}

fn connect() -> impl Strategy<Value = Vec<u8>> {
    let names = select(vec!["", "alice", "bob", "carol", "dora", "emil"]);
    let will = proptest::option::of(strategies::will());
    (names, any::<bool>(), 0..30_u16, will).prop_map(|(name, clean_session, keep_alive, will)| {
        bytes(Connect {
            version: Version::V3_1_1,
            clean_session: clean_session || name.is_empty(),
            keep_alive,
            client_identifier: Text::try_from(name).unwrap(),
            will: will.filter(|will| will.topic.len() + will.message.len() < 60),
            credentials: None,
        })
    })
}

fn publish() -> impl Strategy<Value = Vec<u8>> {
    let topic = select(vec!["a", "a/b", "c", "$d", "e/f/g", "long/long/long"]);
    let payload = vec(any::<u8>(), 0..60);
    (topic, strategies::qos(), identifier(), any::<[bool; 2]>(), payload).prop_map(
        |(topic, qos, identifier, [dup, retain], payload)| {
            let delivery = Delivery::new(qos, Some(identifier), dup).unwrap();
            let topic = TopicName::try_from(topic).unwrap();
            bytes(Publish { delivery, retain, topic, payload: payload.into() })
        },
    )
}

fn subscribe() -> impl Strategy<Value = Vec<u8>> {
    (filter(), strategies::qos()).prop_map(|(topic_filter, requested_qos)| {
        let subscriptions = vec![Subscription { topic_filter, requested_qos }];
        bytes(Subscribe { packet_identifier: PacketIdentifier::FIRST, subscriptions })
    })
}

fn unsubscribe() -> impl Strategy<Value = Vec<u8>> {
    filter().prop_map(|filter| {
        let packet_identifier = PacketIdentifier::FIRST;
        bytes(Unsubscribe { packet_identifier, topic_filters: vec![filter] })
    })
}

/// The answers that either end gives to a PUBLISH and to each other.
fn answer() -> impl Strategy<Value = Vec<u8>> {
    (identifier(), 0..4_u8).prop_map(|(packet_identifier, what)| match what {
        0 => bytes(Puback { packet_identifier }),
        1 => bytes(Pubrec { packet_identifier }),
        2 => bytes(Pubrel { packet_identifier }),
        _ => bytes(Pubcomp { packet_identifier }),
    })
}

fn answer_of_server() -> impl Strategy<Value = Vec<u8>> {
    (identifier(), any::<bool>()).prop_map(|(packet_identifier, is_suback)| {
        let return_codes = vec![SubackReturnCode::Failure];
        if is_suback {
            bytes(Suback { packet_identifier, return_codes })
        } else {
            bytes(Unsuback { packet_identifier })
        }
    })
}

/// What a user asks for: which of its requests, and about which topic or filter. Hardly ever to leave.
fn request() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), any::<u8>(), "[ab](/[ab]){0,2}(/#)?").prop_map(|(what, other, about)| {
        let is_leave = what % 6 == 5;
        let what = if is_leave && other > 20 { what - 1 } else { what };
        [&[what][..], about.as_bytes()].concat()
    })
}

fn identifier() -> impl Strategy<Value = PacketIdentifier> {
    (1..6_u16).prop_map(|number| PacketIdentifier::new(number).unwrap())
}

fn filter() -> impl Strategy<Value = TopicFilter> {
    select(vec!["#", "a/#", "+/b", "c", "$d", "e/+/g", "long/+/#"])
        .prop_map(|filter| TopicFilter::try_from(filter).unwrap())
}

fn bytes(packet: impl Into<Packet>) -> Vec<u8> {
    packet.into().to_bytes().unwrap().into()
}
