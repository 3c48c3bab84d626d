//! Scenario 1 of the talk: how a client connects, and how it shows that it is there.

use wire::{ConnectReturnCode, Qos};

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, LEAVE, act, publish, sub};
use crate::error::LabError;
use crate::guest::Guest;
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "connection",
    about: "CONNECT and CONNACK, the client identifier, the keep alive and its PINGREQ",
    remember: "A connection begins with CONNECT and CONNACK, and ends properly with \
               DISCONNECT, e0 00. In between, the client is heard from at least once in each keep alive, \
               even if it has only two bytes to send, c0 00.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("subscriber", &["-t", "mytopic", "-i", "subscriber"]),
            publish("publisher", &["-t", "mytopic", "-m", "hello", "-i", "publisher"]),
            sub("carol", &["-t", "mytopic", "-i", "carol", "-k", "5"]),
            act("carol", "wait for some keep alives, then Ctrl+C"),
            act("subscriber", LEAVE),
        ],
        filter: "mqtt.msgtype <= 2 || mqtt.msgtype >= 12",
        shows: "CONNECT and CONNACK, PINGREQ and PINGRESP, DISCONNECT",
    },
    inputs: INPUTS,
    play,
};

const CLIENT: Input = Input::new("client", Kind::ClientIdentifier(OTHERS), "carol")
    .about("Client Identifier of carol")
    .changes("client_identifier");
const KEEP_ALIVE: Input = Input::new("keep-alive", Kind::Number, "5")
    .about("Keep Alive of carol, in seconds")
    .changes("keep_alive");
const CLEAN_SESSION: Input = Input::new("clean-session", Kind::Flag, "1")
    .about("Clean Session of carol")
    .changes("clean_session");

const INPUTS: &[Input] = &[CLIENT, KEEP_ALIVE, CLEAN_SESSION];

/// Who else takes part.
const OTHERS: &[&str] = &["subscriber", "publisher"];

/// Nobody likes to watch for longer, in seconds.
const LONGEST_WAIT: u16 = 20;

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    lab.say("A subscriber connects. The first packet of every client is a CONNECT.");
    let subscriber = lab.connect(Guest::named("subscriber"))?;
    lab.subscribe(subscriber, "mytopic", Qos::AtMostOnce)?;

    lab.say(
        "So does a publisher. To the broker both are clients: their CONNECTs differ in one name.",
    );
    let publisher = lab.connect(Guest::named("publisher"))?;
    lab.disconnect(publisher)?;

    let (name, keep_alive) = (choices.text(&CLIENT), choices.number(&KEEP_ALIVE));
    let is_clean = choices.flag(&CLEAN_SESSION);
    lab.say(&match name {
        "" if !is_clean => {
            "carol gives no name, and asks for a session to be kept: Clean Session 0.".to_owned()
        }
        "" => promise("carol, who gives no name,", keep_alive),
        name => promise(name, keep_alive),
    });
    let carol = Guest::named(name).keep_alive(keep_alive).clean_session(is_clean);
    match lab.try_connect(carol)? {
        Ok(carol) => {
            if (1..=LONGEST_WAIT).contains(&keep_alive) {
                lab.wait_for_pingresp(carol)?;
            }
            lab.disconnect(carol)?;
        }
        Err(code) => refused(lab, code),
    }
    lab.disconnect(subscriber)?;
    Ok(())
}

/// What this Keep Alive means.
fn promise(name: &str, keep_alive: u16) -> String {
    match keep_alive {
        0 => format!(
            "{name} chooses a keep alive of 0, and that is none. The client never sends a PINGREQ, and \
             the broker would wait for it for ever."
        ),
        1..=LONGEST_WAIT => {
            let seconds = if keep_alive == 1 { "second" } else { "seconds" };
            format!(
                "{name} chooses a keep alive of {keep_alive} {seconds}, and then has nothing to say. Before \
                 the {keep_alive} {seconds} are over, her client sends a PINGREQ, so that the broker does \
                 not take her for dead."
            )
        }
        _ => format!(
            "{name} chooses a keep alive of {keep_alive} seconds. Before they are over, her client would \
             send a PINGREQ. Nobody waits for that here: it is more than {LONGEST_WAIT} seconds."
        ),
    }
}

/// The broker refuses a client that the scenario has nothing against.
fn refused(lab: &Lab, code: ConnectReturnCode) {
    lab.say(&format!("The broker does not let this client in. Its CONNACK says {code}."));
    if code == ConnectReturnCode::IDENTIFIER_REJECTED {
        lab.say("A session without a name could never be found again.");
    }
}
