//! What a first visitor sees: one message from a publisher to a subscriber, and every packet of it.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
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
    play,
};

fn play(lab: &mut Lab) -> Result<(), LabError> {
    lab.say("bob connects and asks for everything about the kitchen.");
    let bob = lab.connect(Guest::named("bob"))?;
    lab.subscribe(bob, "kitchen/#", Qos::AtLeastOnce)?;

    lab.say("alice connects and publishes a temperature. She does not know who is listening.");
    let alice = lab.connect(Guest::named("alice"))?;
    lab.publish(alice, Note::new("kitchen/temperature", "21.5").qos(Qos::AtLeastOnce))?;

    lab.receive(bob)?;
    lab.say("Both take their leave in order.");
    lab.disconnect(alice)?;
    lab.disconnect(bob)?;
    Ok(())
}
