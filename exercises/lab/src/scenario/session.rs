//! Scenario 7 of the talk: what the broker remembers of a client that is away.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, LEAVE, act, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "session",
    about: "Clean Session 0 and 1: subscriptions and messages wait for a client that is away",
    remember: "The session belongs to the Client Identifier, not to the connection. \
               Subscriptions and messages at QoS 1 and 2 wait in it; retained messages do not belong \
               to it.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("bob", &["-t", "mytopic", "-q", "1", "-i", "bob", "-c"]),
            act("bob", LEAVE),
            publish("alice", &["-t", "mytopic", "-m", "at QoS 0"]),
            publish("alice", &["-t", "mytopic", "-m", "one", "-q", "1"]),
            publish("alice", &["-t", "mytopic", "-m", "two", "-q", "1"]),
            sub("bob", &["-t", "mytopic", "-q", "1", "-i", "bob", "-c"]),
            act("bob", LEAVE),
            sub("bob", &["-t", "mytopic", "-q", "1", "-i", "bob"]),
            act("bob", "Ctrl+C: without -c nothing is left"),
        ],
        filter: "mqtt.msgtype == 2 || mqtt.msgtype == 3",
        shows: "mqtt.conack.flags.sp in CONNACK, and the messages behind it",
    },
    inputs: INPUTS,
    play,
};

const CLEAN_SESSION: Input = Input::new("clean-session", Kind::Flag, "0")
    .about("Clean Session of bob")
    .changes("clean_session");
const SUBSCRIBED: Input =
    Input::new("subscribed", Kind::Qos, "1").about("QoS of bob").changes("requested_qos_level");
const QOS: Input =
    Input::new("qos", Kind::Qos, "1").about("QoS of alice's last two messages").changes("qos");

const INPUTS: &[Input] = &[CLEAN_SESSION, SUBSCRIBED, QOS];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let (is_clean, qos) = (choices.flag(&CLEAN_SESSION), choices.qos(&QOS));
    lab.say(if is_clean {
        "bob wants no session to be kept: Clean Session 1. What he subscribes to ends with his connection."
    } else {
        "bob asks the broker to keep his session: Clean Session 0. There is none yet."
    });
    let bob = lab.connect(Guest::named("bob").clean_session(is_clean))?;
    lab.subscribe(bob, "mytopic", choices.qos(&SUBSCRIBED))?;
    lab.disconnect(bob)?;

    lab.say(&format!("While he is away, alice publishes: once at QoS 0, twice at {qos}."));
    let alice = lab.connect(Guest::named("alice"))?;
    lab.publish(alice, Note::new("mytopic", "at QoS 0"))?;
    lab.publish(alice, Note::new("mytopic", "one").qos(qos))?;
    lab.publish(alice, Note::new("mytopic", "two").qos(qos))?;

    let any_waited = !is_clean && qos.min(choices.qos(&SUBSCRIBED)) > Qos::AtMostOnce;
    lab.say(match (is_clean, any_waited) {
        (true, _) => {
            "bob comes back. CONNACK says Session Present 0: nothing waited, and he would have to subscribe \
             again."
        }
        (false, true) => {
            "bob comes back. CONNACK says Session Present 1, and right behind it come the messages that \
             waited, in their order. He did not subscribe again. The one at QoS 0 did not wait."
        }
        (false, false) => {
            "bob comes back. CONNACK says Session Present 1: his subscription is still there. No message \
             waited, for on its way to him each has the smaller QoS of the two, and that is 0."
        }
    });
    lab.reconnect(bob)?;
    if any_waited {
        lab.receive(bob)?;
        lab.receive(bob)?;
    }
    lab.disconnect(bob)?;

    lab.say("With Clean Session 1 the broker forgets it all, now and for later.");
    let clean = lab.connect(Guest::named("bob"))?;
    lab.disconnect(clean)?;
    lab.reconnect(bob)?;
    lab.disconnect(bob)?;
    lab.disconnect(alice)?;

    lab.say("A session needs a name: an empty Client Identifier with Clean Session 0 is refused.");
    lab.connect_refused(Guest::nameless().kept_session())?;
    Ok(())
}
