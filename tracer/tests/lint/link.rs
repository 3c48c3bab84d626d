//! What may come when on one connection, who is let in, and how long a client may be silent.

use crate::packets::{alice, back, connack, keeping, kept, nameless, note, refused, subscribed};
use crate::table::{Case, case};
use crate::talk::{Talk, connect};
use tap::Side;
use wire::Qos::AtMostOnce;
use wire::{Connect, Disconnect, Pingreq, Pingresp};

/// All cases of this page.
pub(crate) fn cases() -> Vec<Case> {
    [what_may_come_when(), who_is_let_in(), how_long_a_client_may_be_silent()]
        .into_iter()
        .flatten()
        .collect()
}

fn what_may_come_when() -> Vec<Case> {
    vec![
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
    ]
}

fn who_is_let_in() -> Vec<Case> {
    let connects = |connect: Connect| Talk::default().open(1).up(1, connect);
    vec![
        case(
            "MQTT-3.1.3-7",
            connects(nameless(false)).down(1, refused(2, false)),
            connects(nameless(true)).down(1, connack(false)),
        ),
        case(
            "MQTT-3.1.3-8",
            connects(nameless(false)).down(1, connack(false)),
            connects(nameless(false)).down(1, refused(2, false)),
        )
        .beside(&["MQTT-3.1.3-7"]),
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
    ]
}

fn how_long_a_client_may_be_silent() -> Vec<Case> {
    let keep_alive = |seconds: u16| {
        let connect = Connect { keep_alive: seconds, ..connect("alice") };
        Talk::default().open(1).up(1, connect).down(1, connack(false))
    };
    vec![
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
    ]
}
