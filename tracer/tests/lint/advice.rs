//! Each piece of advice: traffic on which it is given, and traffic on which it nearly is.

use std::collections::BTreeSet;

use tap::Side;
use tracer::lint::{ADVICE, Remark};
use wire::Qos::{AtLeastOnce, AtMostOnce};
use wire::{Connect, Credentials, Publish, TopicName, Will};

use crate::common;
use crate::packets::{alice, note, numbered, with_will};
use crate::remarks;
use crate::talk::{Talk, connect, subscribe};

/// The advice that is given on this, and nothing but advice.
pub(crate) fn given(talk: Talk) -> Vec<&'static str> {
    let remarks = remarks(talk.records());
    assert!(!remarks.iter().any(Remark::is_breach), "{remarks:#?}");
    remarks.iter().map(Remark::id).collect()
}

fn begins(connect: Connect) -> Talk {
    Talk::default().open(1).up(1, connect)
}

/// Advice, traffic on which it is given alone, and traffic on which none is.
fn cases() -> Vec<(&'static str, Talk, Talk)> {
    let full = || Connect { will: None, ..common::connect() };
    let no_password = full().credentials.map(|it| Credentials { password: None, ..it });
    let name = |topic| TopicName::try_from(topic).unwrap();
    let publish = |topic| alice().up(1, Publish { topic: name(topic), ..note("x", false) });
    let asks = |filter| alice().up(1, subscribe(1, &[("t", AtMostOnce), (filter, AtMostOnce)]));
    let will = |topic| {
        let with_will = with_will("bob");
        let will = with_will.will.map(|will| Will { topic: name(topic), ..will });
        begins(Connect { will, ..with_will })
    };
    let at_qos_1 = Publish { retain: true, ..numbered(1, "on", false) };
    vec![
        (
            "client-identifier-above-23",
            begins(connect("a-client-with-24-bytes..")),
            begins(connect("a-client-with-23-bytes.")),
        ),
        (
            "keep-alive-0",
            begins(Connect { keep_alive: 0, ..connect("alice") }),
            begins(Connect { keep_alive: 1, ..connect("alice") }),
        ),
        (
            "password-without-tls",
            begins(full()),
            begins(Connect { credentials: no_password, ..full() }),
        ),
        ("wildcard-at-root", asks("#"), asks("home/#")),
        ("wildcard-at-root", asks("+/a"), asks("home/+")),
        ("leading-slash", asks("/a"), asks("a/")),
        ("leading-slash", publish("/a"), publish("a//b")),
        ("leading-slash", will("/a"), will("a/")),
        ("retained-at-qos-0", alice().up(1, note("on", true)), alice().up(1, at_qos_1)),
        ("retained-at-qos-0", alice().up(1, note("on", true)), alice().up(1, note("", true))),
        (
            "another-version",
            Talk::default().open(1).raw_up(1, b"\x10\x0f\0\x04MQTT\x05\x02\0\x3c\0\0\x02ab"),
            begins(connect("ab")),
        ),
        (
            "bridge",
            Talk::default().open(1).raw_up(1, b"\x10\x0e\0\x04MQTT\x84\x02\0\x3c\0\x02ab"),
            begins(connect("ab")),
        ),
    ]
}

#[test]
fn advice_is_given_and_only_where_it_is_due() {
    for (id, unwise, wise) in cases() {
        assert_eq!(given(unwise), [id]);
        assert_eq!(given(wise), [""; 0], "{id}");
    }
    let known: BTreeSet<_> = ADVICE.iter().map(|advice| advice.id).collect();
    assert_eq!(known.len(), ADVICE.len(), "each has a name of its own");
    let mut tested: BTreeSet<_> = cases().iter().map(|(id, ..)| *id).collect();
    tested.insert("retained-flaps"); // below, since it never comes alone
    assert_eq!(known, tested);
}

#[test]
fn advice_is_given_once_on_each_subject() {
    let twice = alice().up(1, note("on", true)).up(1, note("off", true));
    assert_eq!(given(twice), ["retained-at-qos-0"]);
    let again = begins(Connect { keep_alive: 0, ..connect("alice") }).close(1, Side::Client);
    let again = again.open(1).up(1, Connect { keep_alive: 0, ..connect("alice") });
    assert_eq!(given(again), ["keep-alive-0"]);
}

#[test]
fn advice_points_at_its_field() {
    let filters = [("t", AtLeastOnce), ("/t", AtMostOnce)];
    let remarks = remarks(alice().up(1, subscribe(1, &filters)).records());
    let (field, span) = remarks[0].field.unwrap();
    assert_eq!((field.name, &*span.to_string()), ("Topic Filter", "bytes 10–11"));
}

#[test]
fn a_retained_message_that_goes_to_and_fro() {
    let to_and_fro = |seconds, messages: &[&'static str]| {
        let all = messages.iter().cycle().take(6);
        all.fold(alice(), |talk, message| talk.up(1, note(message, true)).after(seconds))
    };
    let both = ["retained-at-qos-0", "retained-flaps"];
    assert_eq!(given(to_and_fro(5, &["on", "off"])), both);
    let one = ["retained-at-qos-0"];
    assert_eq!(given(to_and_fro(30, &["on", "off"])), one, "slowly");
    assert_eq!(given(to_and_fro(5, &["on"])), one, "the same again");
    assert_eq!(given(to_and_fro(5, &["20", "21", "22", "23", "24", "25"])), one, "measured");
}
