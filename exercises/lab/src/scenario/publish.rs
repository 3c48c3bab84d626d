//! Scenario 4 of the talk: one message at each QoS.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "publish",
    about: "a message at QoS 0, 1 and 2, and one that is sent again after the network broke",
    remember: "QoS is how hard the two ends of one connection try. 0 sends and forgets, 1 \
               keeps the message until it is acknowledged, 2 makes sure with four packets that it counts \
               once.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            publish("alice", &["-t", "mytopic", "-m", "at most once", "-q", "0"]),
            publish("alice", &["-t", "mytopic", "-m", "at least once", "-q", "1"]),
            publish("alice", &["-t", "mytopic", "-m", "exactly once", "-q", "2"]),
        ],
        filter: "mqtt.msgtype >= 3 && mqtt.msgtype <= 7",
        shows: "PUBLISH, and what answers it: nothing, PUBACK, or three packets more",
    },
    inputs: INPUTS,
    play,
};

const TOPIC: Input = Input::new("topic", Kind::TopicName(&[]), "mytopic")
    .about("Topic Name of all messages")
    .changes("topic_name");
const QOS: Input =
    Input::new("qos", Kind::Qos, "1").about("QoS of the last message").changes("qos");
const RETAIN: Input =
    Input::new("retain", Kind::Flag, "0").about("RETAIN of the last message").changes("retain");
const PAYLOAD: Input = Input::new("payload", Kind::Text, "again")
    .about("Payload of the last message")
    .changes("application_message");

const INPUTS: &[Input] = &[TOPIC, QOS, RETAIN, PAYLOAD];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let (topic, qos) = (choices.text(&TOPIC), choices.qos(&QOS));
    let alice = lab.connect(Guest::named("alice").kept_session())?;

    lab.say("QoS 0: one packet, without a Packet Identifier. Nobody answers.");
    lab.publish(alice, Note::new(topic, "at most once"))?;

    lab.say("QoS 1: PUBLISH has a Packet Identifier, and PUBACK repeats it.");
    lab.publish(alice, Note::new(topic, "at least once").qos(Qos::AtLeastOnce))?;

    lab.say(
        "QoS 2: PUBLISH, PUBREC, PUBREL, PUBCOMP, all with one identifier. PUBREL has flags 0010.",
    );
    lab.publish(alice, Note::new(topic, "exactly once").qos(Qos::ExactlyOnce))?;

    lab.say(what_is_lost(qos));
    let note = Note::new(topic, choices.text(&PAYLOAD).to_owned()).qos(qos);
    lab.publish_and_lose_the_answer(alice, note.retained(choices.flag(&RETAIN)))?;
    lab.reconnect(alice)?;
    lab.wait_for_publish(alice)?;
    lab.disconnect(alice)?;
    Ok(())
}

fn what_is_lost(qos: Qos) -> &'static str {
    match qos {
        Qos::AtMostOnce => {
            "Now the network breaks right behind a message at QoS 0. alice cannot know whether the broker \
             has the message. She comes back to her session, and does not send it again."
        }
        Qos::AtLeastOnce => {
            "Now the network breaks before the PUBACK comes. alice cannot know whether the broker has \
             the message. She comes back to her session and sends it again: with DUP 1, and with the \
             same identifier."
        }
        Qos::ExactlyOnce => {
            "Now the network breaks before the PUBREC comes. alice cannot know whether the broker has \
             the message. She comes back to her session and sends it again: with DUP 1, and with the \
             same identifier. By it the broker knows that it has this message."
        }
    }
}
