use std::collections::BTreeMap;
use std::time::Duration;

use broker_core::{ConnectionId, Event, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex70 as answer;
use lab::{Actor, Guest, LabError, Note, Rehearsal, ServerPart, rehearse_broker, usual_answer};
use wire::{Connack, ConnectReturnCode, Delivery, Disconnect, Packet, Publish, Qos, Text, Will};

const EXERCISE: Exercise = check::exercise!("70-takeover");

#[test]
fn step1_the_second_one_is_let_in() -> Verdict {
    EXERCISE.conversation("second", MISTAKES, || {
        play(|lab, _| {
            let first = lab.connect(Guest::named("alice"))?;
            lab.connect(Guest::named("alice"))?;
            lab.wait_until_closed(first)
        })
    })
}

#[test]
fn step2_the_will_of_the_first_is_published() -> Verdict {
    EXERCISE.conversation("will", MISTAKES, || {
        play(|lab, bob| {
            let first = lab.connect(mortal("the first alice"))?;
            let second = lab.connect(mortal("the second alice"))?;
            lab.wait_until_closed(first)?;
            lab.receive(bob)?;
            lab.cut(second)?;
            lab.receive(bob).map(drop)
        })
    })
}

#[test]
fn step3_the_end_of_the_first_is_not_the_end_of_the_second() -> Verdict {
    const THIRD: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_3_1_4_2,
        |lines| count(lines, "broker closed the Network Connection") < 2,
        "The third alice came, and the second one is still there. When the first connection ended, you \
         forgot the second one, which has the same name: compare the number of the connection.",
    )];
    EXERCISE.conversation("third", THIRD, || {
        play(|lab, _| {
            let first = lab.connect(Guest::named("alice"))?;
            let second = lab.connect(Guest::named("alice"))?;
            lab.wait_until_closed(first)?;
            lab.reconnect(first)?;
            lab.wait_until_closed(second)
        })
    })
}

#[test]
fn step4_another_name_is_another_client() -> Verdict {
    EXERCISE.conversation("others", MISTAKES, || {
        play(|lab, bob| {
            lab.connect(mortal("alice is gone"))?;
            let carol = lab.connect(Guest::named("carol"))?;
            lab.publish(carol, Note::new("dead_clients", "nobody died"))?;
            lab.receive(bob).map(drop)
        })
    })
}

#[test]
fn step5_who_has_gone_is_forgotten() -> Verdict {
    const GONE: &[Mistake<[String]>] = &[
        ANSWERS,
        mistake(
            |lines| count(lines, "bob ← PUBLISH") > 1,
            "Her will was published when she went, and then she came back. Nobody was there any more whom \
             she could have thrown out: who has gone is to be forgotten.",
        ),
    ];
    EXERCISE.conversation("gone", GONE, || {
        play(|lab, bob| {
            let first = lab.connect(mortal("alice is gone"))?;
            lab.cut(first)?;
            lab.receive(bob)?;
            lab.reconnect(first)
        })
    })
}

const ANSWERS: Mistake<[String]> = mistake(
    |lines| count(lines, "← CONNACK") == 0,
    "Nobody gets an answer to CONNECT. Which of the steps lets a client in?",
);

const MISTAKES: &[Mistake<[String]>] = &[
    ANSWERS,
    breach(
        &rules::MQTT_3_1_4_2,
        |lines| count(lines, "refused") > 0,
        "The second client is not refused: the first one has to go.",
    ),
    mistake(
        |lines| count(lines, "← DISCONNECT") > 0,
        "In MQTT 3.1.1 only a client sends DISCONNECT (§3.14). The broker just closes.",
    ),
    breach(
        &rules::MQTT_3_1_4_2,
        |lines| {
            let accepted = count(lines, "← CONNACK  accepted"); // one of them is bob's
            count(lines, "broker closed the Network Connection") + 2 < accepted
        },
        "Now both are connected under one name.",
    ),
    breach(
        &rules::MQTT_3_1_2_8,
        |lines| {
            count(lines, "alice (2) ← CONNACK") > 0
                && count(lines, "will on dead_clients") > 1
                && count(lines, "the first alice") == 0
        },
        "The first alice had a will, and went without a DISCONNECT. It does not matter who closed.",
    ),
    mistake(
        |lines| {
            let place = |text| lines.iter().position(|line| line.contains(text));
            place("the second alice\"").zip(place("alice (2) closed")).is_some_and(|(a, b)| a < b)
        },
        "The second alice is here, and her will is published. When the first connection ended, you took \
         it for hers, which has the same name: compare the number of the connection.",
    ),
    breach(
        &rules::MQTT_3_1_2_8,
        |lines| count(lines, "alice (2) closed") > 0 && count(lines, "the second alice") == 0,
        "The second alice was cut off, and her will is not published. Did you forget her already when the \
         first connection ended? Both have one name: compare the number of the connection.",
    ),
    mistake(
        |lines| count(lines, "\"the first alice\"") > 1,
        "The will is published twice: when you close the connection, and when it has ended.",
    ),
];

fn count(lines: &[String], what: &str) -> usize {
    lines.iter().filter(|line| line.contains(what)).count()
}

/// alice, with this will.
fn mortal(will: &'static str) -> Guest {
    Guest::named("alice").will(Note::new("dead_clients", will))
}

fn play(scenario: impl FnOnce(&mut lab::Lab, Actor) -> Result<(), LabError>) -> Rehearsal {
    rehearse_broker(Broker::default(), |lab| {
        let bob = lab.connect(Guest::named("bob"))?;
        lab.subscribe(bob, "dead_clients", Qos::AtMostOnce)?;
        scenario(lab, bob)
    })
}

/// The rest of the broker: it does as it is told. bob gets whatever is published.
#[derive(Default)]
struct Broker {
    clients: answer::Clients,
    names: BTreeMap<ConnectionId, Text>,
    subscriber: Option<ConnectionId>,
}

impl ServerPart for Broker {
    fn step(&mut self, _: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Received(packet) => {
                outputs.extend(usual_answer(&packet).map(|answer| Output::Send(id, answer)));
                match packet {
                    Packet::Connect(connect) => {
                        let name = connect.client_identifier;
                        self.names.insert(id, name.clone());
                        let steps = self.clients.connect(id.0, &name, connect.will);
                        self.carry_out(steps, outputs);
                    }
                    Packet::Subscribe(_) => self.subscriber = Some(id),
                    Packet::Publish(publish) => self.send(publish, outputs),
                    _ => {}
                }
            }
            Input::Closed => self.closed(id, outputs),
            _ => {}
        }
    }
}

impl Broker {
    /// The standard leaves the order open, and so do we: the one goes, its will is published, the other
    /// comes in.
    fn carry_out(&mut self, mut steps: Vec<answer::Step>, outputs: &mut Vec<Output>) {
        steps.sort_by_key(|step| match step {
            answer::Step::Close(_) | answer::Step::SayGoodbye(_) | answer::Step::Refuse(_) => 0,
            answer::Step::PublishWill(_) => 1,
            answer::Step::Accept(_) => 2,
        });
        for step in steps {
            match step {
                answer::Step::Accept(id) => connack(id, ConnectReturnCode::ACCEPTED, outputs),
                answer::Step::Refuse(id) => {
                    connack(id, ConnectReturnCode::IDENTIFIER_REJECTED, outputs);
                    self.close(ConnectionId(id), outputs);
                }
                answer::Step::SayGoodbye(id) => {
                    outputs.push(Output::Send(ConnectionId(id), Disconnect.into()));
                    self.close(ConnectionId(id), outputs);
                }
                answer::Step::Close(id) => self.close(ConnectionId(id), outputs),
                answer::Step::PublishWill(Will { topic, message, retain, .. }) => {
                    let delivery = Delivery::AtMostOnce;
                    self.send(Publish { delivery, retain, topic, payload: message }, outputs);
                }
            }
        }
    }

    fn close(&mut self, id: ConnectionId, outputs: &mut Vec<Output>) {
        outputs.push(Output::Close(id));
        self.closed(id, outputs);
    }

    fn closed(&mut self, id: ConnectionId, outputs: &mut Vec<Output>) {
        if let Some(name) = self.names.remove(&id) {
            let steps = self.clients.closed(id.0, &name);
            self.carry_out(steps, outputs);
        }
    }

    fn send(&self, publish: Publish, outputs: &mut Vec<Output>) {
        outputs.extend(self.subscriber.map(|id| Output::Send(id, publish.into())));
    }
}

fn connack(id: u64, return_code: ConnectReturnCode, outputs: &mut Vec<Output>) {
    let connack = Connack { session_present: false, return_code };
    outputs.push(Output::Send(ConnectionId(id), connack.into()));
}
