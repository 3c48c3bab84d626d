//! Each rule of the conversation: traffic that breaks it and is told to, and traffic that nearly does
//! and is not.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod common;
mod talk;

use common::page;
use talk::{Talk, connect, publish, subscribe, unsubscribe};
use tap::{Record, Side};
use tracer::lint::{self, ADVICE, Lint, Remark};
use wire::{
    Connack, Connect, ConnectReturnCode, Disconnect, PacketIdentifier, Pingreq, Pingresp, Puback,
    Pubcomp, Publish, Pubrec, Pubrel, Qos, Suback, SubackReturnCode, Text, TopicName, Unsuback,
    Will,
};

use Qos::{AtLeastOnce, AtMostOnce, ExactlyOnce};

fn remarks(records: Vec<Record>) -> Vec<Remark> {
    let mut lint = Lint::default();
    records.into_iter().flat_map(|record| lint.add(record)).collect()
}

fn breaches(records: Vec<Record>) -> Vec<&'static str> {
    remarks(records).iter().filter(|remark| remark.is_breach()).map(Remark::id).collect()
}

fn advice(records: Vec<Record>) -> Vec<&'static str> {
    remarks(records).iter().filter(|remark| !remark.is_breach()).map(Remark::id).collect()
}

/// Traffic that breaks a rule, and traffic that nearly does.
struct Case {
    rule: &'static str,
    breaks: Talk,
    nearly: Talk,
}

fn case(rule: &'static str, breaks: Talk, nearly: Talk) -> Case {
    Case { rule, breaks, nearly }
}

fn check(cases: Vec<Case>) {
    for (number, Case { rule, breaks, nearly }) in cases.into_iter().enumerate() {
        assert_eq!(breaches(breaks.records()), [rule], "case {number}: what breaks {rule}");
        let none: [&str; 0] = [];
        assert_eq!(breaches(nearly.records()), none, "case {number}: what nearly breaks {rule}");
    }
}

fn id(number: u16) -> PacketIdentifier {
    PacketIdentifier::new(number).unwrap()
}

fn puback(number: u16) -> Puback {
    Puback { packet_identifier: id(number) }
}

fn pubrec(number: u16) -> Pubrec {
    Pubrec { packet_identifier: id(number) }
}

fn pubrel(number: u16) -> Pubrel {
    Pubrel { packet_identifier: id(number) }
}

fn pubcomp(number: u16) -> Pubcomp {
    Pubcomp { packet_identifier: id(number) }
}

fn suback(number: u16, granted: &[Qos]) -> Suback {
    let return_codes = granted.iter().copied().map(SubackReturnCode::Granted).collect();
    Suback { packet_identifier: id(number), return_codes }
}

fn unsuback(number: u16) -> Unsuback {
    Unsuback { packet_identifier: id(number) }
}

fn connack(session_present: bool) -> Connack {
    Connack { session_present, return_code: ConnectReturnCode::ACCEPTED }
}

fn refused(code: u8, session_present: bool) -> Connack {
    Connack { session_present, return_code: ConnectReturnCode(code) }
}

fn kept(name: &str) -> Connect {
    Connect { clean_session: false, ..connect(name) }
}

fn nameless(clean_session: bool) -> Connect {
    Connect { client_identifier: Text::EMPTY, clean_session, ..connect("") }
}

fn with_will(name: &str) -> Connect {
    let will = Will {
        topic: TopicName::try_from("t").unwrap(),
        message: "gone".into(),
        qos: AtMostOnce,
        retain: false,
    };
    Connect { will: Some(will), ..connect(name) }
}

/// A publication at QoS 0 with this payload.
fn note(payload: &'static str, retain: bool) -> Publish {
    Publish { payload: payload.into(), retain, ..publish(AtMostOnce, 0, false) }
}

/// A PUBLISH at QoS 1 with this payload.
fn numbered(number: u16, payload: &'static str, dup: bool) -> Publish {
    Publish { payload: payload.into(), ..publish(AtLeastOnce, number, dup) }
}

fn at(qos: Qos, number: u16, payload: &'static str, dup: bool) -> Publish {
    Publish { payload: payload.into(), ..publish(qos, number, dup) }
}

/// A client that is let in with a clean session.
fn alice() -> Talk {
    Talk::default().open(1).up(1, connect("alice")).down(1, connack(false))
}

/// … and has a subscription to `t`.
fn subscribed(granted: Qos) -> Talk {
    alice().up(1, subscribe(1, &[("t", granted)])).down(1, suback(1, &[granted]))
}

/// A client with a kept session, which comes back behind what it did.
fn back(talk: Talk) -> Talk {
    talk.close(1, Side::Server).open(2).up(2, kept("alice")).down(2, connack(true))
}

/// A client with a session that is kept from its beginning, behind a clean one.
fn keeping() -> Talk {
    let clean = alice().up(1, Disconnect).close(1, Side::Client);
    clean.open(1).up(1, kept("alice")).down(1, connack(false))
}

#[test]
fn what_may_come_when() {
    check(vec![
        case(
            "MQTT-3.1.0-1",
            Talk::default().open(1).up(1, Pingreq).up(1, Pingreq),
            Talk::default().up(1, Pingreq).down(1, Pingresp), // its beginning was not seen
        ),
        case(
            "MQTT-3.1.0-2",
            alice().up(1, connect("alice")),
            alice().open(2).up(2, connect("bob")),
        ),
        case(
            "MQTT-3.2.0-1",
            Talk::default().open(1).up(1, connect("alice")).down(1, Pingresp),
            alice().up(1, Pingreq).down(1, Pingresp),
        ),
        case(
            "MQTT-3.2.2-5",
            Talk::default()
                .open(1)
                .up(1, connect("alice"))
                .down(1, refused(5, false))
                .down(1, Pingresp),
            Talk::default()
                .open(1)
                .up(1, connect("alice"))
                .down(1, refused(5, false))
                .close(1, Side::Server),
        ),
        case(
            "MQTT-3.14.4-2",
            alice().up(1, Disconnect).up(1, Pingreq),
            subscribed(AtMostOnce).up(1, Disconnect).down(1, note("late", false)),
        ),
        case(
            "MQTT-3.12.4-1",
            alice().up(1, Pingreq).after(601).up(1, Pingreq).down(1, Pingresp),
            alice().up(1, Pingreq).up(1, Pingreq).down(1, Pingresp).after(61).down(1, Pingresp),
        ),
    ]);
}

#[test]
fn who_is_let_in() {
    let connects = |connect: Connect| Talk::default().open(1).up(1, connect);
    check(vec![
        case(
            "MQTT-3.1.3-7",
            connects(nameless(false)).down(1, refused(2, false)),
            connects(nameless(true)).down(1, connack(false)),
        ),
        case(
            "MQTT-3.2.2-4",
            connects(kept("alice")).down(1, refused(3, true)),
            connects(kept("alice")).down(1, refused(3, false)),
        ),
        case(
            "MQTT-3.2.2-1",
            connects(connect("alice")).down(1, connack(true)),
            connects(kept("alice")).down(1, connack(true)),
        ),
        case(
            "MQTT-3.2.2-2",
            keeping().close(1, Side::Client).open(2).up(2, kept("alice")).down(2, connack(false)),
            back(keeping()),
        ),
        case(
            "MQTT-3.2.2-3",
            alice().close(1, Side::Client).open(2).up(2, kept("alice")).down(2, connack(true)),
            alice().close(1, Side::Client).open(2).up(2, kept("bob")).down(2, connack(true)),
        ),
    ]);
    let let_in = connects(nameless(false)).down(1, connack(false));
    assert_eq!(breaches(let_in.records()), ["MQTT-3.1.3-7", "MQTT-3.1.3-8"]);
}

#[test]
fn how_long_a_client_may_be_silent() {
    let keep_alive = |seconds: u16| {
        let connect = Connect { keep_alive: seconds, ..connect("alice") };
        Talk::default().open(1).up(1, connect).down(1, connack(false))
    };
    check(vec![
        case(
            "MQTT-3.1.2-23",
            keep_alive(60).after(80).up(1, Pingreq),
            keep_alive(60).after(61).up(1, Pingreq),
        ),
        case(
            "MQTT-3.1.2-24",
            keep_alive(10).up(1, Pingreq).after(18).down(1, Pingresp).up(1, Disconnect),
            keep_alive(10).up(1, Pingreq).after(16).down(1, Pingresp).close(1, Side::Server),
        ),
        case(
            "MQTT-3.1.2-24",
            keep_alive(10).after(60).up(1, Pingreq),
            keep_alive(0).after(6000).up(1, Pingreq),
        ),
    ]);
}

#[test]
fn which_identifiers_may_be_used() {
    check(vec![
        case(
            "MQTT-2.3.1-2",
            alice().up(1, numbered(1, "a", false)).up(1, numbered(1, "b", false)),
            alice()
                .up(1, numbered(1, "a", false))
                .down(1, puback(1))
                .up(1, numbered(1, "b", false)),
        ),
        case(
            "MQTT-2.3.1-2",
            alice().up(1, numbered(1, "a", false)).up(1, subscribe(1, &[("t", AtMostOnce)])),
            alice().up(1, numbered(1, "a", false)).up(1, subscribe(2, &[("t", AtMostOnce)])),
        ),
        case(
            "MQTT-2.3.1-4",
            subscribed(AtLeastOnce)
                .down(1, numbered(1, "a", false))
                .down(1, numbered(1, "b", false)),
            // Both sides have numbers of their own.
            subscribed(AtLeastOnce).down(1, numbered(1, "a", false)).up(1, numbered(1, "b", false)),
        ),
        case(
            "MQTT-2.3.1-6",
            alice().up(1, numbered(1, "a", false)).down(1, puback(2)),
            alice().up(1, numbered(1, "a", false)).down(1, puback(1)),
        ),
        case(
            "MQTT-2.3.1-6",
            alice().up(1, numbered(1, "a", false)).down(1, puback(1)).down(1, puback(1)),
            alice()
                .up(1, numbered(1, "a", false))
                .up(1, numbered(1, "a", true))
                .down(1, puback(1))
                .down(1, puback(1)),
        ),
        case("MQTT-2.3.1-6", alice().up(1, pubrel(1)), Talk::default().up(1, pubrel(1))),
    ]);
}

#[test]
fn how_messages_are_sent_again() {
    let lost = || keeping().up(1, numbered(1, "a", false));
    check(vec![
        case(
            "MQTT-3.3.1-1",
            back(lost()).up(2, numbered(1, "a", false)),
            back(lost()).up(2, numbered(1, "a", true)),
        ),
        case(
            "MQTT-4.3.2-1",
            alice().up(1, numbered(1, "a", true)),
            back(lost()).up(2, numbered(7, "b", true)),
        ),
        case(
            "MQTT-4.3.3-1",
            alice().up(1, at(ExactlyOnce, 1, "a", true)),
            alice().up(1, at(ExactlyOnce, 1, "a", false)).up(1, at(ExactlyOnce, 1, "a", true)),
        ),
        case(
            "MQTT-3.3.1-3",
            subscribed(AtLeastOnce).down(1, numbered(1, "a", true)),
            subscribed(AtLeastOnce)
                .down(1, numbered(1, "a", false))
                .down(1, numbered(1, "a", true)),
        ),
        case(
            "MQTT-4.6.0-1",
            back(lost().up(1, numbered(2, "b", false)))
                .up(2, numbered(2, "b", true))
                .up(2, numbered(1, "a", true)),
            back(lost().up(1, numbered(2, "b", false)))
                .up(2, numbered(1, "a", true))
                .up(2, numbered(2, "b", true)),
        ),
    ]);
}

#[test]
fn how_messages_are_acknowledged() {
    let sent = |qos| alice().up(1, at(qos, 1, "a", false));
    let received = || sent(ExactlyOnce).down(1, pubrec(1));
    check(vec![
        case(
            "MQTT-3.3.4-1",
            sent(ExactlyOnce).down(1, puback(1)),
            received().up(1, pubrel(1)).down(1, pubcomp(1)),
        ),
        case(
            "MQTT-3.3.4-1",
            sent(AtLeastOnce).down(1, pubrec(1)),
            sent(AtLeastOnce).down(1, puback(1)),
        ),
        case(
            "MQTT-4.3.3-1",
            sent(ExactlyOnce).up(1, pubrel(1)),
            received().up(1, pubrel(1)).up(1, pubrel(1)),
        ),
        case(
            "MQTT-4.3.3-1",
            received().up(1, pubrel(1)).up(1, at(ExactlyOnce, 1, "a", true)),
            received().up(1, at(ExactlyOnce, 1, "a", true)).down(1, pubrec(1)).up(1, pubrel(1)),
        ),
        case("MQTT-4.3.3-2", received().down(1, pubcomp(1)), received().down(1, pubrec(1))),
    ]);
}

#[test]
fn in_which_order() {
    let two = |qos| subscribed(qos).down(1, at(qos, 1, "a", false)).down(1, at(qos, 2, "b", false));
    let both = || {
        alice()
            .up(1, at(ExactlyOnce, 1, "a", false))
            .up(1, at(ExactlyOnce, 2, "b", false))
            .down(1, pubrec(1))
            .down(1, pubrec(2))
    };
    let delivered = || two(ExactlyOnce).up(1, pubrec(1)).up(1, pubrec(2));
    check(vec![
        case(
            "MQTT-4.6.0-2",
            two(AtLeastOnce).up(1, puback(2)).up(1, puback(1)),
            two(AtLeastOnce).up(1, puback(1)).up(1, puback(2)),
        ),
        case("MQTT-4.6.0-3", two(ExactlyOnce).up(1, pubrec(2)).up(1, pubrec(1)), delivered()),
        case(
            "MQTT-4.6.0-4",
            both().up(1, pubrel(2)).up(1, pubrel(1)),
            both().up(1, pubrel(1)).up(1, pubrel(2)),
        ),
        case(
            "MQTT-4.6.0-6",
            delivered().down(1, pubrel(2)).down(1, pubrel(1)),
            delivered().down(1, pubrel(1)).down(1, pubrel(2)),
        ),
    ]);
}

#[test]
fn how_subscriptions_are_answered() {
    let asks = || alice().up(1, subscribe(1, &[("t", AtMostOnce), ("u", AtLeastOnce)]));
    let both = [AtMostOnce, AtLeastOnce];
    let pinged = |talk: Talk| talk.up(1, Pingreq).down(1, Pingresp);
    check(vec![
        case(
            "MQTT-3.8.4-5",
            asks().down(1, suback(1, &both[..1])),
            asks().down(1, suback(1, &both)),
        ),
        case(
            "MQTT-3.8.4-2",
            alice().down(1, suback(1, &both)),
            Talk::default().down(1, suback(1, &both)),
        ),
        case("MQTT-3.8.4-1", pinged(asks()).close(1, Side::Client), asks().close(1, Side::Client)),
        case(
            "MQTT-3.10.4-4",
            alice().up(1, subscribe(1, &[("t", AtMostOnce)])).down(1, unsuback(1)),
            alice().up(1, unsubscribe(1, "t")).down(1, unsuback(1)),
        ),
        case(
            "MQTT-3.10.4-5",
            pinged(alice().up(1, unsubscribe(1, "t"))).close(1, Side::Client),
            pinged(alice().up(1, unsubscribe(1, "t")).down(1, unsuback(1))).close(1, Side::Client),
        ),
    ]);
}

/// Somebody else who publishes.
fn with_bob(talk: Talk) -> Talk {
    talk.open(2).up(2, connect("bob")).down(2, connack(false))
}

#[test]
fn what_is_delivered() {
    let published = |retain| with_bob(Talk::default()).up(2, note("on", retain)).after(5);
    let late = |talk: Talk| {
        talk.open(1)
            .up(1, connect("alice"))
            .down(1, connack(false))
            .up(1, subscribe(1, &[("t", AtMostOnce)]))
            .down(1, suback(1, &[AtMostOnce]))
    };
    check(vec![
        case(
            "MQTT-3.3.2-3",
            alice().down(1, note("x", false)),
            // What was on its way when the subscription was given up still comes.
            subscribed(AtMostOnce)
                .up(1, unsubscribe(2, "t"))
                .down(1, unsuback(2))
                .down(1, note("x", false)),
        ),
        case(
            "MQTT-3.8.4-6",
            subscribed(AtMostOnce).down(1, numbered(1, "x", false)),
            subscribed(AtLeastOnce).down(1, numbered(1, "x", false)),
        ),
        case(
            "MQTT-3.8.4-6",
            with_bob(subscribed(AtLeastOnce))
                .up(2, note("x", false))
                .down(1, numbered(1, "x", false)),
            with_bob(subscribed(AtLeastOnce))
                .up(2, numbered(1, "x", false))
                .down(1, numbered(1, "x", false)),
        ),
        case(
            "MQTT-3.3.1-9",
            with_bob(subscribed(AtMostOnce)).up(2, note("on", true)).down(1, note("on", true)),
            with_bob(subscribed(AtMostOnce)).up(2, note("on", true)).down(1, note("on", false)),
        ),
        case(
            "MQTT-3.3.1-8",
            late(published(true)).down(1, note("on", false)),
            late(published(true)).down(1, note("on", true)),
        ),
        case(
            "MQTT-3.14.4-3",
            subscribed(AtMostOnce)
                .open(2)
                .up(2, with_will("bob"))
                .down(2, connack(false))
                .up(2, Disconnect)
                .down(1, note("gone", false)),
            subscribed(AtMostOnce)
                .open(2)
                .up(2, with_will("bob"))
                .down(2, connack(false))
                .close(2, Side::Client)
                .down(1, note("gone", false)),
        ),
    ]);
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
fn another_version_is_left_alone() {
    let foreign = Talk::default()
        .open(1)
        .raw_up(1, b"\x10\x10\0\x04MQTT\x05\x02\0\x3c\0\0\x03lab")
        .raw_down(1, b"\x20\x03\0\0\0")
        .raw_up(1, b"\xe0\x02\0\0");
    assert_eq!(breaches(foreign.clone().records()), [""; 0]);
    assert_eq!(advice(foreign.records()), ["another-version"]);
}

#[test]
fn advice_is_given_once_and_is_no_breach() {
    let connects = |connect: Connect| Talk::default().open(1).up(1, connect).records();
    let long = connect("a-client-with-a-long-name");
    assert_eq!(advice(connects(long)), ["client-identifier-above-23"]);
    assert_eq!(advice(connects(connect("a-client-with-23-bytes."))), [""; 0]);
    let unwise = Connect { keep_alive: 0, ..common::connect() };
    assert_eq!(advice(connects(unwise)), ["keep-alive-0", "password-without-tls"]);
    let filters =
        alice().up(1, subscribe(1, &[("#", AtMostOnce), ("/t", AtMostOnce), ("t/+", AtMostOnce)]));
    assert_eq!(advice(filters.records()), ["wildcard-at-root", "leading-slash"]);
    let twice = alice().up(1, note("on", true)).up(1, note("off", true)).up(1, note("", true));
    assert_eq!(advice(twice.clone().records()), ["retained-at-qos-0"]);
    assert_eq!(breaches(twice.records()), [""; 0]);
    let mut ids: Vec<_> = ADVICE.iter().map(|advice| advice.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ADVICE.len());
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
