use std::collections::BTreeMap;
use std::time::Duration;

use broker_core::{ConnectionId, Event, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex63 as answer;
use lab::{Actor, Guest, LabError, Note, Rehearsal, ServerPart, rehearse_broker, usual_answer};
use wire::{Connack, ConnectReturnCode, Packet, Publish, Qos, Text};

const EXERCISE: Exercise = check::exercise!("63-clean-wipes");

#[test]
fn step1_a_kept_session_goes_on() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_1_2_4,
            |lines| count(lines, "bob ← CONNACK", "session present") == 0,
            "bob came with Clean Session 0 both times: his session goes on, and he is told so.",
        ),
        breach(
            &rules::MQTT_3_1_2_4,
            |lines| count(lines, "bob ← PUBLISH", "") == 0,
            "The session went on, but without what was in it. His subscriptions are a part of it.",
        ),
    ];
    EXERCISE.conversation("kept", MISTAKES, || {
        play(|lab| {
            let bob = lab.connect(kept())?;
            lab.subscribe(bob, "mytopic", Qos::AtMostOnce)?;
            lab.disconnect(bob)?;
            lab.reconnect(bob)?;
            publish(lab)
        })
    })
}

#[test]
fn step2_a_clean_one_begins_with_nothing() -> Verdict {
    EXERCISE.conversation("begins_clean", WIPED, || {
        play(|lab| {
            let bob = lab.connect(kept())?;
            lab.subscribe(bob, "mytopic", Qos::AtMostOnce)?;
            lab.disconnect(bob)?;
            lab.connect(Guest::named("bob"))?;
            publish(lab)
        })
    })
}

#[test]
fn step3_and_leaves_nothing() -> Verdict {
    EXERCISE.conversation("ends_clean", WIPED, || {
        play(|lab| {
            let bob = lab.connect(Guest::named("bob"))?;
            lab.subscribe(bob, "mytopic", Qos::AtMostOnce)?;
            lab.disconnect(bob)?;
            lab.connect(kept())?;
            publish(lab)
        })
    })
}

#[test]
fn step4_what_it_wiped_does_not_come_back() -> Verdict {
    EXERCISE.conversation("gone_for_good", WIPED, || {
        play(|lab| {
            let bob = lab.connect(kept())?;
            lab.subscribe(bob, "mytopic", Qos::AtMostOnce)?;
            lab.disconnect(bob)?;
            let clean = lab.connect(Guest::named("bob"))?;
            lab.cut(clean)?;
            lab.reconnect(bob)?;
            publish(lab)
        })
    })
}

#[test]
fn step5_others_keep_theirs() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[
        mistake(
            |lines| count(lines, "carol ← PUBLISH", "") == 0,
            "It was bob who wanted a clean session. carol's is none of his business.",
        ),
        mistake(
            |lines| count(lines, "dave ← PUBLISH", "") == 0,
            "dave is connected, and has subscribed. His session is clean, but it is there as long as he is, \
             whoever else goes.",
        ),
    ];
    EXERCISE.conversation("others", MISTAKES, || {
        play(|lab| {
            let carol = lab.connect(Guest::named("carol").kept_session())?;
            lab.subscribe(carol, "mytopic", Qos::AtMostOnce)?;
            let dave = lab.connect(Guest::named("dave"))?;
            lab.subscribe(dave, "mytopic", Qos::AtMostOnce)?;
            let bob = lab.connect(Guest::named("bob"))?;
            lab.disconnect(bob)?;
            publish(lab)
        })
    })
}

const WIPED: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_3_1_2_6,
        |lines| count(lines, "bob ← CONNACK", "session present") > 0,
        "bob is told that his session goes on. It was clean, or he wants a clean one: nothing is there.",
    ),
    breach(
        &rules::MQTT_3_1_2_6,
        |lines| count(lines, "bob ← PUBLISH", "") > 0,
        "bob did not subscribe in this session. What he gets comes from an older one, which is to be gone.",
    ),
];

fn count(lines: &[String], what: &str, and: &str) -> usize {
    lines.iter().filter(|line| line.contains(what) && line.contains(and)).count()
}

fn kept() -> Guest {
    Guest::named("bob").kept_session()
}

fn publish(lab: &mut lab::Lab) -> Result<(), LabError> {
    let alice: Actor = lab.connect(Guest::named("alice"))?;
    lab.publish(alice, Note::new("mytopic", "hello"))
}

fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_broker(Broker::default(), scenario)
}

/// The rest of the broker: who is connected, and QoS 0.
#[derive(Default)]
struct Broker {
    sessions: answer::Sessions,
    connected: BTreeMap<ConnectionId, Text>,
}

impl ServerPart for Broker {
    fn step(&mut self, _: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Received(packet) => {
                outputs.extend(usual_answer(&packet).map(|answer| Output::Send(id, answer)));
                self.received(id, packet, outputs);
            }
            Input::Closed => self.gone(id),
            _ => {}
        }
    }
}

impl Broker {
    fn received(&mut self, id: ConnectionId, packet: Packet, outputs: &mut Vec<Output>) {
        match packet {
            Packet::Connect(connect) => {
                let name = connect.client_identifier;
                let session_present = self.sessions.connect(&name, connect.clean_session);
                self.connected.insert(id, name);
                let return_code = ConnectReturnCode::ACCEPTED;
                outputs.push(Output::Send(id, Connack { session_present, return_code }.into()));
            }
            Packet::Subscribe(it) => {
                let session = self.connected.get(&id).and_then(|it| self.sessions.0.get_mut(it));
                if let Some(session) = session {
                    session.filters.extend(it.subscriptions.into_iter().map(|it| it.topic_filter));
                }
            }
            Packet::Publish(publish) => self.publish(&publish, outputs),
            Packet::Disconnect(_) => self.gone(id),
            _ => {}
        }
    }

    fn publish(&self, publish: &Publish, outputs: &mut Vec<Output>) {
        let wants = |name: &Text| {
            let session = self.sessions.0.get(name);
            session.is_some_and(|it| it.filters.iter().any(|it| it.matches(&publish.topic)))
        };
        let sent = outputs.len();
        let wanting = self.connected.iter().filter(|(_, name)| wants(name));
        outputs.extend(wanting.map(|(id, _)| Output::Send(*id, publish.clone().into())));
        if outputs.len() == sent {
            let topic = publish.topic.clone();
            outputs.push(Output::Event(None, Event::NoSubscriber { topic }));
        }
    }

    fn gone(&mut self, id: ConnectionId) {
        if let Some(name) = self.connected.remove(&id) {
            self.sessions.gone(&name);
        }
    }
}
