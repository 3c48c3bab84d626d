use std::time::Duration;

use broker_core::{ConnectionId, Event, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex61 as answer;
use lab::{Guest, LabError, Note, Rehearsal, ServerPart, rehearse_broker, usual_answer};
use wire::{Connack, ConnectReturnCode, Delivery, Packet, PacketIdentifier, Publish, Qos, Text};

const EXERCISE: Exercise = check::exercise!("61-offline-queue");

#[test]
fn step1_who_is_here_gets_it_at_once() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[
        mistake(
            |lines| !lines.iter().any(|line| line.contains("bob ← PUBLISH")),
            "bob is here and has subscribed: it is to be sent, at QoS 0 too. What does come_back() change?",
        ),
        mistake(
            |lines| lines.iter().filter(|line| line.contains("bob ← PUBLISH")).count() > 2,
            "bob was here, and got it at once. What is sent at once does not wait as well.",
        ),
    ];
    EXERCISE.conversation("here", MISTAKES, || {
        play(|lab| {
            let bob = bob_subscribes(lab)?;
            let alice = lab.connect(Guest::named("alice"))?;
            lab.publish(alice, Note::new("mytopic", "at QoS 0"))?;
            lab.receive(bob)?;
            lab.publish(alice, Note::new("mytopic", "at QoS 1").qos(Qos::AtLeastOnce))?;
            lab.receive(bob)?;
            lab.disconnect(bob)?;
            lab.reconnect(bob)
        })
    })
}

#[test]
fn step2_while_he_is_away_qos_1_and_2_wait() -> Verdict {
    EXERCISE.conversation("away", AWAY, || {
        play(|lab| {
            let bob = bob_subscribes(lab)?;
            lab.disconnect(bob)?;
            alice_publishes(lab)?;
            lab.reconnect(bob)?;
            receive_three(lab, bob)
        })
    })
}

#[test]
fn step3_what_was_sent_does_not_wait_any_more() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[
        mistake(
            |lines| lines.iter().filter(|line| line.contains("bob ← PUBLISH")).count() > 3,
            "bob got these messages the first time. What was given to be sent does not wait any more.",
        ),
        IN_ORDER,
    ];
    EXERCISE.conversation("twice", MISTAKES, || {
        play(|lab| {
            let bob = bob_subscribes(lab)?;
            lab.disconnect(bob)?;
            alice_publishes(lab)?;
            for _ in 0..2 {
                lab.reconnect(bob)?;
                lab.disconnect(bob)?;
            }
            Ok(())
        })
    })
}

#[test]
fn step4_without_disconnect_it_is_the_same() -> Verdict {
    EXERCISE.conversation("cut", AWAY, || {
        play(|lab| {
            let bob = bob_subscribes(lab)?;
            lab.cut(bob)?;
            alice_publishes(lab)?;
            lab.reconnect(bob)?;
            receive_three(lab, bob)
        })
    })
}

const AWAY: &[Mistake<[String]>] = &[
    mistake(
        |lines| {
            let mut pairs = lines.windows(2);
            pairs.any(|pair| pair[0].contains("QoS 0") && pair[1].contains("waits for bob"))
        },
        "At QoS 0 a message may be lost: at most once. The standard lets a broker keep it, and this \
         one does not (§3.1.2.4).",
    ),
    breach(
        &rules::MQTT_3_1_2_5,
        |lines| lines.iter().any(|line| line.contains("nobody is subscribed")),
        "bob went, and his subscriptions went with him. They are a part of his session.",
    ),
    mistake(
        |lines| while_away(lines, "on mytopic") == 0,
        "offer() gave the message back to be sent, but bob is away. Does leave() note that he went?",
    ),
    breach(
        &rules::MQTT_3_1_2_5,
        |lines| while_away(lines, "waits for bob") < 2,
        "Messages at QoS 1 and 2 are to wait for bob.",
    ),
    mistake(
        |lines| while_away(lines, "waits for bob") < 3,
        "alice said \"two\" twice, and means it. What a message says does not tell whether it is new.",
    ),
    IN_ORDER,
    mistake(
        |lines| lines.iter().filter(|line| line.contains("bob ← PUBLISH")).count() < 3,
        "Three messages waited for bob. All of them go to him when he comes.",
    ),
    mistake(|_| true, "What waited goes out as it came: the same topic, QoS, RETAIN and words."),
];

const IN_ORDER: Mistake<[String]> = breach(
    &rules::MQTT_4_6_0_6,
    |lines| {
        let place = |text| {
            lines.iter().position(|line| line.contains("bob ← PUBLISH") && line.contains(text))
        };
        place("two").zip(place("one")).is_some_and(|(two, one)| two < one)
    },
    "What came first goes first.",
);

/// How many lines say this before bob comes back.
fn while_away(lines: &[String], what: &str) -> usize {
    let came_back = lines.iter().rposition(|line| line.contains("bob → CONNECT"));
    lines.iter().take(came_back.unwrap_or_default()).filter(|line| line.contains(what)).count()
}

fn bob_subscribes(lab: &mut lab::Lab) -> Result<lab::Actor, LabError> {
    let bob = lab.connect(Guest::named("bob").kept_session())?;
    lab.subscribe(bob, "mytopic", Qos::ExactlyOnce)?;
    Ok(bob)
}

fn alice_publishes(lab: &mut lab::Lab) -> Result<(), LabError> {
    let alice = lab.connect(Guest::named("alice"))?;
    lab.publish(alice, Note::new("mytopic", "one").qos(Qos::AtLeastOnce))?;
    lab.publish(alice, Note::new("mytopic", "at QoS 0"))?;
    lab.publish(alice, Note::new("mytopic", "two").qos(Qos::ExactlyOnce))?;
    lab.publish(alice, Note::new("mytopic", "two").qos(Qos::ExactlyOnce))
}

fn receive_three(lab: &mut lab::Lab, bob: lab::Actor) -> Result<(), LabError> {
    for _ in 0..3 {
        lab.receive(bob)?;
    }
    Ok(())
}

fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_broker(Broker::default(), scenario)
}

/// The rest of the broker: bob's session is the learner's, and nobody else has one.
#[derive(Default)]
struct Broker {
    session: answer::Session,
    bob: Option<ConnectionId>,
    /// Whether he was here before.
    is_kept: bool,
    sent: u16,
}

impl ServerPart for Broker {
    fn step(&mut self, _: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Received(packet) => {
                outputs.extend(usual_answer(&packet).map(|answer| Output::Send(id, answer)));
                match packet {
                    Packet::Connect(it) => {
                        self.came(id, it.client_identifier.as_str() == "bob", outputs);
                    }
                    Packet::Subscribe(it) => {
                        let filters = it.subscriptions.into_iter().map(|it| it.topic_filter);
                        self.session.filters.extend(filters);
                    }
                    Packet::Publish(publish) => self.publish(publish, outputs),
                    Packet::Disconnect(_) => self.left(id),
                    _ => {}
                }
            }
            Input::Closed => self.left(id),
            _ => {}
        }
    }
}

impl Broker {
    fn came(&mut self, id: ConnectionId, is_bob: bool, outputs: &mut Vec<Output>) {
        let session_present = is_bob && self.is_kept;
        let return_code = ConnectReturnCode::ACCEPTED;
        outputs.push(Output::Send(id, Connack { session_present, return_code }.into()));
        if is_bob {
            (self.bob, self.is_kept) = (Some(id), true);
            for message in self.session.come_back() {
                self.send(message, outputs);
            }
        }
    }

    fn left(&mut self, id: ConnectionId) {
        if self.bob.take_if(|bob| *bob == id).is_some() {
            self.session.leave();
        }
    }

    fn publish(&mut self, publish: Publish, outputs: &mut Vec<Output>) {
        let topic = publish.topic.clone();
        if !self.session.wants(&topic) {
            return outputs.push(Output::Event(None, Event::NoSubscriber { topic }));
        }
        let (waited, qos) = (self.session.waiting.len(), publish.delivery.qos());
        if let Some(message) = self.session.offer(publish.into()) {
            return self.send(message, outputs);
        }
        let (client, queued) = (Text::try_from("bob").expect("text"), self.session.waiting.len());
        let event = match queued > waited {
            true => Some(Event::Queued { client, topic, queued }),
            false if qos == Qos::AtMostOnce => Some(Event::NotQueued { client, topic }),
            false => None, // lost, and nobody says so
        };
        outputs.extend(event.map(|event| Output::Event(None, event)));
    }

    fn send(&mut self, message: Message, outputs: &mut Vec<Output>) {
        let Message { topic, payload, qos, retain } = message;
        self.sent += u16::from(qos > Qos::AtMostOnce);
        let identifier = PacketIdentifier::new(self.sent);
        let delivery = Delivery::new(qos, identifier, false).expect("there is an identifier");
        let publish = Publish { delivery, retain, topic, payload };
        outputs.extend(self.bob.map(|bob| Output::Send(bob, publish.into())));
    }
}
