//! Scenario 2 of the talk: what the broker says for a client that cannot speak any more.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, KILL, LEAVE, act, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;
use crate::stage::Actor;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "last-will",
    about: "a client dies, and the broker publishes its will; after DISCONNECT it does not",
    remember: "The will is in the CONNECT, since a client that dies has no time to say it. \
               Whatever ends the connection, the broker publishes it, unless a DISCONNECT came first.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("bob", &["-t", "dead_clients", "-v", "-i", "bob"]),
            sub(
                "alice",
                &["-t", "news", "-i", "alice", WILL_TOPIC, "dead_clients", WILL_PAYLOAD, "imdead"],
            ),
            act("alice", KILL),
            sub(
                "anna",
                &[
                    "-t",
                    "news",
                    "-i",
                    "anna",
                    "-k",
                    "5",
                    WILL_TOPIC,
                    "dead_clients",
                    WILL_PAYLOAD,
                    "imdead",
                ],
            ),
            act("anna", "Ctrl+Z: it falls silent; wait for one and a half keep alives"),
            sub(
                "arne",
                &["-t", "news", "-i", "arne", WILL_TOPIC, "dead_clients", WILL_PAYLOAD, "imdead"],
            ),
            publish("pub", &["-t", "news", "-m", "all is well"]),
            act("arne", LEAVE),
            sub(
                "ada",
                &[
                    "-t",
                    "news",
                    "-i",
                    "ada",
                    WILL_TOPIC,
                    "dead_clients",
                    WILL_PAYLOAD,
                    "imdead",
                    "--will-retain",
                ],
            ),
            act("ada", KILL),
            sub("carol", &["-t", "dead_clients", "-v", "-i", "carol"]),
            publish("pub", &["-t", "dead_clients", "-n", "-r"]),
        ],
        filter: r#"mqtt.conflag.willflag == 1 || mqtt.topic == "dead_clients""#,
        shows: "who left a will, and whose was published",
    },
    inputs: INPUTS,
    play,
};

const TOPIC: Input = Input::new("will-topic", Kind::TopicName(&["news"]), "dead_clients")
    .about("Will Topic of them all")
    .changes("will_topic");
const MESSAGE: Input = Input::new("will-message", Kind::Text, "imdead")
    .about("Will Message of them all")
    .changes("will_message");
const QOS: Input =
    Input::new("will-qos", Kind::Qos, "0").about("Will QoS of them all").changes("will_qos");
const RETAIN: Input =
    Input::new("will-retain", Kind::Flag, "0").about("Will Retain of alice").changes("will_retain");
const ENDING: Input = Input::new("ending", Kind::OneOf(&["cut", "silence", "disconnect"]), "cut")
    .about("How alice ends");

const INPUTS: &[Input] = &[TOPIC, MESSAGE, QOS, RETAIN, ENDING];

const WILL_TOPIC: &str = "--will-topic";
const WILL_PAYLOAD: &str = "--will-payload";

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let topic = choices.text(&TOPIC);
    let imdead = || Note::new(topic, choices.text(&MESSAGE).to_owned()).qos(choices.qos(&QOS));
    let mortal = |name| Guest::named(name).will(imdead());
    lab.say("bob wants to know who dies.");
    let bob = lab.connect(Guest::named("bob"))?;
    lab.subscribe(bob, topic, Qos::AtMostOnce)?;

    let alice = Guest::named("alice").will(imdead().retained(choices.flag(&RETAIN)));
    end_of_alice(lab, bob, alice, choices.text(&ENDING))?;

    lab.say(
        "(b) anna has a keep alive of 1 second and falls silent: the connection stands, but nothing \
         comes. The broker waits for one and a half times as long.",
    );
    let anna = lab.connect(mortal("anna").keep_alive(1))?;
    lab.freeze(anna);
    lab.receive(bob)?;
    lab.cut(anna)?;

    lab.say("(c) arne gets a message, and goes with a DISCONNECT. His will is dropped.");
    let arne = lab.connect(mortal("arne"))?;
    lab.subscribe(arne, "news", Qos::AtMostOnce)?;
    lab.publish(bob, Note::new("news", "all is well"))?;
    lab.receive(arne)?;
    lab.disconnect(arne)?;

    let is_kept = !choices.text(&MESSAGE).is_empty();
    lab.say(if is_kept {
        "(d) ada's will is retained: whoever asks after her death still hears of it."
    } else {
        "(d) ada's will has Will Retain 1, and no message. An empty message with RETAIN 1 deletes what was \
         retained: who asks after her death hears of nothing."
    });
    let ada = lab.connect(Guest::named("ada").will(imdead().retain()))?;
    lab.cut(ada)?;
    lab.receive(bob)?;
    let carol = lab.connect(Guest::named("carol"))?;
    lab.subscribe(carol, topic, Qos::AtMostOnce)?;
    if is_kept {
        lab.receive(carol)?;
    }
    lab.disconnect(carol)?;
    lab.disconnect(bob)?;
    Ok(())
}

/// alice comes with her will, and ends in the way that was chosen.
fn end_of_alice(lab: &mut Lab, bob: Actor, alice: Guest, ending: &str) -> Result<(), LabError> {
    const LEAVES: &str = "(a) alice leaves a will with the broker: three flags in byte 9 of her CONNECT, \
                          and two fields in its payload.";
    match ending {
        "disconnect" => {
            lab.say(&format!(
                "{LEAVES} She takes her leave with a DISCONNECT, and bob hears of nothing."
            ));
            let alice = lab.connect(alice)?;
            lab.disconnect(alice)
        }
        "silence" => {
            lab.say(&format!("{LEAVES} Then she falls silent, with a keep alive of 1 second."));
            let alice = lab.connect(alice.keep_alive(1))?;
            lab.freeze(alice);
            lab.receive(bob)?;
            lab.cut(alice)
        }
        _ => {
            lab.say(&format!("{LEAVES} Then her network goes away, without a DISCONNECT."));
            let alice = lab.connect(alice)?;
            lab.cut(alice)?;
            lab.receive(bob).map(drop)
        }
    }
}
