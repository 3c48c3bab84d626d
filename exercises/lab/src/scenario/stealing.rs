//! Scenario 8 of the talk: two clients with one name.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, LEAVE, act, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;
use crate::stage::Actor;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "stealing",
    about: "a second client with the same Client Identifier takes the connection over",
    remember: "A Client Identifier is one client. If clients drop and come back for no reason \
               that you can see, look for two with the same name.",
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
    inputs: INPUTS,
    play,
};

const FIRST: Input = Input::new("first", Kind::ClientIdentifier(&["bob"]), "alice")
    .about("Client Identifier of the first client")
    .changes("client_identifier");
const SECOND: Input = Input::new("second", Kind::ClientIdentifier(&["bob"]), "alice")
    .about("Client Identifier of the second client")
    .changes("client_identifier");

const INPUTS: &[Input] = &[FIRST, SECOND];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let (first_name, second_name) = (choices.text(&FIRST), choices.text(&SECOND));
    let called = if first_name.is_empty() { "A client without a name" } else { first_name };
    lab.say(&format!("bob watches the wills. {called} connects, with a will."));
    let bob = lab.connect(Guest::named("bob"))?;
    lab.subscribe(bob, "dead_clients", Qos::AtMostOnce)?;
    let first = lab.connect(Guest::named(first_name).will(Note::new("dead_clients", "imdead")))?;

    if first_name == second_name && !first_name.is_empty() {
        steal(lab, bob, first, first_name)?;
    } else {
        let why = if first_name.is_empty() || second_name.is_empty() {
            "for each client without a Client Identifier the broker makes up another one"
        } else {
            "its Client Identifier is another one"
        };
        lab.say(&format!("Another client connects, and nobody has to go: {why}."));
        let second = lab.connect(Guest::named(second_name))?;
        lab.disconnect(first)?;
        lab.disconnect(second)?;
    }
    lab.disconnect(bob)?;
    Ok(())
}

/// A second client of the same name comes; then the two of them take the connection from each other.
fn steal(lab: &mut Lab, bob: Actor, first: Actor, name: &str) -> Result<(), LabError> {
    lab.say(&format!(
        "Another client connects with the Client Identifier {name}. The broker closes the first \
         connection; no packet tells the first client why. Its will is published."
    ));
    let second = lab.connect(Guest::named(name))?;
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
    lab.disconnect(victim)
}
