use broker_core::ConnectionId;
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex51 as answer;
use lab::{Guest, LabError, Note, Rehearsal, Routing, rehearse_routing};
use wire::{Qos, Subscription, TopicFilter};

const EXERCISE: Exercise = check::exercise!("51-retain-clear");

#[test]
fn step1_an_empty_message_deletes() -> Verdict {
    const DELETED: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_3_1_11,
            |lines| got(lines, "late").iter().any(|line| line.contains("empty")),
            "The empty message was kept, and late gets it. It is an order to forget, and no value.",
        ),
        breach(
            &rules::MQTT_3_3_1_10,
            |lines| got(lines, "late").iter().any(|line| line.contains("cellar")),
            "The value of the cellar was deleted by the empty message, and is still there.",
        ),
        mistake(
            |lines| got(lines, "late").is_empty(),
            "The value of the attic is gone as well: each topic has its own, and one was deleted.",
        ),
    ];
    EXERCISE.conversation("deleted", DELETED, || {
        play(|lab| {
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("home/attic", "25").retain())?;
            lab.publish(sensor, Note::new("home/cellar", "21").retain())?;
            lab.publish(sensor, Note::new("home/cellar", "").retain())?;
            let late = lab.connect(Guest::named("late"))?;
            lab.subscribe(late, "home/+", Qos::AtMostOnce)?;
            Ok(())
        })
    })
}

#[test]
fn step2_and_is_passed_on() -> Verdict {
    const PASSED_ON: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_3_1_9,
            |lines| got(lines, "early").first().is_some_and(|line| line.contains("RETAIN")),
            "early had subscribed already: for him RETAIN is 0, whatever the publisher sent.",
        ),
        mistake(
            |lines| got(lines, "early").iter().filter(|line| line.contains("\"21\"")).count() > 1,
            "early gets 21 once more. What is passed on is the message that came: it is empty.",
        ),
        breach(
            &rules::MQTT_3_3_1_10,
            |lines| got(lines, "early").len() < 2,
            "early is there, and should learn that the value is gone: the empty message is passed on.",
        ),
        breach(
            &rules::MQTT_3_3_1_10,
            |lines| got(lines, "early").len() < 3,
            "Nothing was kept for attic, so there was nothing to delete. The empty message is a message all \
             the same, and passed on.",
        ),
        breach(
            &rules::MQTT_3_3_1_9,
            |lines| got(lines, "early").iter().any(|line| line.contains("RETAIN")),
            "early had subscribed already: for him RETAIN is 0, also in an empty message.",
        ),
    ];
    EXERCISE.conversation("passed_on", PASSED_ON, || {
        play(|lab| {
            let early = lab.connect(Guest::named("early"))?;
            lab.subscribe(early, "+", Qos::AtMostOnce)?;
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("cellar", "21").retain())?;
            lab.publish(sensor, Note::new("cellar", "").retain())?;
            lab.publish(sensor, Note::new("attic", "").retain())
        })
    })
}

#[test]
fn step3_only_with_retain_and_only_if_empty() -> Verdict {
    const KEPT: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_3_1_12,
            |lines| got(lines, "late").iter().any(|line| line.contains("empty")),
            "The empty message on cellar was kept. It had RETAIN 0: it is for those who are there.",
        ),
        breach(
            &rules::MQTT_3_3_1_12,
            |lines| !lines.iter().any(|line| line.contains("late ← PUBLISH  cellar")),
            "The empty message on cellar had RETAIN 0, and touches nothing that is kept.",
        ),
        mistake(
            |lines| !got(lines, "late").iter().any(|line| line.contains("null")),
            "\"null\" is a payload of four bytes, and MQTT does not look into it. It is kept as any other.",
        ),
    ];
    EXERCISE.conversation("kept", KEPT, || {
        play(|lab| {
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("attic", "null").retain())?;
            lab.publish(sensor, Note::new("cellar", "21").retain())?;
            lab.publish(sensor, Note::new("cellar", ""))?;
            let late = lab.connect(Guest::named("late"))?;
            lab.subscribe(late, "#", Qos::AtMostOnce)?;
            Ok(())
        })
    })
}

/// What this client was sent.
fn got<'l>(lines: &'l [String], who: &str) -> Vec<&'l String> {
    let sent = format!("{who} ← PUBLISH");
    lines.iter().filter(|line| line.contains(&sent)).collect()
}

fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_routing(Broker::default(), scenario)
}

/// The rest of the broker: it knows who subscribed to what.
#[derive(Default)]
struct Broker {
    retained: answer::Retained,
    subscriptions: Vec<(ConnectionId, TopicFilter)>,
}

impl Routing for Broker {
    fn subscribed(&mut self, client: ConnectionId, subscription: &Subscription) -> Vec<Message> {
        self.subscriptions.push((client, subscription.topic_filter.clone()));
        self.retained.subscribed(&subscription.topic_filter)
    }

    fn published(&mut self, _: ConnectionId, message: &Message) -> Vec<(ConnectionId, Message)> {
        let Some(copy) = self.retained.published(message) else { return Vec::new() };
        let wanted = self.subscriptions.iter().filter(|(_, filter)| filter.matches(&message.topic));
        wanted.map(|(client, _)| (*client, copy.clone())).collect()
    }
}
