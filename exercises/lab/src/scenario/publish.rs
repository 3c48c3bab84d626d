//! Scenario 4 of the talk: one message at each QoS.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "publish",
    about: "a message at QoS 0, 1 and 2, and one that is sent again after the network broke",
    remember: "QoS is how hard the two ends of one connection try. 0 sends and forgets, 1 \
               sends until it is acknowledged, 2 makes sure with four packets that it counts once.",
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
    play,
};

fn play(lab: &mut Lab) -> Result<(), LabError> {
    let alice = lab.connect(Guest::named("alice").kept_session())?;

    lab.say("QoS 0: one packet, without a Packet Identifier. Nobody answers.");
    lab.publish(alice, Note::new("mytopic", "at most once"))?;

    lab.say("QoS 1: PUBLISH has a Packet Identifier, and PUBACK repeats it.");
    lab.publish(alice, Note::new("mytopic", "at least once").qos(Qos::AtLeastOnce))?;

    lab.say(
        "QoS 2: PUBLISH, PUBREC, PUBREL, PUBCOMP, all with one identifier. PUBREL has flags 0010.",
    );
    lab.publish(alice, Note::new("mytopic", "exactly once").qos(Qos::ExactlyOnce))?;

    lab.say(
        "Now the network breaks before the PUBACK comes. alice cannot know whether the broker has \
         the message. She comes back to her session and sends it again: with DUP 1, and with the \
         same identifier.",
    );
    lab.publish_and_lose_the_answer(alice, Note::new("mytopic", "again").qos(Qos::AtLeastOnce))?;
    lab.reconnect(alice)?;
    lab.wait_for_publish(alice)?;
    lab.disconnect(alice)?;
    Ok(())
}
