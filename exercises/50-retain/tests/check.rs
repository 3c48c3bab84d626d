use broker_core::ConnectionId;
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex50 as answer;
use lab::{Guest, LabError, Note, Rehearsal, Routing, rehearse_routing};
use wire::{Qos, Subscription, TopicFilter};

const EXERCISE: Exercise = check::exercise!("50-retain");

#[test]
fn step1_who_comes_late_gets_the_last_one() -> Verdict {
    EXERCISE.conversation("late", LATE, || {
        play(|lab| {
            let sensor = lab.connect(Guest::named("sensor"))?;
            for value in ["19", "20", "21"] {
                lab.publish(sensor, Note::new("cellar", value).retain())?;
            }
            let late = lab.connect(Guest::named("late"))?;
            lab.subscribe(late, "cellar", Qos::AtMostOnce)?;
            Ok(())
        })
    })
}

#[test]
fn step2_who_is_there_gets_a_fresh_one() -> Verdict {
    const FRESH: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_3_3_1_9,
        |lines| got(lines, "early").iter().any(|line| line.contains("RETAIN")),
        "early had subscribed already, so the message is fresh for him. RETAIN was an order to the broker, \
         and is not passed on.",
    )];
    EXERCISE.conversation("early", FRESH, || {
        play(|lab| {
            let early = lab.connect(Guest::named("early"))?;
            lab.subscribe(early, "cellar", Qos::AtMostOnce)?;
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("cellar", "21").retain())
        })
    })
}

#[test]
fn step3_without_retain_nothing_changes() -> Verdict {
    const UNTOUCHED: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_3_1_12,
            |lines| got(lines, "late").iter().any(|line| line.contains("\"22\"")),
            "22 was published with RETAIN 0: it is for those who are there, and for nobody else.",
        ),
        breach(
            &rules::MQTT_3_3_1_12,
            |lines| got(lines, "late").is_empty(),
            "21 was kept. A message with RETAIN 0 on the same topic does not touch it.",
        ),
        NOT_FRESH,
    ];
    EXERCISE.conversation("without_retain", UNTOUCHED, || {
        play(|lab| {
            let sensor = lab.connect(Guest::named("sensor"))?;
            lab.publish(sensor, Note::new("cellar", "21").retain())?;
            lab.publish(sensor, Note::new("cellar", "22"))?;
            let late = lab.connect(Guest::named("late"))?;
            lab.subscribe(late, "cellar", Qos::AtMostOnce)?;
            Ok(())
        })
    })
}

#[test]
fn step4_a_value_for_each_topic() -> Verdict {
    const TOPICS: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_3_2_3,
            |lines| got(lines, "late").iter().any(|line| line.contains("garden")),
            "late subscribed to home/+, and garden does not match it.",
        ),
        breach(
            &rules::MQTT_3_3_1_6,
            |lines| got(lines, "late").len() < 2,
            "Two topics match home/+, and each has a value of its own.",
        ),
        NOT_FRESH,
    ];
    EXERCISE.conversation("topics", TOPICS, || {
        play(|lab| {
            let sensor = lab.connect(Guest::named("sensor"))?;
            for (topic, value) in [("garden", "9"), ("home/attic", "25"), ("home/cellar", "21")] {
                lab.publish(sensor, Note::new(topic, value).retain())?;
            }
            let late = lab.connect(Guest::named("late"))?;
            lab.subscribe(late, "home/+", Qos::AtMostOnce)?;
            Ok(())
        })
    })
}

const LATE: &[Mistake<[String]>] = &[
    mistake(
        is_too_early,
        "late has connected, and not asked for anything yet. Retained messages belong to a subscription: \
         they come when a client subscribes.",
    ),
    mistake(
        |lines| got(lines, "late").len() > 1,
        "Retained messages are no queue. One is kept for each topic, and the next one replaces it.",
    ),
    breach(
        &rules::MQTT_3_3_1_6,
        |lines| got(lines, "late").is_empty(),
        "late has subscribed, and gets nothing.",
    ),
    mistake(
        |lines| !got(lines, "late")[0].contains("\"21\""),
        "The last value is what counts: 21.",
    ),
    NOT_FRESH,
];

const NOT_FRESH: Mistake<[String]> = breach(
    &rules::MQTT_3_3_1_8,
    |lines| got(lines, "late").iter().any(|line| !line.contains("RETAIN")),
    "late has to learn that this value is not fresh.",
);

/// Whether late got something before the SUBACK.
fn is_too_early(lines: &[String]) -> bool {
    let granted = lines.iter().position(|line| line.contains("late ← SUBACK"));
    let early = lines.iter().position(|line| line.contains("late ← PUBLISH"));
    early.is_some_and(|early| granted.is_none_or(|granted| early < granted))
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
    fn connected(&mut self, _: ConnectionId) -> Vec<Message> {
        self.retained.connected()
    }

    fn subscribed(&mut self, client: ConnectionId, subscription: &Subscription) -> Vec<Message> {
        self.subscriptions.push((client, subscription.topic_filter.clone()));
        self.retained.subscribed(&subscription.topic_filter)
    }

    fn published(&mut self, _: ConnectionId, message: &Message) -> Vec<(ConnectionId, Message)> {
        let copy = self.retained.published(message);
        let wanted = self.subscriptions.iter().filter(|(_, filter)| filter.matches(&message.topic));
        wanted.map(|(client, _)| (*client, copy.clone())).collect()
    }
}
