//! Scenario 3 of the talk: how a client asks for messages.

use wire::{Qos, TopicFilter, TopicName};

use super::Scenario;
use crate::by_hand::{ByHand, broker, publish, setup, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "subscribe",
    about: "SUBSCRIBE and SUBACK, wildcards, UNSUBSCRIBE, and a filter that is refused",
    remember: "A subscription is a Topic Filter and a QoS. The broker compares level by \
               level; home/cellar/# covers home/cellar itself, and home/+/temperature never two levels.",
    by_hand: ByHand {
        steps: &[
            setup("echo '* both home/#' > permissions.txt"),
            broker(&["--trace", "--permissions", "permissions.txt"]),
            sub(
                "bob",
                &[
                    "-t",
                    "home/+/temperature",
                    "-t",
                    "home/cellar/#",
                    "-t",
                    "secret/plans",
                    "-q",
                    "1",
                    "-v",
                ],
            ),
            publish("alice", &["-t", "home/kitchen/temperature", "-m", "hello"]),
            publish("alice", &["-t", "home/cellar", "-m", "hello"]),
            publish("alice", &["-t", "home/attic/window/north", "-m", "hello"]),
        ],
        filter: "mqtt.msgtype == 8 || mqtt.msgtype == 9",
        shows: "the requests and their answers; mqtt.suback.qos == 128 is a refusal",
    },
    inputs: INPUTS,
    play,
};

const FILTER: Input = Input::new("filter", Kind::TopicFilter, "home/+/temperature")
    .about("First Topic Filter of the second SUBSCRIBE")
    .changes("topic_filter");
const QOS: Input = Input::new("qos", Kind::Qos, "1")
    .about("QoS for that Topic Filter")
    .changes("requested_qos_level");

const INPUTS: &[Input] = &[FILTER, QOS];

/// What bob subscribes to besides.
const OTHERS: [&str; 2] = ["mytopic", "home/cellar/#"];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    lab.say("bob subscribes to one topic. SUBACK has the same Packet Identifier as SUBSCRIBE.");
    let bob = lab.connect(Guest::named("bob"))?;
    lab.subscribe(bob, OTHERS[0], Qos::AtMostOnce)?;

    lab.say(
        "Several Topic Filters fit into one SUBSCRIBE, each with a QoS of its own; SUBACK answers \
         with one code for each, in their order. A + stands for one level, a # at the end for all \
         that follow.",
    );
    let filter = choices.text(&FILTER);
    lab.subscribe_all(bob, &[(filter, choices.qos(&QOS)), (OTHERS[1], Qos::ExactlyOnce)])?;

    lab.say("Which of these three reaches bob, and through which filter?");
    let alice = lab.connect(Guest::named("alice"))?;
    for topic in ["home/kitchen/temperature", "home/cellar", "home/attic/window/north"] {
        lab.publish(alice, Note::new(topic, "hello"))?;
        if reaches(topic, &[filter, OTHERS[0], OTHERS[1]])? {
            lab.receive(bob)?;
        }
    }

    lab.say("UNSUBSCRIBE names the filter exactly as it was subscribed, and UNSUBACK answers.");
    lab.unsubscribe(bob, filter)?;
    lab.publish(alice, Note::new("home/kitchen/temperature", "nobody hears this"))?;

    if lab.close("secret/plans")? {
        lab.say(
            "A broker may refuse. This one is told that nobody may have secret/plans. SUBACK says 0x80 \
             for that filter alone, and bob stays connected.",
        );
        lab.subscribe_all(bob, &[("news", Qos::AtMostOnce), ("secret/plans", Qos::AtMostOnce)])?;
    } else {
        lab.say(
            "Left out here: a subscription that is refused with 0x80. Who may subscribe where is a matter \
             of your broker's own settings, and the lab cannot change them.",
        );
    }
    lab.disconnect(alice)?;
    lab.disconnect(bob)?;
    Ok(())
}

/// Whether one of the filters matches the topic.
fn reaches(topic: &str, filters: &[&str]) -> Result<bool, LabError> {
    let topic = TopicName::new(topic.to_owned())?;
    let matches = |filter: &&str| Ok(TopicFilter::new((*filter).to_owned())?.matches(&topic));
    let any: Result<Vec<bool>, LabError> = filters.iter().map(matches).collect();
    Ok(any?.contains(&true))
}
