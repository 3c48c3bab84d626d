//! Scenario 2 of the talk: what the broker says for a client that cannot speak any more.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, KILL, LEAVE, act, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "last-will",
    about: "a client dies, and the broker publishes its will; after DISCONNECT it does not",
    remember: "The will is in the CONNECT, since a client that dies has no time to say it. \
               Whatever ends the connection, the broker publishes it, unless a DISCONNECT came first.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("bob", &["-t", "dead_clients", "-v", "-i", "bob"]),
            sub("alice", &["-t", "news", "-i", "alice", WILL, "dead_clients", MESSAGE, "imdead"]),
            act("alice", KILL),
            sub(
                "anna",
                &["-t", "news", "-i", "anna", "-k", "5", WILL, "dead_clients", MESSAGE, "imdead"],
            ),
            act("anna", "Ctrl+Z: it falls silent; wait for one and a half keep alives"),
            sub("arne", &["-t", "news", "-i", "arne", WILL, "dead_clients", MESSAGE, "imdead"]),
            publish("pub", &["-t", "news", "-m", "all is well"]),
            act("arne", LEAVE),
            sub(
                "ada",
                &[
                    "-t",
                    "news",
                    "-i",
                    "ada",
                    WILL,
                    "dead_clients",
                    MESSAGE,
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
    play,
};

const TOPIC: &str = "dead_clients";

const WILL: &str = "--will-topic";
const MESSAGE: &str = "--will-payload";

fn play(lab: &mut Lab) -> Result<(), LabError> {
    lab.say("bob wants to know who dies.");
    let bob = lab.connect(Guest::named("bob"))?;
    lab.subscribe(bob, TOPIC, Qos::AtMostOnce)?;

    lab.say(
        "(a) alice leaves a will with the broker: three flags in byte 9 of her CONNECT, and two \
         fields in its payload. Then her network goes away, without a DISCONNECT.",
    );
    let alice = lab.connect(mortal("alice"))?;
    lab.cut(alice)?;
    lab.receive(bob)?;

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

    lab.say("(d) ada's will is retained: who asks after her death still hears of it.");
    let ada = lab.connect(Guest::named("ada").will(imdead().retain()))?;
    lab.cut(ada)?;
    lab.receive(bob)?;
    let carol = lab.connect(Guest::named("carol"))?;
    lab.subscribe(carol, TOPIC, Qos::AtMostOnce)?;
    lab.receive(carol)?;
    lab.disconnect(carol)?;
    lab.disconnect(bob)?;
    Ok(())
}

/// A guest with the talk's will.
fn mortal(name: &str) -> Guest {
    Guest::named(name).will(imdead())
}

fn imdead() -> Note {
    Note::new(TOPIC, "imdead")
}
