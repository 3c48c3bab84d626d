//! Scenario 5 of the talk: the QoS of the publisher and that of the subscriber.

use std::fmt::Write;

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "qos",
    about: "nine pairs of QoS, the publisher's and the subscriber's: each leg has its own",
    remember: "The broker delivers with the smaller of the two. Each leg has a QoS and Packet \
               Identifiers of its own: QoS is an agreement between the two ends of one connection, not \
               between publisher and subscriber.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("sub0", &["-t", "mytopic", "-q", "0", "-i", "sub0"]),
            sub("sub1", &["-t", "mytopic", "-q", "1", "-i", "sub1"]),
            sub("sub2", &["-t", "mytopic", "-q", "2", "-i", "sub2"]),
            publish("pub", &["-t", "mytopic", "-m", "hello", "-q", "0"]),
            publish("pub", &["-t", "mytopic", "-m", "hello", "-q", "1"]),
            publish("pub", &["-t", "mytopic", "-m", "hello", "-q", "2"]),
        ],
        filter: "mqtt.msgtype == 3",
        shows: "each PUBLISH on both legs: compare mqtt.qos and mqtt.msgid",
    },
    inputs: INPUTS,
    play,
};

const LEVELS: Kind = Kind::OneOf(&["all", "0", "1", "2"]);

const PUBLISHED: Input =
    Input::new("published", LEVELS, "all").about("QoS of the publisher").changes("qos");
const SUBSCRIBED: Input = Input::new("subscribed", LEVELS, "all")
    .about("QoS of the subscribers")
    .changes("requested_qos_level");
const PAYLOAD: Input = Input::new("payload", Kind::Text, "hello")
    .about("Payload of the messages")
    .changes("application_message");

const INPUTS: &[Input] = &[PUBLISHED, SUBSCRIBED, PAYLOAD];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let (published, subscribed) = (levels(choices, &PUBLISHED), levels(choices, &SUBSCRIBED));
    let has_identifiers = |qos: &Qos| *qos > Qos::AtMostOnce;
    let both_have_identifiers =
        published.iter().any(has_identifiers) && subscribed.iter().any(has_identifiers);
    lab.say(&pairs(&published, &subscribed));
    let mut subscribers = Vec::new();
    for qos in subscribed {
        let subscriber = lab.connect(Guest::named(&format!("sub{}", qos.level())))?;
        lab.subscribe(subscriber, "mytopic", qos)?;
        subscribers.push((subscriber, qos));
    }
    let publisher = lab.connect(Guest::named("pub"))?;
    lab.say(before(both_have_identifiers));
    lab.publish(publisher, Note::new("elsewhere", "hello").qos(Qos::AtLeastOnce))?;

    let mut table = String::from("What each leg carried:\n\n  published  subscribed  delivered\n");
    for published in published {
        lab.say(&format!("The message at {published}:"));
        lab.publish(
            publisher,
            Note::new("mytopic", choices.text(&PAYLOAD).to_owned()).qos(published),
        )?;
        for &(subscriber, subscribed) in &subscribers {
            let received = lab.receive(subscriber)?;
            let row = [published, subscribed, received.qos].map(|qos| qos.to_string());
            // A string takes whatever is written to it.
            let _ = writeln!(table, "  {:<11}{:<12}{}", row[0], row[1], row[2]);
        }
    }
    for (subscriber, _) in subscribers {
        lab.disconnect(subscriber)?;
    }
    lab.disconnect(publisher)?;

    lab.say(table.trim_end());
    Ok(())
}

/// The levels that were chosen.
fn levels(choices: &Choices, input: &Input) -> Vec<Qos> {
    let is_chosen = |qos: &Qos| ["all", &qos.level().to_string()].contains(&choices.text(input));
    Qos::ALL.into_iter().filter(is_chosen).collect()
}

/// Who takes part, and how many pairs that makes.
fn pairs(published: &[Qos], subscribed: &[Qos]) -> String {
    let subscribers = match subscribed {
        [one] => format!("One subscriber asks for a topic at {one}."),
        _ => "Three subscribers ask for the same topic at QoS 0, 1 and 2.".to_owned(),
    };
    let publisher = match published {
        [one] => format!("A publisher sends one message, at {one}."),
        _ => "A publisher sends one message at each QoS.".to_owned(),
    };
    let pairs = match published.len() * subscribed.len() {
        1 => "one pair",
        3 => "three pairs",
        _ => "nine pairs",
    };
    format!("{subscribers} {publisher} That makes {pairs}.")
}

/// Why the publisher begins elsewhere.
fn before(both_have_identifiers: bool) -> &'static str {
    if both_have_identifiers {
        "The publisher has published elsewhere before. So its Packet Identifiers are further on than \
         those that the broker gives to its subscribers: each leg counts for itself."
    } else {
        "The publisher has published elsewhere before."
    }
}
