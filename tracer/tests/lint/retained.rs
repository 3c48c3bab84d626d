//! Which message a server keeps, and what becomes of wills.

use tap::Side;
use wire::Qos::{AtLeastOnce, AtMostOnce};
use wire::{Connect, Disconnect, Pingreq, Pingresp, Publish, Will};

use crate::packets::{
    connack, note, numbered, puback, suback, subscribed, unsuback, with_bob, with_will,
};
use crate::table::{Case, case};
use crate::talk::{Talk, connect, subscribe, unsubscribe};

/// All cases of this page.
pub(crate) fn cases() -> Vec<Case> {
    [what_is_kept(), what_becomes_of_wills()].into_iter().flatten().collect()
}

/// Bob publishes, and alice, who is there, gets it.
fn passes(talk: Talk, publish: Publish) -> Talk {
    let copy = Publish { retain: false, ..note("", false) };
    let copy = Publish { payload: publish.payload.clone(), ..copy };
    talk.up(2, publish).down(1, copy)
}

/// Carol, who subscribes later, and gets this.
fn later(talk: Talk, publish: Publish) -> Talk {
    let talk = talk.after(5).open(3).up(3, connect("carol")).down(3, connack(false));
    talk.up(3, subscribe(1, &[("t", AtMostOnce)]))
        .down(3, suback(1, &[AtMostOnce]))
        .down(3, publish)
}

fn what_is_kept() -> Vec<Case> {
    let there = || with_bob(subscribed(AtMostOnce));
    let first = || passes(there(), note("first", true));
    let second = || passes(first(), note("second", true));
    let at_qos_1 = Publish { retain: true, ..numbered(1, "second", false) };
    let second_at_qos_1 = || passes(first(), at_qos_1.clone()).down(2, puback(1));
    let deleted = || passes(first(), note("", true));
    let other = || passes(first(), note("other", false));
    let again = passes(deleted(), note("first", true));
    vec![
        case(
            "MQTT-3.3.1-7",
            later(second(), note("first", true)),
            later(second(), note("second", true)),
        ),
        case(
            "MQTT-3.3.1-6",
            later(second_at_qos_1(), note("first", true)),
            later(second_at_qos_1(), note("second", true)),
        ),
        case(
            "MQTT-3.3.1-10",
            later(deleted(), note("first", true)),
            later(again, note("first", true)),
        ),
        case(
            "MQTT-3.3.1-11",
            later(Talk::default(), note("", true)),
            later(Talk::default(), note("", false)),
        ),
        case(
            "MQTT-3.3.1-7",
            later(second(), note("first", true)),
            // Somebody out of sight has published it again.
            later(second().down(1, note("first", false)), note("first", true)),
        ),
        case(
            "MQTT-3.3.1-7",
            later(second(), note("first", true)),
            // Nobody looks on who would have seen it published again.
            later(second().up(1, unsubscribe(2, "t")).down(1, unsuback(2)), note("first", true)),
        ),
        case(
            "MQTT-3.3.1-12",
            later(other(), note("other", true)),
            later(other(), note("first", true)),
        ),
    ]
}

fn what_becomes_of_wills() -> Vec<Case> {
    let has_will = |retain, qos| {
        let connect = with_will("bob");
        let will = connect.will.map(|will| Will { retain, qos, ..will });
        Connect { will, keep_alive: 60, ..connect }
    };
    let gone = || {
        let talk = passes(with_bob(subscribed(AtMostOnce)), note("first", true)).open(4);
        let talk =
            talk.up(4, Connect { will: has_will(false, AtMostOnce).will, ..connect("dora") });
        talk.down(4, connack(false)).close(4, Side::Client).down(1, note("gone", false))
    };
    // Bob's words reach alice, so his will has to.
    let known = || {
        let talk = subscribed(AtLeastOnce).open(2).up(2, has_will(false, AtLeastOnce));
        let talk = talk.down(2, connack(false)).up(2, numbered(1, "on", false)).down(2, puback(1));
        talk.down(1, numbered(1, "on", false)).up(1, puback(1))
    };
    let asks = |talk: Talk| talk.after(400).up(1, Pingreq).down(1, Pingresp);
    vec![
        case(
            "MQTT-3.1.2-16",
            later(gone(), note("gone", true)),
            later(gone(), note("first", true)),
        ),
        case(
            "MQTT-3.1.2-8",
            asks(known().close(2, Side::Client)),
            asks(known().up(2, Disconnect).close(2, Side::Client)),
        ),
        case(
            "MQTT-3.1.2-8",
            asks(known().close(2, Side::Server)),
            asks(
                known().close(2, Side::Server).down(1, numbered(2, "gone", false)).up(1, puback(2)),
            ),
        ),
    ]
}
