//! Statistics of a conversation whose numbers can be counted by hand.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod common;

use bytes::Bytes;
use common::{bytes, each_type, page, passes, publish, record};
use serde_json::Value;
use tap::Direction::{ToClient, ToServer};
use tap::{Record, Side, What};
use tracer::{Filter, Stats};
use wire::{Delivery, Packet, Puback, Publish};

fn at_qos_1(identifier: u16, dup: bool) -> Publish {
    let packet_identifier = wire::PacketIdentifier::new(identifier).unwrap();
    Publish { delivery: Delivery::AtLeastOnce { packet_identifier, dup }, ..publish() }
}

fn puback(identifier: u16) -> Puback {
    Puback { packet_identifier: wire::PacketIdentifier::new(identifier).unwrap() }
}

/// One client. Its first PUBLISH is answered after 1 ms, the second, which it sends twice, 4 ms after it
/// was sent first, the third never.
fn conversation() -> Vec<Record> {
    let client = |micros, packet: Packet| passes(micros, 1, ToServer, bytes(packet));
    let broker = |micros, packet: Packet| passes(micros, 1, ToClient, bytes(packet));
    let connect: Packet = common::connect().into();
    let connack = each_type().into_iter().find(|(name, _)| *name == "connack").unwrap().1;
    vec![
        client(0, connect),
        broker(500, connack),
        client(1_000, at_qos_1(1, false).into()),
        broker(2_000, puback(1).into()),
        client(3_000, at_qos_1(2, false).into()),
        client(6_000, at_qos_1(2, true).into()),
        broker(7_000, puback(2).into()),
        client(8_000, at_qos_1(3, false).into()),
        client(9_000, Publish { retain: true, delivery: Delivery::AtMostOnce, ..publish() }.into()),
        passes(10_000, 1, ToServer, Bytes::from_static(b"\xc1\x00")),
        record(11_000, 1, What::Closed { by: Side::Client }),
    ]
}

fn stats(filter: &str) -> Stats {
    let filter = if filter.is_empty() { Filter::default() } else { filter.parse().unwrap() };
    let mut stats = Stats::new(filter);
    for record in conversation() {
        stats.add(record);
    }
    stats
}

#[test]
fn as_tables() {
    let text = stats("").text(page(100));
    insta::assert_snapshot!(text);
    assert!(text.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn as_json() {
    let line = stats("").json();
    assert_eq!(line.matches('\n').count(), 1);
    let json: Value = serde_json::from_str(&line).unwrap();
    let publish = bytes(at_qos_1(1, false)).len() as u64;
    let count = |packets: u64, bytes: u64| serde_json::json!({"packets": packets, "bytes": bytes, "payload": 4 * packets});
    assert_eq!(json["qos"]["1"], count(4, 4 * publish));
    assert_eq!(json["topics"]["home/kitchen/temperature"], count(5, 5 * publish - 2));
    assert_eq!(json["duplicates"], count(1, publish));
    assert_eq!(json["retained"], count(1, publish - 2));
    assert_eq!(json["malformed"]["packets"], 1);
    assert_eq!(json["total"]["packets"], 10);
    assert_eq!(json["clients"]["alice"]["to_client"]["packets"], 3);
    let puback = &json["round_trips"][1];
    assert_eq!((&puback["question"], &puback["answer"]), (&"PUBLISH".into(), &"PUBACK".into()));
    assert_eq!((&puback["answered"], &puback["unanswered"]), (&2.into(), &1.into()));
    assert_eq!((&puback["least"], &puback["most"]), (&0.001.into(), &0.004.into()));
}

#[test]
fn what_a_filter_holds_back_does_not_count() {
    let json: Value = serde_json::from_str(&stats("mqtt.qos == 1").json()).unwrap();
    assert_eq!(json["total"]["packets"], 4);
    assert_eq!(json["round_trips"][0]["unanswered"], 3, "nobody was seen to answer");
    assert_eq!(stats("client == eve").packets(), 0);
}
