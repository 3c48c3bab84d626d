use std::collections::BTreeMap;

use broker_core::ConnectionId;
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex45 as answer;
use lab::{Guest, LabError, Note, Rehearsal, Routing, rehearse_routing};
use wire::{PacketType, Qos, Subscription};

const EXERCISE: Exercise = check::exercise!("45-min-qos");

#[test]
fn step1_nine_pairs() -> Verdict {
    let mistakes = [breach(
        &rules::MQTT_3_8_4_6,
        |_: &Option<Qos>| true,
        "Neither of the two can raise what the other one allows.",
    )];
    for published in Qos::ALL {
        for granted in Qos::ALL {
            let what = format!("published at {published}, granted {granted}");
            let expected = Qos::new(published.level().min(granted.level()));
            EXERCISE.value(&what, &expected, &mistakes, move || {
                answer::delivered(published, &[granted])
            })?;
        }
    }
    Ok(())
}

#[test]
fn step2_several_filters_of_one_client() -> Verdict {
    let mistakes = [
        mistake(
            |qos: &Option<Qos>| qos.is_none(),
            "The client has subscriptions that match, so it is sent the message.",
        ),
        breach(
            &rules::MQTT_3_3_5_1,
            |_: &Option<Qos>| true,
            "The order of the subscriptions does not matter, and the most generous one counts.",
        ),
    ];
    for (published, granted, expected) in [
        (Qos::ExactlyOnce, &[Qos::AtMostOnce, Qos::AtLeastOnce][..], Some(Qos::AtLeastOnce)),
        (Qos::ExactlyOnce, &[Qos::ExactlyOnce, Qos::AtMostOnce], Some(Qos::ExactlyOnce)),
        (Qos::AtLeastOnce, &[Qos::AtMostOnce, Qos::ExactlyOnce], Some(Qos::AtLeastOnce)),
    ] {
        let what = format!("published at {published}, granted {}", list(granted));
        EXERCISE
            .value(&what, &expected, &mistakes, move || answer::delivered(published, granted))?;
    }
    let nobody = [mistake(
        |qos: &Option<Qos>| qos.is_some(),
        "Without a subscription that matches there is no second leg.",
    )];
    EXERCISE.value("published at QoS 1, and no subscription matches", &None, &nobody, || {
        answer::delivered(Qos::AtLeastOnce, &[])
    })
}

#[test]
fn step3_the_publisher_is_answered_on_its_own_leg() -> Verdict {
    let mistakes = [breach(
        &rules::MQTT_3_3_4_1,
        |_: &Option<PacketType>| true,
        "The first leg ends in the broker. What becomes of the message on other legs, and whether there are \
         any, the publisher does not learn.",
    )];
    for (published, delivered, expected) in [
        (Qos::AtMostOnce, &[Qos::AtMostOnce][..], None),
        (Qos::AtLeastOnce, &[Qos::AtLeastOnce], Some(PacketType::Puback)),
        (Qos::AtLeastOnce, &[], Some(PacketType::Puback)),
        (Qos::ExactlyOnce, &[Qos::ExactlyOnce], Some(PacketType::Pubrec)),
        (Qos::ExactlyOnce, &[Qos::AtLeastOnce], Some(PacketType::Pubrec)),
        (Qos::ExactlyOnce, &[Qos::AtMostOnce, Qos::AtLeastOnce], Some(PacketType::Pubrec)),
    ] {
        let what = format!("answer to {published}, with deliveries at {}", list(delivered));
        EXERCISE.value(&what, &expected, &mistakes, move || {
            answer::answer_to_publisher(published, delivered)
        })?;
    }
    Ok(())
}

#[test]
fn step4_both_legs_of_each_message() -> Verdict {
    EXERCISE.conversation("both_legs", &[], || {
        play(|lab| {
            for qos in Qos::ALL {
                let client = lab.connect(Guest::named(&format!("sub{}", qos.level())))?;
                lab.subscribe(client, "news", qos)?;
            }
            let both = lab.connect(Guest::named("both"))?;
            lab.subscribe_all(both, &[("news", Qos::AtMostOnce), ("#", Qos::AtLeastOnce)])?;
            let alice = lab.connect(Guest::named("alice"))?;
            Qos::ALL.into_iter().try_for_each(|qos| {
                lab.publish(alice, Note::new("news", format!("at {qos}")).qos(qos))
            })
        })
    })
}

fn list(qos: &[Qos]) -> String {
    if qos.is_empty() {
        return "none".to_owned();
    }
    qos.iter().map(Qos::to_string).collect::<Vec<_>>().join(" and ")
}

fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_routing(Broker::default(), scenario)
}

/// The rest of the broker: it knows who subscribed to what.
#[derive(Default)]
struct Broker(BTreeMap<ConnectionId, Vec<Subscription>>);

impl Routing for Broker {
    fn subscribed(&mut self, client: ConnectionId, subscription: &Subscription) -> Vec<Message> {
        self.0.entry(client).or_default().push(subscription.clone());
        Vec::new()
    }

    fn published(&mut self, _: ConnectionId, message: &Message) -> Vec<(ConnectionId, Message)> {
        let copy = |(client, subscriptions): (&ConnectionId, &Vec<Subscription>)| {
            let matching =
                subscriptions.iter().filter(|it| it.topic_filter.matches(&message.topic));
            let granted: Vec<Qos> = matching.map(|it| it.requested_qos).collect();
            let qos = answer::delivered(message.qos, &granted)?;
            Some((*client, Message { qos, ..message.clone() }))
        };
        self.0.iter().filter_map(copy).collect()
    }
}
