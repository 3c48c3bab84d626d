//! Sessions that go on over another connection, and what others publish meanwhile.

use tap::Side;
use wire::Qos::{AtLeastOnce, ExactlyOnce};

use crate::packets::{
    at, back, connack, keeping, kept, numbered, puback, pubcomp, pubrec, pubrel, suback,
    subscribed, with_bob,
};
use crate::table::{Case, case};
use crate::talk::{Talk, connect, subscribe};

/// All cases of this page.
pub(crate) fn cases() -> Vec<Case> {
    [what_is_sent_again(), what_comes_of_others()].into_iter().flatten().collect()
}

/// A subscriber with a session that is kept.
fn keeping_subscriber() -> Talk {
    keeping().up(1, subscribe(1, &[("t", AtLeastOnce)])).down(1, suback(1, &[AtLeastOnce]))
}

fn what_is_sent_again() -> Vec<Case> {
    let lost = || back(keeping().up(1, numbered(1, "a", false)));
    let unfinished = || {
        back(keeping().up(1, at(ExactlyOnce, 1, "a", false)).down(1, pubrec(1)).up(1, pubrel(1)))
    };
    let new =
        |talk: Talk| talk.up(2, numbered(2, "b", false)).down(2, puback(2)).close(2, Side::Client);
    let delivered = || back(keeping_subscriber().down(1, numbered(1, "a", false)));
    vec![
        case("MQTT-4.4.0-1", new(lost()), new(lost().up(2, numbered(1, "a", true)))),
        case(
            "MQTT-4.4.0-1",
            new(unfinished()),
            new(unfinished().up(2, pubrel(1)).down(2, pubcomp(1))),
        ),
        case(
            "MQTT-4.4.0-1",
            delivered().down(2, numbered(2, "b", false)).close(2, Side::Client),
            delivered().close(2, Side::Client), // it was gone before anything could come
        ),
        case(
            "MQTT-2.3.1-3",
            lost().up(2, numbered(7, "a", true)),
            lost().up(2, numbered(1, "a", true)),
        ),
        case(
            "MQTT-2.3.1-4",
            delivered().down(2, numbered(7, "a", true)),
            delivered().down(2, numbered(1, "a", true)),
        ),
    ]
}

fn what_comes_of_others() -> Vec<Case> {
    let publishes = |talk: Talk| {
        let talk = talk.up(3, numbered(1, "a", false)).up(3, numbered(2, "b", false));
        talk.down(3, puback(1)).down(3, puback(2))
    };
    let bob = |talk: Talk| talk.open(3).up(3, connect("bob")).down(3, connack(false));
    let both = || publishes(bob(subscribed(AtLeastOnce)));
    let a_is_not_taken = with_bob(subscribed(AtLeastOnce))
        .up(2, numbered(1, "a", false))
        .up(2, numbered(2, "b", false))
        .down(2, puback(2));
    let away = || {
        let talk = publishes(bob(keeping_subscriber().close(1, Side::Server)));
        talk.open(2).up(2, kept("alice")).down(2, connack(true))
    };
    vec![
        case(
            "MQTT-4.6.0-6",
            both().down(1, numbered(1, "b", false)).down(1, numbered(2, "a", false)),
            both().down(1, numbered(1, "a", false)).down(1, numbered(2, "b", false)),
        ),
        case(
            "MQTT-4.5.0-1",
            both().down(1, numbered(1, "b", false)).close(1, Side::Client),
            a_is_not_taken.down(1, numbered(1, "b", false)).close(1, Side::Client),
        ),
        case(
            "MQTT-3.1.2-5",
            away().down(2, numbered(1, "b", false)).close(2, Side::Client),
            away()
                .down(2, numbered(1, "a", false))
                .down(2, numbered(2, "b", false))
                .close(2, Side::Client),
        ),
    ]
}
