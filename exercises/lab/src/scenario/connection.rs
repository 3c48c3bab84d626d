//! Scenario 1 of the talk: how a client connects, and how it shows that it is there.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, LEAVE, act, publish, sub};
use crate::error::LabError;
use crate::guest::Guest;
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "connection",
    about: "CONNECT and CONNACK, the client identifier, the keep alive and its PINGREQ",
    remember: "A connection begins with CONNECT and CONNACK, and ends in order with \
               DISCONNECT, e0 00. In between the client speaks at least once in each keep alive, and be it \
               with two bytes, c0 00.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("subscriber", &["-t", "mytopic", "-i", "subscriber"]),
            publish("publisher", &["-t", "mytopic", "-m", "hello", "-i", "publisher"]),
            sub("carol", &["-t", "mytopic", "-i", "carol", "-k", "5"]),
            act("carol", "wait for some keep alives, then Ctrl+C"),
            act("subscriber", LEAVE),
        ],
        filter: "mqtt.msgtype <= 2 || mqtt.msgtype >= 12",
        shows: "CONNECT and CONNACK, PINGREQ and PINGRESP, DISCONNECT",
    },
    play,
};

fn play(lab: &mut Lab) -> Result<(), LabError> {
    lab.say("A subscriber connects. The first packet of every client is a CONNECT.");
    let subscriber = lab.connect(Guest::named("subscriber"))?;
    lab.subscribe(subscriber, "mytopic", Qos::AtMostOnce)?;

    lab.say(
        "So does a publisher. To the broker both are clients: their CONNECTs differ in one name.",
    );
    let publisher = lab.connect(Guest::named("publisher"))?;
    lab.disconnect(publisher)?;

    lab.say(
        "carol chooses a keep alive of 5 seconds, and then has nothing to say. Before the 5 seconds \
         are over, her client sends a PINGREQ, so that the broker does not take her for dead.",
    );
    let carol = lab.connect(Guest::named("carol").keep_alive(5))?;
    lab.wait_for_pingresp(carol)?;
    lab.disconnect(carol)?;
    lab.disconnect(subscriber)?;
    Ok(())
}
