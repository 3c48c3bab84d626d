//! What the fuzzing begins with: a few inputs for each target, each with a name that says what it is.
//!
//! They stand as files in `tests/fuzz/corpus`, where libFuzzer wants them; a test keeps those equal to
//! these, and writes them anew when asked to.

use std::time::Duration;

use bytes::Bytes;
use wire::{
    Connack, Connect, ConnectReturnCode, Credentials, Delivery, Disconnect, Packet,
    PacketIdentifier, Pingreq, Pingresp, Puback, Pubcomp, Publish, Pubrec, Pubrel, Qos, Suback,
    SubackReturnCode, Subscribe, Subscription, Text, TopicFilter, TopicName, Unsuback, Unsubscribe,
    Version, Will,
};

use crate::script::{SLOTS, Script, Step};

/// An input and its name.
pub type Seed = (&'static str, Vec<u8>);

/// For [`decode`](crate::decode): a packet of each type, and bytes that are none.
pub fn decode() -> Vec<Seed> {
    let [publish0, publish1, publish2] = Qos::ALL.map(|qos| publish("a/b", qos));
    let mut seeds = vec![
        ("connect", bytes(rich_connect())),
        ("connect-3.1", bytes(Connect { version: Version::V3_1, ..connect("bob") })),
        ("connect-5", b"\x10\x10\0\x04MQTT\x05\x02\0\x3c\0\0\x03bob".to_vec()),
        ("connack", bytes(CONNACK)),
        ("publish-0", bytes(publish0)),
        ("publish-1", bytes(publish1)),
        ("publish-2", bytes(publish2)),
        ("subscribe", bytes(subscribe(&["a/+/#", "$SYS/#"]))),
        ("unsubscribe", bytes(unsubscribe("a/#"))),
        ("pingreq", bytes(Pingreq)),
        ("pingresp", bytes(Pingresp)),
        ("disconnect", bytes(Disconnect)),
        ("no-packet", b"\0\0".to_vec()),
        ("length-of-five-bytes", b"\x30\xff\xff\xff\xff\x7f".to_vec()),
        ("length-longer-than-need-be", b"\xc0\x80\0\xc0\0".to_vec()),
        ("largest-length", b"\x30\xff\xff\xff\x7f\0\x01a".to_vec()),
    ];
    seeds.extend(acknowledgements().map(|(name, packet)| (name, bytes(packet))));
    seeds
}

/// For [`broker`](crate::broker): what clients do, good and bad.
pub fn broker() -> Vec<Seed> {
    let connected = || bring(Script::default(), 0, connect("alice"));
    let wait = |script: Script, seconds| script.then(Step::Wait(Duration::from_secs(seconds)));
    let acknowledge = |script| {
        acknowledgements().into_iter().fold(script, |script, (_, it)| bring(script, 1, it))
    };
    let pair = |qos| {
        let script = bring(bring(connected(), 0, Pingreq), 1, kept("bob"));
        let script = bring(script, 1, subscribe(&["#", "a/+"]));
        acknowledge(bring(script, 0, publish("a/b", qos)))
    };
    let away = |script: Script| {
        let script = bring(script.then(Step::Cut(1)), 0, publish("a/b", Qos::ExactlyOnce));
        acknowledge(bring(script, 1, kept("bob")))
    };
    let crowd = (0..8).fold(Script::default(), |script, slot| script.then(Step::Open(slot)));
    let will = bring(bring(pair(Qos::AtMostOnce), 2, rich_connect()), 2, Pingreq);
    let retained = Publish { retain: true, ..publish("a/b", Qos::AtLeastOnce) };
    let retained = bring(bring(connected(), 0, retained), 0, subscribe(&["a/#"]));
    [
        ("qos-0", pair(Qos::AtMostOnce)),
        ("qos-1", pair(Qos::AtLeastOnce)),
        ("qos-2", pair(Qos::ExactlyOnce)),
        ("session", away(pair(Qos::AtLeastOnce))),
        ("will", will.then(Step::Cut(2))),
        ("keep-alive", wait(bring(Script::default(), 3, rich_connect()), 100)),
        ("no-connect", wait(crowd, 11)),
        ("retained", retained),
        ("unsubscribe", bring(pair(Qos::AtMostOnce), 1, unsubscribe("#"))),
        ("take-over", bring(connected(), 4, kept("alice"))),
        ("second-connect", bring(connected(), 0, connect("alice"))),
        ("disconnect", bring(connected(), 0, Disconnect)),
        ("garbage", connected().then(Step::Bytes(0, b"GET / HTTP/1.1\r\n"))),
    ]
    .map(|(name, script)| (name, script.into_bytes()))
    .into()
}

/// For [`client`](crate::client): what a server answers to what its user asks for.
pub fn client() -> Vec<Seed> {
    let connack = |session_present| Connack { session_present, ..CONNACK };
    let open =
        |session_present| bring(Script::default().then(Step::Open(0)), 0, connack(session_present));
    let ask = |script: Script, what: &[u8]| script.then(Step::Bytes(SLOTS - 1, what));
    let wait = |script: Script, seconds| script.then(Step::Wait(Duration::from_secs(seconds)));
    let answer = |script| {
        acknowledgements().into_iter().fold(script, |script, (_, it)| bring(script, 0, it))
    };
    // The first byte of a request says what, and at which QoS.
    let publish_at = |qos: usize| [&[0x00, 0x12, 0x24][qos..=qos], b"a/b"].concat();
    let refused = Connack { session_present: false, return_code: ConnectReturnCode(5) };
    let refused = bring(Script::default().then(Step::Open(0)), 0, refused);
    let received = Qos::ALL.map(|qos| publish("a/b", qos));
    let received = received.into_iter().fold(open(false), |script, it| bring(script, 0, it));
    let again = ask(ask(open(false), &publish_at(1)), &publish_at(2)).then(Step::Cut(0));
    let again = answer(bring(again.then(Step::Open(0)), 0, connack(true)));
    [
        ("publish-0", ask(open(false), &publish_at(0))),
        ("publish-1", answer(ask(open(false), &publish_at(1)))),
        ("publish-2", answer(ask(open(false), &publish_at(2)))),
        ("receive", answer(received)),
        ("subscribe", answer(ask(open(false), b" a/#"))),
        ("unsubscribe", answer(ask(open(false), b"a/#"))),
        ("session", again),
        ("refused", refused),
        ("ping", bring(ask(wait(open(false), 19), b""), 0, Pingresp)),
        ("no-pingresp", wait(wait(open(false), 19), 11)),
        ("no-connack", wait(Script::default().then(Step::Open(0)), 11)),
        ("disconnect", ask(open(false), b"")),
        ("second-connack", bring(open(false), 0, connack(false))),
        ("before", ask(Script::default(), &publish_at(1)).then(Step::Open(0))),
        ("garbage", open(false).then(Step::Bytes(0, b"HTTP/1.1 400 Bad Request\r\n"))),
    ]
    .map(|(name, script)| (name, script.into_bytes()))
    .into()
}

/// The answers to a publisher and to a subscriber.
fn acknowledgements() -> [(&'static str, Packet); 6] {
    let packet_identifier = PacketIdentifier::FIRST;
    let return_codes = vec![SubackReturnCode::Granted(Qos::ExactlyOnce), SubackReturnCode::Failure];
    [
        ("puback", Puback { packet_identifier }.into()),
        ("pubrec", Pubrec { packet_identifier }.into()),
        ("pubrel", Pubrel { packet_identifier }.into()),
        ("pubcomp", Pubcomp { packet_identifier }.into()),
        ("suback", Suback { packet_identifier, return_codes }.into()),
        ("unsuback", Unsuback { packet_identifier }.into()),
    ]
}

const CONNACK: Connack =
    Connack { session_present: true, return_code: ConnectReturnCode::ACCEPTED };

fn bring(script: Script, slot: usize, packet: impl Into<Packet>) -> Script {
    script.then(Step::Bytes(slot, &bytes(packet)))
}

fn connect(name: &str) -> Connect {
    Connect {
        version: Version::V3_1_1,
        clean_session: true,
        keep_alive: 60,
        client_identifier: text(name),
        will: None,
        credentials: None,
    }
}

fn kept(name: &str) -> Connect {
    Connect { clean_session: false, ..connect(name) }
}

/// A CONNECT with all that it can have.
fn rich_connect() -> Connect {
    let message = Bytes::from_static(b"bye");
    Connect {
        will: Some(Will { topic: topic("gone"), message, qos: Qos::AtLeastOnce, retain: true }),
        credentials: Some(Credentials {
            user_name: text("paolo"),
            password: Some(Bytes::from_static(b"secret")),
        }),
        ..connect("carol")
    }
}

fn publish(name: &str, qos: Qos) -> Publish {
    let packet_identifier = PacketIdentifier::FIRST;
    let delivery = match qos {
        Qos::AtMostOnce => Delivery::AtMostOnce,
        Qos::AtLeastOnce => Delivery::AtLeastOnce { packet_identifier, dup: false },
        Qos::ExactlyOnce => Delivery::ExactlyOnce { packet_identifier, dup: false },
    };
    Publish { delivery, retain: false, topic: topic(name), payload: Bytes::from_static(b"hi") }
}

fn subscribe(filters: &[&str]) -> Subscribe {
    let subscriptions = filters
        .iter()
        .map(|it| Subscription { topic_filter: filter(it), requested_qos: Qos::ExactlyOnce })
        .collect();
    Subscribe { packet_identifier: PacketIdentifier::FIRST, subscriptions }
}

fn unsubscribe(it: &str) -> Unsubscribe {
    let packet_identifier = PacketIdentifier::FIRST;
    Unsubscribe { packet_identifier, topic_filters: vec![filter(it)] }
}

fn text(text: &str) -> Text {
    Text::try_from(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn topic(text: &str) -> TopicName {
    TopicName::try_from(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn filter(text: &str) -> TopicFilter {
    TopicFilter::try_from(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn bytes(packet: impl Into<Packet>) -> Vec<u8> {
    let bytes = packet.into().to_bytes();
    bytes.unwrap_or_else(|error| panic!("a seed has no bytes: {error}")).into()
}
