//! The capture of exercise 96: a broker that makes six faults in half a minute, beside much that only looks
//! like one. It is told here packet by packet, so that it can be changed; `cargo bless` writes it anew.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction, Record, Side, What};
use tracer::capture::Writer;
use tracer::lint::{Lint, Remark};
use wire::{
    Connack, Connect, ConnectReturnCode, Delivery, Disconnect, Packet, PacketIdentifier, Pingreq,
    Pingresp, Puback, Pubcomp, Publish, Pubrec, Pubrel, Qos, Suback, SubackReturnCode, Subscribe,
    Subscription, Text, TopicFilter, TopicName, Version, Will,
};

const FILE: &str = "exercises/96-detective/capture.pcapng";

/// The faults: the number of the packet, and the rule that it breaks.
const FAULTS: [(u64, &str); 6] = [
    (4, "MQTT-3.8.4-5"),
    (8, "MQTT-3.3.1-9"),
    (30, "MQTT-4.3.3-1"),
    (39, "MQTT-3.1.2-24"),
    (42, "MQTT-3.14.4-3"),
    (46, "MQTT-3.2.2-1"),
];

#[test]
fn the_capture_is_what_is_told_here() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(FILE);
    let mut writer = Writer::new(Vec::new()).unwrap();
    for record in story() {
        writer.record(&record).unwrap();
    }
    let told = writer.finish().unwrap();
    if std::env::var_os("LAB_BLESS").is_some_and(|value| value == "1") {
        fs::write(&file, &told).unwrap();
    }
    assert!(fs::read(&file).unwrap() == told, "{FILE} was changed: get it back, or cargo bless");
}

#[test]
fn the_lint_finds_the_six_and_nothing_else() {
    let mut lint = Lint::default();
    let remarks: Vec<Remark> = story().into_iter().flat_map(|record| lint.add(record)).collect();
    let breaches = remarks.iter().filter(|remark| remark.is_breach());
    let found: Vec<_> = breaches.map(|remark| (remark.packet.number, remark.id())).collect();
    assert_eq!(found, FAULTS);
}

fn story() -> Vec<Record> {
    let mut tape = Tape::default();
    let bob = tape.open(0);
    tape.sends(bob, connect("bob", false, 60, None));
    tape.gets(bob, connack(false));
    tape.sends(bob, subscribe(1, &[("home/#", Qos::ExactlyOnce), ("alarm", Qos::AtLeastOnce)]));
    tape.gets(bob, suback(1, &[Qos::ExactlyOnce])); // one answer for two filters

    let alice = tape.open(800);
    tape.sends(alice, connect("alice", true, 60, Some(("home/alice", "gone"))));
    tape.gets(alice, connack(false));
    tape.sends(alice, publish("home/door", "open", Delivery::AtMostOnce, true));
    tape.gets(bob, publish("home/door", "open", Delivery::AtMostOnce, true)); // bob was there

    let carol = tape.open(2_000);
    tape.sends(carol, connect("carol", true, 4, None));
    tape.gets(carol, connack(false));
    tape.sends(carol, subscribe(1, &[("home/door", Qos::AtMostOnce)]));
    tape.gets(carol, suback(1, &[Qos::AtMostOnce]));
    tape.gets(carol, publish("home/door", "open", Delivery::AtMostOnce, true));
    tape.wait(3_800);
    tape.sends(carol, Pingreq.into());
    tape.gets(carol, Pingresp.into());
    tape.wait(3_700);
    tape.sends(carol, Pingreq.into());
    tape.gets(carol, Pingresp.into());

    tape.sends(alice, publish("home/light", "on", exactly_once(1, false), false));
    tape.gets(alice, Pubrec { packet_identifier: number(1) }.into());
    tape.gets(bob, publish("home/light", "on", exactly_once(1, false), false));
    tape.sends(alice, Pubrel { packet_identifier: number(1) }.into());
    tape.gets(alice, Pubcomp { packet_identifier: number(1) }.into());
    tape.sends(bob, Pubrec { packet_identifier: number(1) }.into());
    tape.gets(bob, Pubrel { packet_identifier: number(1) }.into());
    tape.sends(alice, publish("alarm", "smoke", at_least_once(2, false), false));
    tape.gets(alice, Puback { packet_identifier: number(2) }.into());
    tape.gets(bob, publish("alarm", "smoke", at_least_once(2, false), false));
    tape.closes(bob);

    tape.wait(7_000); // carol is silent from here on
    let bob = tape.open(1_000);
    tape.sends(bob, connect("bob", false, 60, None));
    tape.gets(bob, connack(true));
    tape.gets(bob, publish("home/light", "on", exactly_once(1, true), false)); // PUBREC came
    tape.gets(bob, publish("alarm", "smoke", at_least_once(2, true), false));
    tape.sends(bob, Pubrec { packet_identifier: number(1) }.into());
    tape.sends(bob, Puback { packet_identifier: number(2) }.into());
    tape.gets(bob, Pubrel { packet_identifier: number(1) }.into());
    tape.sends(bob, Pubcomp { packet_identifier: number(1) }.into());

    let dave = tape.open(1_000);
    tape.sends(dave, connect("dave", true, 60, Some(("home/dave", "gone"))));
    tape.gets(dave, connack(false));
    tape.wait(900);
    tape.closes(dave);
    tape.gets(bob, publish("home/dave", "gone", Delivery::AtMostOnce, false));
    tape.wait(500);
    tape.sends(carol, Pingreq.into()); // after ten seconds, and she is still connected
    tape.gets(carol, Pingresp.into());

    tape.wait(1_200);
    tape.sends(alice, Disconnect.into());
    tape.closes(alice);
    tape.gets(bob, publish("home/alice", "gone", Delivery::AtMostOnce, false)); // she said goodbye
    tape.sends(carol, Disconnect.into());
    tape.closes(carol);
    tape.wait(700);
    tape.sends(bob, Disconnect.into());
    tape.closes(bob);
    let bob = tape.open(2_000);
    tape.sends(bob, connect("bob", true, 60, None));
    tape.gets(bob, connack(true)); // of a clean session
    tape.sends(bob, Disconnect.into());
    tape.closes(bob);
    tape.records
}

/// What somebody on the way recorded.
#[derive(Default)]
struct Tape {
    now: Duration,
    ports: u16,
    records: Vec<Record>,
}

impl Tape {
    /// Somebody connects, so many milliseconds later.
    fn open(&mut self, later: u64) -> Connection {
        self.wait(later);
        self.ports += 1;
        let end = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let connection = Connection { client: end(50_000 + self.ports), server: end(1883) };
        self.record(connection, What::Opened { client_name: None });
        connection
    }

    fn wait(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
    }

    fn sends(&mut self, connection: Connection, packet: Packet) {
        self.packet(connection, Direction::ToServer, packet);
    }

    fn gets(&mut self, connection: Connection, packet: Packet) {
        self.packet(connection, Direction::ToClient, packet);
    }

    #[allow(clippy::needless_pass_by_value)] // so that what happened reads as a script
    fn packet(&mut self, connection: Connection, direction: Direction, packet: Packet) {
        self.wait(1);
        let bytes = packet.to_bytes().unwrap();
        self.record(connection, What::Packet { direction, bytes });
    }

    fn closes(&mut self, connection: Connection) {
        self.wait(1);
        self.record(connection, What::Closed { by: Side::Client });
    }

    fn record(&mut self, connection: Connection, what: What) {
        self.records.push(Record { time: self.now, connection: Some(connection), what });
    }
}

fn connect(name: &str, clean: bool, keep_alive: u16, will: Option<(&str, &str)>) -> Packet {
    let will = will.map(|(topic, message)| Will {
        topic: topic.try_into().unwrap(),
        message: Bytes::copy_from_slice(message.as_bytes()),
        qos: Qos::AtMostOnce,
        retain: false,
    });
    let client_identifier = Text::try_from(name).unwrap();
    let (version, credentials) = (Version::V3_1_1, None);
    let clean_session = clean;
    Connect { version, clean_session, keep_alive, client_identifier, will, credentials }.into()
}

fn connack(session_present: bool) -> Packet {
    Connack { session_present, return_code: ConnectReturnCode::ACCEPTED }.into()
}

fn subscribe(identifier: u16, filters: &[(&str, Qos)]) -> Packet {
    let subscription = |(filter, qos): &(&str, Qos)| Subscription {
        topic_filter: TopicFilter::try_from(*filter).unwrap(),
        requested_qos: *qos,
    };
    let subscriptions = filters.iter().map(subscription).collect();
    Subscribe { packet_identifier: number(identifier), subscriptions }.into()
}

fn suback(identifier: u16, granted: &[Qos]) -> Packet {
    let return_codes = granted.iter().map(|qos| SubackReturnCode::Granted(*qos)).collect();
    Suback { packet_identifier: number(identifier), return_codes }.into()
}

fn publish(topic: &str, payload: &str, delivery: Delivery, retain: bool) -> Packet {
    let topic = TopicName::try_from(topic).unwrap();
    Publish { delivery, retain, topic, payload: Bytes::copy_from_slice(payload.as_bytes()) }.into()
}

fn at_least_once(identifier: u16, dup: bool) -> Delivery {
    Delivery::AtLeastOnce { packet_identifier: number(identifier), dup }
}

fn exactly_once(identifier: u16, dup: bool) -> Delivery {
    Delivery::ExactlyOnce { packet_identifier: number(identifier), dup }
}

fn number(number: u16) -> PacketIdentifier {
    PacketIdentifier::new(number).unwrap()
}
