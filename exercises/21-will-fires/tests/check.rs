use std::collections::BTreeMap;
use std::time::Duration;

use broker_core::{ConnectionId, Event, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, rules};
use ex21 as answer;
use ex21::Ending;
use lab::{
    Guest, Lab, LabError, Note, Rehearsal, Script, ServerPart, rehearse_both, rehearse_broker,
};
use wire::{Connect, Delivery, Packet, Publish, Qos, Text, TopicName, Version, Will};

const EXERCISE: Exercise = check::exercise!("21-will-fires");

#[test]
fn step1_the_network_is_cut() -> Verdict {
    EXERCISE.conversation("cut", SILENCE, || {
        play(|lab| {
            let bob = watcher(lab)?;
            let alice = lab.connect(mortal("alice"))?;
            lab.publish(alice, Note::new("news", "all is well"))?;
            lab.cut(alice)?;
            lab.receive(bob)?;
            Ok(())
        })
    })
}

#[test]
fn step2_the_client_falls_silent() -> Verdict {
    EXERCISE.conversation("silent", SILENCE, || {
        play(|lab| {
            let bob = watcher(lab)?;
            let alice = lab.connect(mortal("alice").keep_alive(2))?;
            lab.freeze(alice);
            lab.receive(bob)?;
            Ok(())
        })
    })
}

#[test]
fn step3_the_client_takes_its_leave() -> Verdict {
    const LEAVE: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_3_14_4_3,
        |lines| lines.iter().any(|line| line.contains("will of alice")),
        "alice said DISCONNECT, and her will was published all the same.",
    )];
    EXERCISE.conversation("disconnect", LEAVE, || {
        play(|lab| {
            watcher(lab)?;
            let alice = lab.connect(mortal("alice"))?;
            lab.disconnect(alice)?;
            lab.wait(Duration::from_secs(1));
            Ok(())
        })
    })
}

#[test]
fn step4_the_client_breaks_the_protocol() -> Verdict {
    EXERCISE.conversation("violation", SILENCE, || {
        let alice = Script::new([connect("alice", true), connect("alice", true)]);
        rehearse_both(Broker::new(), "alice", alice, |lab, alice| {
            let bob = watcher(lab)?;
            lab.reconnect(alice)?;
            lab.receive(bob)?;
            Ok(())
        })
    })
}

#[test]
fn step5_the_client_is_pushed_out() -> Verdict {
    EXERCISE.conversation("taken-over", SILENCE, || {
        play(|lab| {
            let bob = watcher(lab)?;
            lab.connect(mortal("alice"))?;
            lab.connect(Guest::named("alice"))?;
            lab.receive(bob)?;
            Ok(())
        })
    })
}

const SILENCE: &[Mistake<[String]>] = &[breach(
    &rules::MQTT_3_1_2_8,
    |lines| !lines.iter().any(|line| line.contains("will of alice")),
    "No DISCONNECT of alice came, so her will is to be published, whatever ended her connection.",
)];

const TOPIC: &str = "dead_clients";

/// bob, who wants to know who dies.
fn watcher(lab: &mut Lab) -> Result<lab::Actor, LabError> {
    let bob = lab.connect(Guest::named("bob"))?;
    lab.subscribe(bob, TOPIC, Qos::AtMostOnce)?;
    Ok(bob)
}

/// A guest with a will.
fn mortal(name: &str) -> Guest {
    Guest::named(name).will(Note::new(TOPIC, "imdead"))
}

/// A CONNECT, with a will or without.
fn connect(name: &str, has_will: bool) -> Packet {
    let topic = TopicName::new(TOPIC).ok().filter(|_| has_will);
    let will = topic.map(|topic| {
        let message = b"imdead".to_vec().into();
        Will { topic, message, qos: Qos::AtMostOnce, retain: false }
    });
    Connect {
        version: Version::V3_1_1,
        clean_session: true,
        keep_alive: 0,
        client_identifier: Text::try_from(name).unwrap_or(Text::EMPTY),
        will,
        credentials: None,
    }
    .into()
}

fn play(scenario: impl FnOnce(&mut Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_broker(Broker::new(), scenario)
}

/// The connection over which the broker itself publishes.
const OWN: ConnectionId = ConnectionId(u64::MAX);

/// The lab's broker, which is not told of any will: those are kept by the learner.
struct Broker {
    broker: broker_core::Broker,
    clients: BTreeMap<ConnectionId, (Text, answer::Connection)>,
}

impl Broker {
    fn new() -> Self {
        let mut broker = broker_core::Broker::new(broker_core::Configuration::default());
        for input in [Input::Opened, Input::Received(connect("the broker", false))] {
            broker.step(Duration::ZERO, OWN, input, &mut Vec::new());
        }
        Self { broker, clients: BTreeMap::new() }
    }

    /// Takes the will out of a CONNECT, and tells the learner of every other packet.
    fn read(&mut self, id: ConnectionId, packet: Packet) -> Packet {
        match (packet, self.clients.get_mut(&id)) {
            (Packet::Connect(mut connect), None) => {
                let will = connect.will.take();
                let name = connect.client_identifier.clone();
                self.clients.insert(id, (name, answer::Connection { will }));
                Packet::Connect(connect)
            }
            (packet, client) => {
                if let Some((_, connection)) = client {
                    connection.received(&packet);
                }
                packet
            }
        }
    }

    /// Passes on what the broker wants done, and asks the learner about each connection that ends.
    fn pass_on(&mut self, now: Duration, done: Vec<Output>, outputs: &mut Vec<Output>) {
        let mut ending = Ending::Closed;
        for output in done {
            let closed = match &output {
                Output::Close(id) => Some(*id),
                Output::Event(_, event) => {
                    match event {
                        Event::KeepAliveExpired { .. } => ending = Ending::Silent,
                        Event::Violation { .. } => ending = Ending::Violation,
                        Event::TookOver { .. } => ending = Ending::TakenOver,
                        _ => {}
                    }
                    None
                }
                _ => None,
            };
            outputs.push(output);
            if let Some(id) = closed {
                self.ended(now, id, &ending, outputs);
            }
        }
    }

    /// The will is published, if the learner says so.
    fn ended(
        &mut self,
        now: Duration,
        id: ConnectionId,
        ending: &Ending,
        outputs: &mut Vec<Output>,
    ) {
        let Some((client, mut connection)) = self.clients.remove(&id) else { return };
        let Some(Will { topic, message, retain, .. }) = connection.ended(ending) else { return };
        let event = Event::WillPublished { client, topic: topic.clone() };
        outputs.push(Output::Event(Some(id), event));
        let delivery = Delivery::AtMostOnce;
        let publish = Publish { delivery, retain, topic, payload: message };
        self.broker.step(now, OWN, Input::Received(publish.into()), outputs);
    }
}

impl ServerPart for Broker {
    fn step(&mut self, now: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        let is_closed = input == Input::Closed;
        let input = match input {
            Input::Received(packet) => Input::Received(self.read(id, packet)),
            input => input,
        };
        let mut done = Vec::new();
        self.broker.step(now, id, input, &mut done);
        self.pass_on(now, done, outputs);
        if is_closed {
            self.ended(now, id, &Ending::Closed, outputs);
        }
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        let mut done = Vec::new();
        self.broker.tick(now, &mut done);
        self.pass_on(now, done, outputs);
    }

    fn deadline(&self) -> Option<Duration> {
        self.broker.deadline()
    }
}
