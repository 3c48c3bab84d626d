//! What a first visitor sees: one message from a publisher to a subscriber, and every packet of it.

use wire::{TopicFilter, TopicName};

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "first-packets",
    about: "one message from a publisher to a subscriber, and every packet that it takes",
    remember: "Publisher and subscriber never meet. Each one talks to the broker alone, and \
               the Topic Name is all that brings them together.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("bob", &["-t", "kitchen/#", "-q", "1", "-i", "bob"]),
            publish(
                "alice",
                &["-t", "kitchen/temperature", "-m", "21.5", "-q", "1", "-i", "alice"],
            ),
        ],
        filter: "mqtt",
        shows: "every packet; alice and bob have a tcp.stream each",
    },
    inputs: INPUTS,
    play,
};

const FILTER: Input = Input::new("filter", Kind::TopicFilter, "kitchen/#")
    .about("Topic Filter of bob")
    .changes("topic_filter");
const SUBSCRIBED: Input =
    Input::new("subscribed", Kind::Qos, "1").about("QoS of bob").changes("requested_qos_level");
const TOPIC: Input = Input::new("topic", Kind::TopicName(&[]), "kitchen/temperature")
    .about("Topic Name of the message")
    .changes("topic_name");
const PAYLOAD: Input = Input::new("payload", Kind::Text, "21.5")
    .about("Payload of the message")
    .changes("application_message");
const QOS: Input = Input::new("qos", Kind::Qos, "1").about("QoS of the message").changes("qos");
const RETAIN: Input =
    Input::new("retain", Kind::Flag, "0").about("RETAIN of the message").changes("retain");

const INPUTS: &[Input] = &[FILTER, SUBSCRIBED, TOPIC, PAYLOAD, QOS, RETAIN];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let (filter, topic) = (choices.text(&FILTER), choices.text(&TOPIC));
    if choices.is_usual(&FILTER) {
        lab.say("bob connects and asks for everything about the kitchen.");
    } else {
        lab.say(&format!("bob connects and asks for whatever matches {filter}."));
    }
    let bob = lab.connect(Guest::named("bob"))?;
    lab.subscribe(bob, filter, choices.qos(&SUBSCRIBED))?;

    let what = if choices.is_usual(&PAYLOAD) { "a temperature" } else { "a message" };
    lab.say(&format!("alice connects and publishes {what}. She does not know who is listening."));
    let alice = lab.connect(Guest::named("alice"))?;
    let note = Note::new(topic, choices.text(&PAYLOAD).to_owned());
    lab.publish(alice, note.qos(choices.qos(&QOS)).retained(choices.flag(&RETAIN)))?;

    if TopicFilter::new(filter.to_owned())?.matches(&TopicName::new(topic.to_owned())?) {
        lab.receive(bob)?;
    } else {
        lab.say(&format!("{filter} does not match {topic}: bob gets nothing."));
    }
    lab.say("Both take their leave in order.");
    lab.disconnect(alice)?;
    lab.disconnect(bob)?;
    Ok(())
}
