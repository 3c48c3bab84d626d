use broker_core::ConnectionId;
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex33 as answer;
use lab::{Guest, LabError, Note, Rehearsal, Routing, rehearse_routing};
use wire::{Qos, Subscription, TopicFilter};

const EXERCISE: Exercise = check::exercise!("33-fan-out");

#[test]
fn step1_nobody_is_there_and_nothing_is_kept() -> Verdict {
    const KEPT: &[Mistake<[String]>] = &[
        UNASKED,
        mistake(
            |lines| lines.iter().any(|line| line.contains("bob ← PUBLISH")),
            "bob subscribed when the message was gone. A broker is no mailbox: what nobody wants at that \
             moment is over, unless its publisher set RETAIN.",
        ),
    ];
    EXERCISE.conversation("nobody", KEPT, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice"))?;
            lab.publish(alice, Note::new("news", "too early"))?;
            let bob = lab.connect(Guest::named("bob"))?;
            lab.subscribe(bob, "news", Qos::AtMostOnce)?;
            Ok(())
        })
    })
}

#[test]
fn step2_three_are_there_and_each_gets_a_copy() -> Verdict {
    const COPIES: &[Mistake<[String]>] = &[
        UNASKED,
        breach(
            &rules::MQTT_3_3_2_3,
            |lines| lines.iter().any(|line| line.contains("dora ← PUBLISH")),
            "dora asked for something else.",
        ),
        breach(
            &rules::MQTT_4_5_0_1,
            |lines| lines.iter().filter(|line| line.contains("← PUBLISH")).count() < 3,
            "bob, carol and erin all asked for it, erin with a wildcard.",
        ),
    ];
    EXERCISE.conversation("three", COPIES, || {
        play(|lab| {
            for (name, filter) in
                [("bob", "news"), ("carol", "news"), ("dora", "weather"), ("erin", "#")]
            {
                let client = lab.connect(Guest::named(name))?;
                lab.subscribe(client, filter, Qos::AtMostOnce)?;
            }
            let alice = lab.connect(Guest::named("alice"))?;
            lab.publish(alice, Note::new("news", "hello"))
        })
    })
}

#[test]
fn step3_the_publisher_is_a_subscriber_like_any_other() -> Verdict {
    const OWN: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_4_5_0_1,
            |lines| !lines.iter().any(|line| line.contains("alice ← PUBLISH")),
            "alice subscribed to news as well. That she published it herself does not matter: MQTT 3.1.1 \
             has no way to leave her out.",
        ),
        mistake(
            |lines| lines.iter().filter(|line| line.contains("alice ← PUBLISH")).count() > 1,
            "alice has one subscription, so one copy is hers.",
        ),
    ];
    EXERCISE.conversation("own", OWN, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice"))?;
            lab.subscribe(alice, "news", Qos::AtMostOnce)?;
            lab.publish(alice, Note::new("news", "do I hear myself?"))
        })
    })
}

#[test]
fn step4_unsubscribe_ends_one_filter() -> Verdict {
    const ENDED: &[Mistake<[String]>] = &[
        UNASKED,
        breach(
            &rules::MQTT_3_10_4_1,
            |lines| !lines.iter().any(|line| line.contains("bob ← PUBLISH")),
            "bob gave up home/#, which he never subscribed to. His home/kitchen is another filter, \
             character by character, and stays.",
        ),
        mistake(
            |lines| lines.iter().filter(|line| line.contains("carol ← PUBLISH")).count() < 2,
            "carol gave nothing up: her subscription is her own, though its filter is the same.",
        ),
        mistake(
            |lines| lines.iter().filter(|line| line.contains("bob ← PUBLISH")).count() > 1,
            "bob has given up home/kitchen before the second message came.",
        ),
    ];
    EXERCISE.conversation("unsubscribe", ENDED, || {
        play(|lab| {
            let bob = lab.connect(Guest::named("bob"))?;
            lab.subscribe(bob, "home/kitchen", Qos::AtMostOnce)?;
            let carol = lab.connect(Guest::named("carol"))?;
            lab.subscribe(carol, "home/kitchen", Qos::AtMostOnce)?;
            lab.unsubscribe(bob, "home/#")?;
            let alice = lab.connect(Guest::named("alice"))?;
            lab.publish(alice, Note::new("home/kitchen", "still there?"))?;
            lab.unsubscribe(bob, "home/kitchen")?;
            lab.publish(alice, Note::new("home/kitchen", "and now?"))
        })
    })
}

/// The publisher, who asked for nothing, is sent her own message.
const UNASKED: Mistake<[String]> = breach(
    &rules::MQTT_3_3_2_3,
    |lines| lines.iter().any(|line| line.contains("alice ← PUBLISH")),
    "alice has no subscription, and is sent a message all the same. Who publishes is no subscriber by that.",
);

fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_routing(Broker::default(), scenario)
}

/// The learner's part of the broker.
#[derive(Default)]
struct Broker(answer::Router);

impl Routing for Broker {
    fn subscribed(&mut self, client: ConnectionId, subscription: &Subscription) -> Vec<Message> {
        self.0.subscribe(client, &subscription.topic_filter)
    }

    fn unsubscribed(&mut self, client: ConnectionId, topic_filter: &TopicFilter) {
        self.0.unsubscribe(client, topic_filter);
    }

    fn published(&mut self, from: ConnectionId, message: &Message) -> Vec<(ConnectionId, Message)> {
        self.0.publish(from, message)
    }
}
