use broker_core::ConnectionId;
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex32 as answer;
use lab::{Guest, Note, Routing, rehearse_routing};
use wire::{Qos, Subscription, TopicFilter};

const EXERCISE: Exercise = check::exercise!("32-topic-match");

#[test]
fn step1_without_wildcards_every_character_counts() -> Verdict {
    let mistakes = [
        breach(
            &rules::MQTT_4_7_3_4,
            |is_match: &bool| *is_match,
            "These are two topics: upper case and each slash count, and so does each level.",
        ),
        mistake(|is_match: &bool| !*is_match, "Filter and topic are the same, level by level."),
    ];
    table(
        &mistakes,
        &[
            ("home/cellar", "home/cellar", true),
            ("home", "Home", false),
            ("home", "/home", false),
            ("/home", "home", false),
            ("home", "home/", false),
            ("home", "home/cellar", false),
            ("home/cellar", "home", false),
            ("home", "homework", false),
        ],
    )
}

#[test]
fn step2_plus_is_one_level() -> Verdict {
    let mistakes = [
        breach(
            &rules::MQTT_4_7_1_3,
            |is_match: &bool| *is_match,
            "+ stands for exactly one level, and never for two or for none.",
        ),
        mistake(
            |is_match: &bool| !*is_match,
            "+ stands for one level, whatever it is. It may be empty: /a has an empty level in front.",
        ),
    ];
    table(
        &mistakes,
        &[
            ("home/+/window", "home/attic/window", true),
            ("home/+", "home/attic/window", false),
            ("home/+", "home", false),
            ("home/+", "home/", true),
            ("+", "/home", false),
            ("+/+", "/home", true),
            ("/+", "/home", true),
        ],
    )
}

#[test]
fn step3_hash_is_all_that_follows_and_the_level_before() -> Verdict {
    let mistakes = [
        mistake(
            |is_match: &bool| *is_match,
            "# stands for the levels behind those that the filter names, which have to be there.",
        ),
        breach(
            &rules::MQTT_4_7_1_2,
            |is_match: &bool| !*is_match,
            "# stands for any number of levels, also for none: home/# covers home itself (§4.7.1.2).",
        ),
    ];
    table(
        &mistakes,
        &[
            ("home/#", "home/attic/window", true),
            ("home/#", "home/", true),
            ("home/#", "home", true),
            ("home/#", "homework", false),
            ("home/#", "garden/home", false),
            ("#", "home/attic", true),
            ("+/cellar/#", "home/cellar", true),
        ],
    )
}

#[test]
fn step4_dollar_is_not_for_everybody() -> Verdict {
    let mistakes = [
        breach(
            &rules::MQTT_4_7_2_1,
            |is_match: &bool| *is_match,
            "This topic begins with $, and the filter with a wildcard.",
        ),
        mistake(
            |is_match: &bool| !*is_match,
            "The rule on $ is about filters that begin with a wildcard, and about topics that begin with $.",
        ),
    ];
    table(
        &mistakes,
        &[
            ("#", "$SYS/uptime", false),
            ("+/uptime", "$SYS/uptime", false),
            ("$SYS/#", "$SYS/uptime", true),
            ("$SYS/+", "$SYS/uptime", true),
            ("#", "price/$", true),
        ],
    )
}

#[test]
fn step5_in_a_broker() -> Verdict {
    EXERCISE.conversation("in_a_broker", &[], || {
        rehearse_routing(Broker::default(), |lab| {
            let bob = lab.connect(Guest::named("bob"))?;
            lab.subscribe(bob, "home/+/temperature", Qos::AtMostOnce)?;
            lab.subscribe(bob, "home/cellar/#", Qos::AtMostOnce)?;
            let alice = lab.connect(Guest::named("alice"))?;
            for topic in ["home/attic/temperature", "home/cellar", "home/attic", "$SYS/uptime"] {
                lab.publish(alice, Note::new(topic, "hello"))?;
            }
            Ok(())
        })
    })
}

fn table(mistakes: &[Mistake<bool>], rows: &[(&'static str, &'static str, bool)]) -> Verdict {
    rows.iter().try_for_each(|&(filter, topic, is_match)| {
        let what = format!("matches({filter:?}, {topic:?})");
        EXERCISE.value(&what, &is_match, mistakes, move || answer::matches(filter, topic))
    })
}

/// The rest of the broker: it remembers who subscribed to what.
#[derive(Default)]
struct Broker(Vec<(ConnectionId, TopicFilter)>);

impl Routing for Broker {
    fn subscribed(&mut self, client: ConnectionId, subscription: &Subscription) -> Vec<Message> {
        self.0.push((client, subscription.topic_filter.clone()));
        Vec::new()
    }

    fn published(&mut self, _: ConnectionId, message: &Message) -> Vec<(ConnectionId, Message)> {
        let wanted = self.0.iter().filter(|(_, filter)| answer::matches(filter, &message.topic));
        wanted.map(|(client, _)| (*client, message.clone())).collect()
    }
}
