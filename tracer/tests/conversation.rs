//! A conversation, pinned: as a ladder while it goes on, as a dump with a ladder at its end, as JSON.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod common;

use bytes::Bytes;
use common::{Out, bytes, page, passes, publish, record};
use tap::Direction::{ToClient, ToServer};
use tap::{Record, Side, What};
use tracer::{Detail, Format, Printer};
use wire::{
    Connack, Connect, ConnectReturnCode, Delivery, Disconnect, Packet, Publish, Qos, Suback,
    SubackReturnCode, Subscribe, Subscription, Text, TopicFilter, Version,
};

/// Bob listens, alice speaks; a second alice takes over from the first, and one client of no name
/// does not know how to speak.
fn conversation() -> Vec<Record> {
    let message = Publish { delivery: Delivery::AtMostOnce, ..publish() };
    vec![
        record(0, 1, What::Opened { client_name: Some("bob".into()) }),
        passes(100, 1, ToServer, connect("lab-7")),
        passes(300, 1, ToClient, bytes(accepted())),
        passes(500, 1, ToServer, bytes(subscribe())),
        passes(700, 1, ToClient, bytes(granted())),
        passes(1_000_000, 2, ToServer, connect("alice")),
        passes(1_000_200, 2, ToClient, bytes(accepted())),
        passes(1_000_400, 2, ToServer, bytes(message.clone())),
        passes(1_000_600, 1, ToClient, bytes(message)),
        passes(2_000_000, 3, ToServer, connect("alice")),
        record(2_000_050, 2, What::Event("session of alice taken over".into())),
        record(2_000_100, 2, What::Closed { by: Side::Server }),
        passes(2_000_200, 3, ToClient, bytes(accepted())),
        passes(2_000_300, 4, ToServer, Bytes::from_static(b"\x30\x03\0\x01#")),
        record(2_000_400, 4, What::Closed { by: Side::Server }),
        passes(90_000_000, 3, ToServer, bytes(Disconnect)),
        record(90_000_100, 3, What::Closed { by: Side::Client }),
        Record {
            time: std::time::Duration::from_secs(125),
            connection: None,
            what: What::Event("the broker stopped".into()),
        },
    ]
}

fn connect(client_identifier: &str) -> Bytes {
    bytes(Connect {
        version: Version::V3_1_1,
        clean_session: true,
        keep_alive: 60,
        client_identifier: Text::try_from(client_identifier).unwrap(),
        will: None,
        credentials: None,
    })
}

fn accepted() -> Packet {
    Connack { session_present: false, return_code: ConnectReturnCode::ACCEPTED }.into()
}

fn subscribe() -> Packet {
    Subscribe {
        packet_identifier: wire::PacketIdentifier::FIRST,
        subscriptions: vec![Subscription {
            topic_filter: TopicFilter::try_from("home/#").unwrap(),
            requested_qos: Qos::AtLeastOnce,
        }],
    }
    .into()
}

fn granted() -> Packet {
    Suback {
        packet_identifier: wire::PacketIdentifier::FIRST,
        return_codes: vec![SubackReturnCode::Granted(Qos::AtLeastOnce)],
    }
    .into()
}

fn printed(out: Out, format: Format, detail: Detail, width: usize) -> Printer<Out> {
    let printer = Printer::new(out, format, page(width), detail);
    for record in conversation() {
        printer.print(record);
    }
    printer
}

fn told(records: &[Record], detail: Detail) -> String {
    let out = Out::default();
    let printer = Printer::new(out.clone(), Format::Text, page(100), detail);
    records.iter().cloned().for_each(|record| printer.print(record));
    out.text()
}

#[test]
fn a_ladder() {
    for width in [60, 100] {
        let out = Out::default();
        printed(out.clone(), Format::Text, Detail::Line, width);
        insta::assert_snapshot!(format!("ladder_{width}"), out.text());
    }
}

#[test]
fn a_dump() {
    let out = Out::default();
    printed(out.clone(), Format::Text, Detail::Hex, 100);
    insta::assert_snapshot!(out.text());
}

#[test]
fn a_recap_is_the_ladder_aligned_from_the_start() {
    let out = Out::default();
    let printer = printed(out.clone(), Format::Text, Detail::Fields, 100);
    let before = out.text().len();
    printer.recap();
    insta::assert_snapshot!(out.text()[before..]);
}

#[test]
fn a_ladder_and_json_need_no_recap() {
    for (format, detail) in [(Format::Text, Detail::Line), (Format::Json, Detail::Fields)] {
        let out = Out::default();
        let printer = printed(out.clone(), format, detail, 100);
        let before = out.text();
        printer.recap();
        assert_eq!(out.text(), before);
    }
}

#[test]
fn a_long_recap_says_what_it_leaves_out() {
    let out = Out::default();
    let printer = Printer::new(out.clone(), Format::Text, page(100), Detail::Hex);
    for micros in 0..1500 {
        printer.print(passes(micros, 1, ToServer, Bytes::from_static(b"\xc0\0")));
    }
    let before = out.text().len();
    printer.recap();
    let recap = out.text()[before..].to_owned();
    assert_eq!(recap.lines().count(), 1001);
    assert!(recap.starts_with("(501 lines before these are left out)\n"), "{recap}");
}

#[test]
fn json_lines() {
    let out = Out::default();
    printed(out.clone(), Format::Json, Detail::Fields, 100);
    let lines: Vec<serde_json::Value> =
        out.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let outline: Vec<String> = lines
        .iter()
        .map(|line| match line.get("event") {
            Some(event) => format!("{} event {event}", line["time"]),
            None => format!(
                "{} stream {} {} {} {}: {} → {}",
                line["time"],
                line["stream"],
                line["dir"],
                line["n"],
                line["type"],
                line["from"],
                line["to"]
            ),
        })
        .collect();
    insta::assert_snapshot!(outline.join("\n"));
}

/// What a client of MQTT 5 and its server say, up to the Remaining Length: nothing in it breaks a rule of
/// MQTT 3.1.1, which does not bind it.
#[test]
fn mqtt_5_is_read_up_to_the_fixed_header() {
    let asks = || {
        passes(0, 1, ToServer, Bytes::from_static(b"\x10\x10\0\x04MQTT\x05\x02\0\x3c\0\0\x03lab"))
    };
    let lines = |records: &[Record]| told(records, Detail::Line);
    let speaks = [
        asks(),
        passes(1, 1, ToClient, Bytes::from_static(b"\x20\x03\0\0\0")),
        passes(2, 1, ToServer, Bytes::from_static(b"\x82\x07\0\x01\0\0\x01a\0")),
        passes(3, 1, ToClient, Bytes::from_static(b"\x90\x04\0\x01\0\0")),
        passes(4, 1, ToServer, Bytes::from_static(b"\x30\x07\0\0\x03\x23\0\x01x")),
        passes(5, 1, ToServer, Bytes::from_static(b"\xe0\x02\x04\0")),
        record(6, 1, What::Closed { by: Side::Client }),
    ];
    insta::assert_snapshot!("mqtt_5", lines(&speaks));
    // A server of MQTT 3.1.1 says so in its own words.
    let refused = [asks(), passes(1, 1, ToClient, Bytes::from_static(b"\x20\x02\0\x01"))];
    insta::assert_snapshot!("mqtt_5_refused", lines(&refused));
}

/// mosquitto's bridges set the highest bit of the Protocol Level.
#[test]
fn the_connect_of_a_bridge_is_read_to_its_end() {
    let bridge = Bytes::from_static(b"\x10\x0f\0\x04MQTT\x84\x02\0\x3c\0\x03lab");
    insta::assert_snapshot!("bridge", told(&[passes(0, 1, ToServer, bridge)], Detail::Fields));
    let broken = Bytes::from_static(b"\x10\x0c\0\x04MQTT\x84\x02\0\x3c\0\x03");
    insta::assert_snapshot!("bridge_broken", told(&[passes(0, 1, ToServer, broken)], Detail::Line));
}
