//! What the lint says, and what it does not: `table` has traffic for each rule, which breaks it or nearly
//! does.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod admission;
mod advice;
mod bytes;
#[path = "../common/mod.rs"]
mod common;
mod delivery;
mod exchanges;
mod link;
mod packets;
mod resumed;
mod retained;
mod table;
#[path = "../talk/mod.rs"]
mod talk;

use common::page;
use packets::{alice, note, numbered, puback, pubrec, suback, subscribed, with_bob};
use talk::Talk;
use tap::{Record, Side};
use tracer::lint::{self, Lint, Remark};
use wire::Qos::{self, AtMostOnce};

pub(crate) fn remarks(records: Vec<Record>) -> Vec<Remark> {
    let mut lint = Lint::default();
    records.into_iter().flat_map(|record| lint.add(record)).collect()
}

pub(crate) fn breaches(records: Vec<Record>) -> Vec<&'static str> {
    remarks(records).iter().filter(|remark| remark.is_breach()).map(Remark::id).collect()
}

#[test]
fn what_was_not_seen_is_held_against_nobody() {
    let joined = Talk::default()
        .down(1, numbered(5, "x", true))
        .up(1, puback(5))
        .up(1, puback(6))
        .down(1, pubrec(9))
        .down(1, suback(3, &[AtMostOnce]))
        .down(1, note("x", true));
    assert_eq!(breaches(joined.records()), [""; 0]);
}

#[test]
fn a_packet_that_breaks_a_rule_alone_is_named_and_one_that_was_cut_off_is_not() {
    let broken = alice().raw_up(1, b"\x36\x05\0\x01a\0\x01");
    assert_eq!(breaches(broken.records()), ["MQTT-3.3.1-4"]);
    let cut = alice().raw_up(1, b"\x36\x05\0\x01");
    assert_eq!(breaches(cut.records()), ["MQTT-3.3.1-4"]);
    let cut = alice().raw_up(1, b"\x32\x05\0\x01");
    assert_eq!(breaches(cut.records()), [""; 0]);
}

#[test]
fn what_comes_behind_a_wrong_length_is_told_once() {
    let broken = alice().raw_up(1, b"\xe0\x01\0").raw_up(1, b"\0\0").raw_up(1, b"\x81\0");
    assert_eq!(breaches(broken.records()), ["s2.2.3", "MQTT-3.8.1-1", "MQTT-3.14.4-2"]);
}

#[test]
fn another_version_is_left_alone() {
    let foreign = Talk::default()
        .open(1)
        .raw_up(1, b"\x10\x10\0\x04MQTT\x05\x02\0\x3c\0\0\x03lab")
        .raw_down(1, b"\x20\x03\0\0\0")
        .raw_up(1, b"\xe0\x02\0\0");
    assert_eq!(breaches(foreign.clone().records()), [""; 0]);
    assert_eq!(advice::given(foreign), ["another-version"]);
}

/// A subscription at QoS 0 makes a QoS 0 of whatever was published.
#[test]
fn a_retained_message_that_is_lowered_to_qos_0_is_nobodys_fault() {
    let lowered = subscribed(AtMostOnce).down(1, note("on", true));
    assert_eq!(advice::given(lowered), [""; 0]);
}

/// mosquitto forwards to a bridge with RETAIN as it was published, which to a client is a breach.
#[test]
fn a_bridge_is_left_alone() {
    let bridge = Talk::default()
        .open(1)
        .raw_up(1, b"\x10\x0f\0\x04MQTT\x84\x02\0\x3c\0\x03lab")
        .raw_down(1, b"\x20\x02\0\0")
        .up(1, talk::subscribe(1, &[("t", AtMostOnce)]))
        .raw_down(1, b"\x31\x04\0\x01ta");
    assert_eq!(breaches(bridge.clone().records()), [""; 0]);
    assert_eq!(advice::given(bridge), ["bridge"]);
}

/// A capture that lacks packets: they may have been what makes the others lawful.
#[test]
fn what_passed_unseen_is_not_held_against_anybody() {
    let lacking = || subscribed(Qos::AtLeastOnce).raw_down(1, b"\x40\x02\0\x07");
    assert_eq!(breaches(lacking().records()), ["MQTT-2.3.1-6"]);
    for connection in [Some(1), None] {
        let talk = subscribed(Qos::AtLeastOnce).miss(connection);
        let talk = talk
            .raw_down(1, b"\x40\x02\0\x07")
            .raw_up(1, b"\x62\x02\0\x08")
            .down(1, note("on", false));
        assert_eq!(breaches(talk.records()), [""; 0], "{connection:?}");
    }
    let broken = subscribed(Qos::AtLeastOnce).miss(Some(1)).raw_up(1, b"\x36\x05\0\x01a\0\x01");
    assert_eq!(breaches(broken.records()), ["MQTT-3.3.1-4"], "what a packet breaks by itself");
    let other = subscribed(Qos::AtLeastOnce).miss(Some(2)).raw_down(1, b"\x40\x02\0\x07");
    assert_eq!(breaches(other.records()), ["MQTT-2.3.1-6"]);
}

#[test]
fn remarks_as_people_and_machines_read_them() {
    let talk = with_bob(subscribed(AtMostOnce))
        .up(2, numbered(1, "a", false))
        .up(2, numbered(1, "b", false))
        .down(1, numbered(7, "b", true))
        .raw_up(2, b"\x36\x05\0\x01a\0\x01")
        .up(2, note("on", true));
    let mut lint = Lint::default();
    let remarks: Vec<_> = talk.records().into_iter().flat_map(|record| lint.add(record)).collect();
    let text: String = remarks.iter().map(|remark| lint::text(remark, page(80)) + "\n").collect();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!("text", format!("{text}{}", lint.summary()));
    let lines: Vec<_> = remarks.iter().map(lint::json).collect();
    insta::assert_snapshot!("json", lines.join("\n"));
}

proptest::proptest! {
    /// Whatever passes in whatever order: every remark names a packet that was there.
    #[test]
    fn every_remark_is_about_a_packet_that_passed(
        passed in proptest::collection::vec((0_u8..3, 0_usize..14, 0_usize..14, 0_u64..900), 0..60),
    ) {
        let mut talk = Talk::default().open(0).open(1);
        for (what, client, which, seconds) in passed {
            let client = u8::try_from(client % 3).unwrap();
            let packet = common::each_type().swap_remove(which).1;
            talk = match what {
                0 => talk.up(client, packet),
                1 => talk.down(client, packet),
                _ => talk.close(client, Side::Server).after(seconds),
            };
        }
        let records = talk.records();
        let mut lint = Lint::default();
        let remarks: Vec<_> = records.into_iter().flat_map(|record| lint.add(record)).collect();
        let summary = lint.summary();
        for remark in &remarks {
            proptest::prop_assert!((1..=summary.packets).contains(&remark.packet.number));
            proptest::prop_assert!(!lint::text(remark, page(80)).is_empty());
        }
        let breaches = remarks.iter().filter(|remark| remark.is_breach()).count();
        proptest::prop_assert_eq!(breaches as u64, summary.breaches);
    }
}
