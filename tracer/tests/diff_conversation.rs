//! The difference of two conversations: two ladders side by side, up to the first step that is not as
//! it should be.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod common;

use bytes::Bytes;
use common::{passes, record};
use tap::Direction::{ToClient, ToServer};
use tap::{Direction, Record, Side, What};
use tracer::diff::{self, Conversations, Slip};

const CONNECT: (Direction, &[u8]) = (ToServer, b"\x10\x11\0\x04MQTT\x04\x02\0\x3c\0\x05alice");
const CONNACK: (Direction, &[u8]) = (ToClient, b"\x20\x02\0\0");
const PUBLISH: (Direction, &[u8]) = (ToServer, b"\x32\x0d\0\x05a/b/c\0\x0a21.5");
const PUBACK: (Direction, &[u8]) = (ToClient, b"\x40\x02\0\x0a");
const PUBACK_OF_ANOTHER: (Direction, &[u8]) = (ToClient, b"\x40\x02\0\x0b");
const PUBREC: (Direction, &[u8]) = (ToClient, b"\x50\x02\0\x0a");
const DISCONNECT: (Direction, &[u8]) = (ToServer, b"\xe0\0");

/// A conversation of the client with this number.
fn said(client: u8, packets: &[(Direction, &'static [u8])]) -> Vec<Record> {
    let passed = |(index, &(direction, bytes)): (usize, &(Direction, &'static [u8]))| {
        passes(index as u64 * 100, client, direction, Bytes::from_static(bytes))
    };
    packets.iter().enumerate().map(passed).collect()
}

fn compared(expected: &[Record], actual: &[Record]) -> Conversations {
    let difference = diff::conversations(expected, actual);
    let text = difference.to_string();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    difference
}

#[test]
fn the_first_step_that_is_different_is_shown_with_its_bytes() {
    let good = said(1, &[CONNECT, CONNACK, PUBLISH, PUBACK, DISCONNECT]);
    let bad = said(1, &[CONNECT, CONNACK, PUBLISH, PUBACK_OF_ANOTHER, DISCONNECT]);
    assert!(compared(&good, &good).is_equal());
    let difference = compared(&good, &bad);
    assert_eq!(difference.clients()[0].alike.len(), 3);
    insta::assert_snapshot!("another_identifier", difference);
    let other = said(1, &[CONNECT, CONNACK, PUBLISH, PUBREC]);
    insta::assert_snapshot!("another_packet", compared(&good, &other));
}

#[test]
fn a_step_more_or_less_is_told_as_that() {
    let good = said(1, &[CONNECT, CONNACK, PUBLISH, PUBACK, DISCONNECT]);
    let missing = said(1, &[CONNECT, CONNACK, PUBLISH, DISCONNECT]);
    let difference = compared(&good, &missing);
    assert_eq!(difference.clients()[0].slip, Some(Slip::Missing));
    insta::assert_snapshot!("a_step_less", difference);
    let difference = compared(&missing, &good);
    assert_eq!(difference.clients()[0].slip, Some(Slip::Extra));
    insta::assert_snapshot!("a_step_more", difference);
    insta::assert_snapshot!("an_early_end", compared(&good, &good[..3]));
    insta::assert_snapshot!("nothing_at_all", compared(&good, &[]));
}

#[test]
fn the_end_of_a_connection_is_a_step() {
    let mut good = said(1, &[CONNECT, CONNACK]);
    let mut bad = good.clone();
    good.push(record(900, 1, What::Closed { by: Side::Client }));
    bad.push(record(900, 1, What::Closed { by: Side::Server }));
    insta::assert_snapshot!("closed_by_the_other", compared(&good, &bad));
}

#[test]
fn who_closes_first_behind_a_disconnect_is_chance() {
    let mut one = said(1, &[CONNECT, CONNACK, DISCONNECT]);
    let mut other = one.clone();
    one.push(record(900, 1, What::Closed { by: Side::Client }));
    other.push(record(900, 1, What::Closed { by: Side::Server }));
    assert!(compared(&one, &other).is_equal());
}

#[test]
fn clients_are_compared_each_with_its_own() {
    let bob: (Direction, &[u8]) = (ToServer, b"\x10\x0f\0\x04MQTT\x04\x02\0\x3c\0\x03bob");
    let one = [said(1, &[CONNECT, CONNACK]), said(2, &[bob, CONNACK])].concat();
    let other = [said(2, &[bob, CONNACK]), said(1, &[CONNECT, CONNACK])].concat();
    assert!(compared(&one, &other).is_equal());
    let only_alice = said(1, &[CONNECT, CONNACK]);
    insta::assert_snapshot!("bob_is_new", compared(&only_alice, &other));
}
