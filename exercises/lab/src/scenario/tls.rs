//! Scenario 10 of the talk: the same packets, which nobody in between can read.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{ByHand, LEAVE, act, full_broker, publish, setup, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;
use crate::stage::Doubt;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "tls",
    about: "the same packets over TLS, what somebody in between sees, and whom clients refuse",
    remember: "TLS changes no bit of MQTT: it carries the same packets in records that only the two \
               ends can read. Who talks to whom, when and how much is still there to see. And it is worth \
               as much as the client's check of the certificate.",
    by_hand: ByHand {
        steps: &[
            setup("cargo run -p broker --features full -- cert --name localhost"),
            full_broker(&[
                "--trace",
                "--tls-listen",
                "127.0.0.1:8883",
                "--cert",
                "server.pem",
                "--key",
                "server.key",
            ]),
            sub(
                "subscriber",
                &["-h", "localhost", "-p", "8883", "--cafile", "ca.pem", "-t", "mytopic"],
            ),
            publish(
                "publisher",
                &[
                    "-h",
                    "localhost",
                    "-p",
                    "8883",
                    "--cafile",
                    "ca.pem",
                    "-t",
                    "mytopic",
                    "-m",
                    "hello",
                ],
            ),
            publish(
                "wrong-name",
                &[
                    "-h",
                    "127.0.0.1",
                    "-p",
                    "8883",
                    "--cafile",
                    "ca.pem",
                    "-t",
                    "mytopic",
                    "-m",
                    "hello",
                ],
            ),
            act("subscriber", LEAVE),
        ],
        filter: "tls.record.content_type == 23",
        shows: "records with something in them, and not what; with the filter mqtt you see nothing",
    },
    inputs: INPUTS,
    play,
};

const PAYLOAD: Input = Input::new("payload", Kind::Text, "hello")
    .about("Payload of the message")
    .changes("application_message");

const INPUTS: &[Input] = &[PAYLOAD];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let is_secure = lab.secure()?;
    if is_secure {
        lab.say(
            "The broker has a certificate: an authority, whom the clients trust, says that this key \
             belongs to this name. A subscriber connects. First comes the handshake of TLS, in which it \
             checks that; then the packets that you know.",
        );
    } else {
        lab.say(
            "This is what the two ends see: the same packets, bit by bit, with TLS or without. Left out \
             here is TLS itself, which needs real sockets and a library, and --cafile on a broker of \
             yours. The handshake, and what somebody in between sees: cargo run -- scenario tls",
        );
    }
    let subscriber = lab.connect(Guest::named("subscriber"))?;
    tell_overheard(
        lab,
        "Up to here somebody in between has seen this. The first message names the server; behind the \
         first one of the broker nothing can be read any more, not even its certificate. The last record \
         in each direction is MQTT: CONNECT, and CONNACK. (Records of TLS 1.3 say that they are older, for \
         the sake of old boxes on the way.)",
    );
    lab.subscribe(subscriber, "mytopic", Qos::AtMostOnce)?;

    lab.say("A publisher does the same, and publishes.");
    let publisher = lab.connect(Guest::named("publisher"))?;
    lab.overheard(); // the same once more
    lab.publish(publisher, Note::new("mytopic", choices.text(&PAYLOAD).to_owned()))?;
    lab.receive(subscriber)?;
    tell_overheard(
        lab,
        "And this is all that can be seen of the message, on its way to the broker and from it: sizes \
         and times. Each record is 17 bytes longer than its packet: one for what it really is, 16 to \
         notice if somebody changed it.",
    );
    lab.disconnect(publisher)?;
    lab.disconnect(subscriber)?;
    if is_secure {
        doubt(lab, "stranger", Doubt::OtherAuthority, "trusts another authority")?;
        doubt(lab, "caller", Doubt::OtherName, "calls the broker by another name")?;
    }
    Ok(())
}

fn tell_overheard(lab: &mut Lab, words: &str) {
    let lines = lab.overheard();
    if !lines.is_empty() {
        lab.say(&format!("{words}\n\n  {}", lines.join("\n  ")));
    }
}

/// A client that does not come in, since it does not want to.
fn doubt(lab: &mut Lab, name: &str, doubt: Doubt, what: &str) -> Result<(), LabError> {
    lab.say(&format!("{name} {what}. It gives up before it has sent a single packet of MQTT."));
    match lab.connect_in_doubt(Guest::named(name), doubt)? {
        Some(why) => lab.say(&format!("{name} says: {why}")),
        None => lab.say("Left out here: the lab knows no other name of your broker."),
    }
    Ok(())
}
