//! Whom a server lets in, and on whom it has to hang up.

use tap::Side;
use wire::Qos::AtMostOnce;
use wire::{Pingreq, Pingresp};

use crate::bytes::{amended, begins, number, text};
use crate::packets::{
    alice, connack, nameless, note, numbered, puback, refused, subscribed, with_bob,
};
use crate::table::{Case, case};
use crate::talk::{Talk, connect};

/// All cases of this page.
pub(crate) fn cases() -> Vec<Case> {
    [how_a_connect_is_answered(), on_whom_to_hang_up()].into_iter().flatten().collect()
}

fn how_a_connect_is_answered() -> Vec<Case> {
    let named = |name| Talk::default().open(1).up(1, connect(name));
    let protocol = |name| begins(amended(connect("alice"), "protocol_name", text(name)));
    let level = |it| begins(amended(connect("alice"), "protocol_level", number(it)));
    let broken = || begins(amended(connect("alice"), "connect_flags_reserved", number(1)));
    let refused_bob = subscribed(AtMostOnce).open(2).up(2, connect("bob"));
    let refused_bob = refused_bob.up(2, note("x", false)).down(2, refused(5, false));
    vec![
        case(
            "MQTT-3.1.2-1",
            protocol(b"MQTX").down(1, connack(false)),
            protocol(b"MQTX").close(1, Side::Server),
        ),
        case(
            "MQTT-3.1.2-2",
            level(5).down(1, connack(false)),
            level(5).down(1, refused(1, false)).close(1, Side::Server),
        ),
        case(
            "MQTT-3.1.3-5",
            named("a1B2c3D4e5F6g7H8i9J0k1L").down(1, refused(2, false)),
            named("a1B2c3D4e5F6g7H8i9J0k1L2").down(1, refused(2, false)),
        ),
        case(
            "MQTT-3.2.2-6",
            named("alice").down(1, refused(6, false)),
            named("alice").down(1, refused(5, false)),
        ),
        case("MQTT-3.1.4-1", broken().down(1, connack(false)), broken().close(1, Side::Server))
            .beside(&["MQTT-3.1.2-3"]),
        case(
            "MQTT-3.1.4-5",
            refused_bob.down(1, note("x", false)),
            with_bob(subscribed(AtMostOnce)).up(2, note("x", false)).down(1, note("x", false)),
        ),
    ]
}

fn two_without_names() -> Talk {
    let talk = Talk::default().open(1).up(1, nameless(true)).down(1, connack(false));
    talk.open(2).up(2, nameless(true)).down(2, connack(false))
}

fn on_whom_to_hang_up() -> Vec<Case> {
    let asks = b"\x80\x06\0\x01\0\x01a\0";
    let again = |talk: Talk| talk.open(2).up(2, connect("alice")).down(2, connack(false));
    vec![
        case(
            "MQTT-4.8.0-1",
            alice().raw_up(1, asks).up(1, Pingreq).down(1, Pingresp),
            // The answer was on its way.
            alice().up(1, Pingreq).raw_up(1, asks).down(1, Pingresp).close(1, Side::Server),
        )
        .beside(&["MQTT-3.8.1-1"]),
        case(
            "MQTT-4.8.0-1",
            alice().up(1, connect("alice")).down(1, connack(false)),
            alice().up(1, connect("alice")).close(1, Side::Server),
        )
        .beside(&["MQTT-3.1.0-2"]),
        case(
            "MQTT-3.1.4-2",
            again(alice()).up(1, Pingreq).down(1, Pingresp),
            again(alice().up(1, Pingreq)).down(1, Pingresp).close(1, Side::Server),
        ),
        case(
            "MQTT-3.1.4-2",
            again(alice()).up(1, numbered(1, "x", false)).down(1, puback(1)),
            // Without names they are two.
            two_without_names().up(1, Pingreq).down(1, Pingresp),
        ),
    ]
}
