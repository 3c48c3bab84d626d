//! Scenario 5 of the talk: the QoS of the publisher and that of the subscriber.

use std::fmt::Write;

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "qos",
    about: "nine pairs of QoS, the publisher's and the subscriber's: each leg has its own",
    remember: "The broker delivers with the smaller of the two. Each leg has a QoS and Packet \
               Identifiers of its own: QoS is a contract between the two ends of one connection, not from \
               publisher to subscriber.",
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
    play,
};

fn play(lab: &mut Lab) -> Result<(), LabError> {
    lab.say(
        "Three subscribers ask for the same topic at QoS 0, 1 and 2. A publisher sends one message \
         at each QoS. That makes nine pairs.",
    );
    let mut subscribers = Vec::new();
    for qos in Qos::ALL {
        let subscriber = lab.connect(Guest::named(&format!("sub{}", qos.level())))?;
        lab.subscribe(subscriber, "mytopic", qos)?;
        subscribers.push((subscriber, qos));
    }
    let publisher = lab.connect(Guest::named("pub"))?;
    lab.say(
        "The publisher has published elsewhere before. So its Packet Identifiers are further on than \
         those that the broker gives to its subscribers: each leg counts for itself.",
    );
    lab.publish(publisher, Note::new("elsewhere", "hello").qos(Qos::AtLeastOnce))?;

    let mut table = String::from("What each leg carried:\n\n  published  subscribed  delivered\n");
    for published in Qos::ALL {
        lab.say(&format!("The message at {published}:"));
        lab.publish(publisher, Note::new("mytopic", "hello").qos(published))?;
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
