//! Subscriptions, and what is delivered to them.

use crate::packets::{
    alice, connack, note, numbered, suback, subscribed, unsuback, with_bob, with_will,
};
use crate::talk::{Talk, connect, subscribe, unsubscribe};
use crate::{case, check};
use tap::Side;
use wire::Qos::{AtLeastOnce, AtMostOnce};
use wire::{Disconnect, Pingreq, Pingresp};

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
