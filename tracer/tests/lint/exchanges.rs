//! Identifiers, repeated sending, acknowledgements, and their order.

use crate::packets::{
    alice, at, back, keeping, numbered, puback, pubcomp, pubrec, pubrel, subscribed,
};
use crate::table::{Case, case};
use crate::talk::{Talk, subscribe};
use wire::Qos::{AtLeastOnce, AtMostOnce, ExactlyOnce};

/// All cases of this page.
pub(crate) fn cases() -> Vec<Case> {
    [
        which_identifiers_may_be_used(),
        how_messages_are_sent_again(),
        how_messages_are_acknowledged(),
        in_which_order(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn which_identifiers_may_be_used() -> Vec<Case> {
    vec![
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
    ]
}

fn how_messages_are_sent_again() -> Vec<Case> {
    let lost = || keeping().up(1, numbered(1, "a", false));
    vec![
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
    ]
}

fn how_messages_are_acknowledged() -> Vec<Case> {
    let sent = |qos| alice().up(1, at(qos, 1, "a", false));
    let received = || sent(ExactlyOnce).down(1, pubrec(1));
    vec![
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
    ]
}

fn in_which_order() -> Vec<Case> {
    let two = |qos| subscribed(qos).down(1, at(qos, 1, "a", false)).down(1, at(qos, 2, "b", false));
    let both = || {
        alice()
            .up(1, at(ExactlyOnce, 1, "a", false))
            .up(1, at(ExactlyOnce, 2, "b", false))
            .down(1, pubrec(1))
            .down(1, pubrec(2))
    };
    let delivered = || two(ExactlyOnce).up(1, pubrec(1)).up(1, pubrec(2));
    vec![
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
    ]
}
