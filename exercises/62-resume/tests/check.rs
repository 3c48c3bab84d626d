use std::time::Duration;

use broker_core::{ConnectionId, Event, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex62 as answer;
use lab::{Actor, Guest, LabError, Note, Rehearsal, ServerPart, rehearse_broker, usual_answer};
use wire::{
    Connack, ConnectReturnCode, Delivery, Packet, PacketIdentifier, Publish, Qos, Text, TopicName,
};

const EXERCISE: Exercise = check::exercise!("62-resume");

#[test]
fn step1_a_lost_answer_means_again() -> Verdict {
    EXERCISE.conversation("lost_answers", AGAIN, || {
        play(Broker::default(), |lab, bob, alice| {
            lab.freeze(bob);
            lab.publish(alice, Note::new("mytopic", "one").qos(Qos::AtLeastOnce))?;
            lab.publish(alice, Note::new("mytopic", "two").qos(Qos::AtLeastOnce))?;
            come_back(lab, bob)
        })
    })
}

#[test]
fn step2_what_was_answered_is_done() -> Verdict {
    EXERCISE.conversation("answered", AGAIN, || {
        play(Broker::default(), |lab, bob, alice| {
            lab.publish(alice, Note::new("mytopic", "one").qos(Qos::AtLeastOnce))?;
            lab.freeze(bob);
            lab.publish(alice, Note::new("mytopic", "two").qos(Qos::AtLeastOnce))?;
            lab.publish(alice, Note::new("mytopic", "three").qos(Qos::ExactlyOnce))?;
            come_back(lab, bob)
        })
    })
}

#[test]
fn step3_behind_pubrec_comes_pubrel() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_4_3_3_1,
            |lines| after(lines, "bob ← PUBLISH").any(|line| line.contains("\"one\"")),
            "bob said PUBREC: he has the message. Behind PUBREC the PUBLISH is never sent again; it is \
             PUBREL that he may have missed.",
        ),
        breach(
            &rules::MQTT_4_4_0_1,
            |lines| after(lines, "bob ← PUBREL").count() == 0,
            "bob sent PUBREC and never got a PUBREL: that is unfinished as well.",
        ),
        mistake(
            |lines| after(lines, "DUP").next().is_some(),
            "\"two\" came while bob was away. It goes to him for the first time, so it has DUP 0.",
        ),
        mistake(
            |lines| {
                let mut back = after(lines, "bob ←").skip(1);
                back.next().is_some_and(|line| line.contains("PUBLISH"))
            },
            "What was begun before goes out before what waited.",
        ),
        mistake(
            |lines| after(lines, "\"two\"").count() == 0,
            "\"two\" waited for bob, and does not reach him.",
        ),
    ];
    EXERCISE.conversation("released", MISTAKES, || {
        let broker = Broker { breaks_at_pubrec: true, ..Broker::default() };
        play(broker, |lab, bob, alice| {
            lab.publish(alice, Note::new("mytopic", "one").qos(Qos::ExactlyOnce))?;
            lab.wait_until_closed(bob)?;
            lab.publish(alice, Note::new("mytopic", "two").qos(Qos::AtLeastOnce))?;
            lab.reconnect(bob)
        })
    })
}

#[test]
fn step4_what_waited_is_unfinished_from_then_on() -> Verdict {
    const MISTAKES: [Mistake<Vec<String>>; 4] = [
        breach(
            &rules::MQTT_4_4_0_1,
            Vec::is_empty,
            "It went out when bob came back the first time, and he did not answer. Whatever is sent has to \
             stand in `unfinished` from then on.",
        ),
        breach(
            &rules::MQTT_4_4_0_1,
            |told| told.len() == 1,
            "bob did not answer the second time either. To send again is not to be done: it stays in \
             `unfinished`.",
        ),
        mistake(
            |told| told.iter().any(|packet| packet.contains("RETAIN 0")),
            "It had RETAIN 1. Sent again, it is the same packet but for DUP.",
        ),
        breach(
            &rules::MQTT_3_3_1_1,
            |told| told.iter().any(|packet| packet.contains("DUP 0")),
            "It was sent when bob came back the first time, and does not wait any more.",
        ),
    ];
    let expected = vec!["PUBLISH, identifier 7, DUP 1, RETAIN 1".to_owned(); 2];
    let what = "a second and a third resume(), without an answer";
    EXERCISE.value(what, &expected, &MISTAKES, || {
        let packet_identifier = PacketIdentifier::new(7).expect("not 0");
        let delivery = Delivery::AtLeastOnce { packet_identifier, dup: false };
        let topic = TopicName::try_from("mytopic").expect("a topic");
        let waiting = vec![Publish { delivery, retain: true, topic, payload: "one".into() }];
        let mut session = answer::Session { waiting, ..answer::Session::default() };
        session.resume();
        let again = [session.resume(), session.resume()].concat();
        again.iter().map(told).collect()
    })
}

fn told(packet: &Packet) -> String {
    match packet {
        Packet::Publish(Publish { delivery, retain, .. }) => {
            let number = delivery.packet_identifier().map_or(0, PacketIdentifier::number);
            let (dup, retain) = (u8::from(delivery.dup()), u8::from(*retain));
            format!("PUBLISH, identifier {number}, DUP {dup}, RETAIN {retain}")
        }
        other => other.packet_type().to_string(),
    }
}

const AGAIN: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_4_4_0_1,
        |lines| after(lines, "bob ← PUBLISH").count() < 2,
        "bob did not answer two of them: both are to be sent again.",
    ),
    mistake(
        |lines| after(lines, "bob ← PUBLISH").count() > 2,
        "More goes out than was unfinished. bob's PUBACK for \"one\" came: it is done.",
    ),
    breach(
        &rules::MQTT_3_3_1_1,
        |lines| after(lines, "bob ← PUBLISH").any(|line| !line.contains("DUP")),
        "It is sent again, and says nothing of it: DUP is 0.",
    ),
    breach(
        &rules::MQTT_4_6_0_1,
        |lines| {
            let place = |text| after(lines, "bob ← PUBLISH").position(|line| line.contains(text));
            let is_before = |one, other| place(one).zip(place(other)).is_some_and(|(a, b)| a < b);
            is_before("\"two\"", "\"one\"") || is_before("\"three\"", "\"two\"")
        },
        "They go out in the order in which they were sent at first.",
    ),
    breach(
        &rules::MQTT_4_4_0_1,
        |_| true,
        "It is the same packet again: with its own QoS, its own identifier, its own message.",
    ),
];

/// The lines that say this, behind bob's last CONNECT.
fn after<'l>(lines: &'l [String], what: &'static str) -> impl Iterator<Item = &'l String> {
    let came_back = lines.iter().rposition(|line| line.contains("bob → CONNECT"));
    lines[came_back.unwrap_or_default()..].iter().filter(move |line| line.contains(what))
}

/// bob's network goes, and comes.
fn come_back(lab: &mut lab::Lab, bob: Actor) -> Result<(), LabError> {
    lab.cut(bob)?;
    lab.reconnect(bob)
}

fn play(
    broker: Broker,
    scenario: impl FnOnce(&mut lab::Lab, Actor, Actor) -> Result<(), LabError>,
) -> Rehearsal {
    rehearse_broker(broker, |lab| {
        let bob = lab.connect(Guest::named("bob").kept_session())?;
        lab.subscribe(bob, "mytopic", Qos::ExactlyOnce)?;
        let alice = lab.connect(Guest::named("alice"))?;
        scenario(lab, bob, alice)
    })
}

/// The rest of the broker: whatever is published is for bob, who has a session.
#[derive(Default)]
struct Broker {
    session: answer::Session,
    bob: Option<ConnectionId>,
    /// Whether bob was here before.
    is_kept: bool,
    sent: u16,
    /// Whether the network fails when bob's next PUBREC has come.
    breaks_at_pubrec: bool,
}

impl ServerPart for Broker {
    fn step(&mut self, _: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Received(packet) => self.received(id, packet, outputs),
            Input::Closed => {
                self.bob.take_if(|bob| *bob == id);
            }
            _ => {}
        }
    }
}

impl Broker {
    fn received(&mut self, id: ConnectionId, packet: Packet, outputs: &mut Vec<Output>) {
        let is_bob = self.bob == Some(id);
        if is_bob {
            self.session.answered(&packet);
        }
        if is_bob && self.breaks_at_pubrec && matches!(packet, Packet::Pubrec(_)) {
            (self.bob, self.breaks_at_pubrec) = (None, false);
            return outputs.push(Output::Close(id));
        }
        outputs.extend(usual_answer(&packet).map(|answer| Output::Send(id, answer)));
        match packet {
            Packet::Connect(it) => {
                self.came(id, it.client_identifier.as_str() == "bob", outputs);
            }
            Packet::Publish(publish) => self.publish(publish, outputs),
            Packet::Disconnect(_) => {
                self.bob.take_if(|bob| *bob == id);
            }
            _ => {}
        }
    }

    fn came(&mut self, id: ConnectionId, is_bob: bool, outputs: &mut Vec<Output>) {
        let session_present = is_bob && self.is_kept;
        let return_code = ConnectReturnCode::ACCEPTED;
        outputs.push(Output::Send(id, Connack { session_present, return_code }.into()));
        if is_bob {
            (self.bob, self.is_kept) = (Some(id), true);
            outputs.extend(self.session.resume().into_iter().map(|it| Output::Send(id, it)));
        }
    }

    fn publish(&mut self, publish: Publish, outputs: &mut Vec<Output>) {
        self.sent += 1;
        let identifier = PacketIdentifier::new(self.sent);
        let delivery =
            Delivery::new(publish.delivery.qos(), identifier, false).expect("all have one");
        let publish = Publish { delivery, ..publish };
        if let Some(bob) = self.bob {
            self.session.sent(publish.clone());
            return outputs.push(Output::Send(bob, publish.into()));
        }
        let (client, topic) = (Text::try_from("bob").expect("text"), publish.topic.clone());
        self.session.waiting.push(publish);
        let queued = self.session.waiting.len();
        outputs.push(Output::Event(None, Event::Queued { client, topic, queued }));
    }
}
