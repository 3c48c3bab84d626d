//! Scenario 8 of the talk: two clients with one name.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, LEAVE, act, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "stealing",
    about: "a second client with the same Client Identifier takes the connection over",
    remember: "A Client Identifier is one client. If clients drop and come back for no reason \
               that you can see, look for two of the same name.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("bob", &["-t", "dead_clients", "-v", "-i", "bob"]),
            sub(
                "first",
                &[
                    "-t",
                    "news",
                    "-i",
                    "alice",
                    "--will-topic",
                    "dead_clients",
                    "--will-payload",
                    "imdead",
                ],
            ),
            sub("second", &["-t", "news", "-i", "alice"]),
            act("second", "both connect again by themselves, and go on stealing; end with Ctrl+C"),
            act("first", LEAVE),
        ],
        filter: r#"mqtt.clientid == "alice" || tcp.flags.fin == 1"#,
        shows: "each CONNECT, and the connection that ends with it",
    },
    play,
};

fn play(lab: &mut Lab) -> Result<(), LabError> {
    lab.say("bob watches the wills. alice connects, with a will.");
    let bob = lab.connect(Guest::named("bob"))?;
    lab.subscribe(bob, "dead_clients", Qos::AtMostOnce)?;
    let first = lab.connect(Guest::named("alice").will(Note::new("dead_clients", "imdead")))?;

    lab.say(
        "Another client connects with the Client Identifier alice. The broker closes the first \
         connection; no packet tells the first client why. Its will is published.",
    );
    let second = lab.connect(Guest::named("alice"))?;
    lab.wait_until_closed(first)?;
    lab.receive(bob)?;

    lab.say(
        "If the first one connects again by itself, it steals the connection back. Two such clients \
         go on for ever.",
    );
    let mut thief = first;
    let mut victim = second;
    for _ in 0..2 {
        lab.reconnect(thief)?;
        lab.wait_until_closed(victim)?;
        (thief, victim) = (victim, thief);
    }
    lab.disconnect(victim)?;
    lab.disconnect(bob)?;
    Ok(())
}
