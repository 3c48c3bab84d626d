//! Subscriptions, and what is delivered to them.

use crate::packets::{
    alice, connack, note, numbered, puback, suback, subscribed, unsuback, with_bob, with_will,
};
use crate::table::{Case, case};
use crate::talk::{Talk, connect, subscribe, unsubscribe};
use tap::Side;
use wire::Qos::{AtLeastOnce, AtMostOnce};
use wire::{Disconnect, Pingreq, Pingresp, Publish, Qos, TopicName};

/// All cases of this page.
pub(crate) fn cases() -> Vec<Case> {
    [how_subscriptions_are_answered(), what_is_delivered()].into_iter().flatten().collect()
}

fn how_subscriptions_are_answered() -> Vec<Case> {
    let asks = || alice().up(1, subscribe(1, &[("t", AtMostOnce), ("u", AtLeastOnce)]));
    let both = [AtMostOnce, AtLeastOnce];
    let pinged = |talk: Talk| talk.up(1, Pingreq).down(1, Pingresp);
    vec![
        case(
            "MQTT-3.8.4-5",
            asks().down(1, suback(1, &both[..1])),
            asks().down(1, suback(1, &both)),
        ),
        case(
            "MQTT-3.9.3-1",
            asks().down(1, suback(1, &[AtLeastOnce, AtMostOnce])),
            asks().down(1, suback(1, &[AtMostOnce, AtMostOnce])),
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
    ]
}

/// Bob publishes at QoS 1, and the server takes it, for alice who subscribed at this QoS.
fn published(granted: Qos) -> Talk {
    taken(subscribed(granted))
}

fn taken(talk: Talk) -> Talk {
    with_bob(talk).up(2, numbered(1, "x", false)).down(2, puback(1))
}

/// Alice, who subscribed to the same topic twice.
fn overlapping() -> Talk {
    let talk = alice().up(1, subscribe(1, &[("t", AtMostOnce), ("+", AtLeastOnce)]));
    taken(talk.down(1, suback(1, &[AtMostOnce, AtLeastOnce])))
}

fn everything() -> Talk {
    alice().up(1, subscribe(1, &[("#", AtMostOnce)])).down(1, suback(1, &[AtMostOnce]))
}

fn on_topic(topic: &str) -> Publish {
    Publish { topic: TopicName::try_from(topic).unwrap(), ..note("x", false) }
}

/// Alice, who gave her subscription up.
fn left() -> Talk {
    subscribed(AtMostOnce).up(1, unsubscribe(2, "t")).down(1, unsuback(2))
}

fn asks_and_leaves(talk: Talk) -> Talk {
    talk.up(1, Pingreq).down(1, Pingresp).close(1, Side::Client)
}

fn what_is_delivered() -> Vec<Case> {
    let retained = |retain| with_bob(Talk::default()).up(2, note("on", retain)).after(5);
    let late = |talk: Talk| {
        talk.open(1)
            .up(1, connect("alice"))
            .down(1, connack(false))
            .up(1, subscribe(1, &[("t", AtMostOnce)]))
            .down(1, suback(1, &[AtMostOnce]))
    };
    vec![
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
            "MQTT-3.8.4-6",
            asks_and_leaves(published(AtLeastOnce).down(1, note("x", false))),
            // It may come yet.
            published(AtLeastOnce).down(1, note("x", false)).close(1, Side::Client),
        ),
        case(
            "MQTT-3.3.5-1",
            asks_and_leaves(overlapping().down(1, note("x", false))),
            asks_and_leaves(
                overlapping()
                    .down(1, note("x", false))
                    .down(1, numbered(1, "x", false))
                    .up(1, puback(1)),
            ),
        ),
        case(
            "MQTT-3.10.4-2",
            with_bob(left()).after(5).up(2, note("x", false)).down(1, note("x", false)),
            with_bob(subscribed(AtMostOnce))
                .up(2, note("x", false))
                .up(1, unsubscribe(2, "t"))
                .down(1, unsuback(2))
                .down(1, note("x", false)),
        ),
        case(
            "MQTT-4.7.2-1",
            everything().down(1, on_topic("$SYS/load")),
            everything().down(1, on_topic("SYS/load")),
        ),
        case(
            "MQTT-3.3.1-9",
            with_bob(subscribed(AtMostOnce)).up(2, note("on", true)).down(1, note("on", true)),
            with_bob(subscribed(AtMostOnce)).up(2, note("on", true)).down(1, note("on", false)),
        ),
        case(
            "MQTT-3.3.1-8",
            late(retained(true)).down(1, note("on", false)),
            // The second one is of somebody out of sight.
            late(retained(true)).down(1, note("on", true)).down(1, note("on", false)),
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
    ]
}
