//! Scenario 6 of the talk: the last well-known value.

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "retained",
    about: "a message that stays: set, replaced, deleted; RETAIN 1 for those who come later",
    remember: "RETAIN from a publisher means keep this. RETAIN to a subscriber means \
               this was kept. A retained message comes when you subscribe, not when you connect.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            publish("pub", &["-t", "mytopic", "-m", "gone"]),
            publish("pub", &["-t", "mytopic", "-m", "first", "-r"]),
            sub("early", &["-t", "mytopic", "-i", "early"]),
            publish("pub", &["-t", "mytopic", "-m", "second", "-r"]),
            sub("late", &["-t", "mytopic", "-i", "late"]),
            publish("pub", &["-t", "mytopic", "-n", "-r"]),
            sub("last", &["-t", "mytopic", "-i", "last"]),
        ],
        filter: "mqtt.retain == 1",
        shows: "RETAIN from the publisher, and to those who came later",
    },
    inputs: INPUTS,
    play,
};

const PAYLOAD: Input = Input::new("payload", Kind::Text, "first")
    .about("Payload of the first message with RETAIN")
    .changes("application_message");
const QOS: Input =
    Input::new("qos", Kind::Qos, "0").about("QoS of the publisher's messages").changes("qos");
const SUBSCRIBED: Input = Input::new("subscribed", Kind::Qos, "0")
    .about("QoS of the subscribers")
    .changes("requested_qos_level");

const INPUTS: &[Input] = &[PAYLOAD, QOS, SUBSCRIBED];

const TOPIC: &str = "mytopic";

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let (qos, subscribed) = (choices.qos(&QOS), choices.qos(&SUBSCRIBED));
    let note = |payload: &str| Note::new(TOPIC, payload.to_owned()).qos(qos);
    let is_kept = !choices.text(&PAYLOAD).is_empty();
    let publisher = lab.connect(Guest::named("publisher"))?;
    lab.say("Nobody subscribed yet. A message without RETAIN is gone; one with RETAIN stays.");
    lab.publish(publisher, note("gone"))?;
    lab.publish(publisher, note(choices.text(&PAYLOAD)).retain())?;

    if is_kept {
        lab.say("early comes, and gets the message that was kept, with RETAIN 1.");
    } else {
        lab.say("But the one with RETAIN was empty, and stays for nobody. early comes, and gets nothing.");
    }
    let early = lab.connect(Guest::named("early"))?;
    lab.subscribe(early, TOPIC, subscribed)?;
    if is_kept {
        lab.receive(early)?;
    }

    let second = if is_kept { "A second one replaces it." } else { "A second one stays." };
    lab.say(&format!("{second} early was there already: for him it is fresh, with RETAIN 0."));
    lab.publish(publisher, note("second").retain())?;
    lab.receive(early)?;

    lab.say("late gets the second alone: one value is kept for each topic, no queue of them.");
    let late = lab.connect(Guest::named("late"))?;
    lab.subscribe(late, TOPIC, subscribed)?;
    lab.receive(late)?;

    lab.say("An empty message with RETAIN 1 deletes what was kept. It is passed on all the same.");
    lab.publish(publisher, note("").retain())?;
    lab.receive(early)?;
    lab.receive(late)?;

    lab.say("last comes when nothing is kept any more, and gets nothing.");
    let last = lab.connect(Guest::named("last"))?;
    lab.subscribe(last, TOPIC, subscribed)?;
    for client in [last, late, early, publisher] {
        lab.disconnect(client)?;
    }
    Ok(())
}
