use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use broker_core::{ConnectionId, Input, Output};
use bytes::Bytes;
use check::{Exercise, Mistake, Verdict, mistake};
use ex04 as answer;
use lab::{Guest, Lab, LabError, Note, Rehearsal, ServerPart, rehearse_broker};
use wire::{Packet, Qos, Version};

const EXERCISE: Exercise = check::exercise!("04-framing");

#[test]
fn step1_each_packet_comes_alone() -> Verdict {
    EXERCISE.conversation("alone", ALONE, || {
        play(100, |lab| {
            let alice = lab.connect(Guest::named("alice"))?;
            lab.subscribe(alice, "news", Qos::AtMostOnce)?;
            lab.publish(alice, Note::new("news", "alone"))?;
            lab.receive(alice)?;
            Ok(())
        })
    })
}

#[test]
fn step2_a_packet_comes_in_parts() -> Verdict {
    EXERCISE.conversation("parts", MISTAKES, || {
        play(5, |lab| {
            let alice = lab.connect(Guest::named("alice"))?;
            lab.subscribe(alice, "news", Qos::AtMostOnce)?;
            lab.publish(alice, Note::new("news", "in parts"))?;
            lab.receive(alice)?;
            Ok(())
        })
    })
}

#[test]
fn step3_three_packets_come_at_once() -> Verdict {
    EXERCISE.conversation("at-once", MISTAKES, || {
        play(100, |lab| {
            let alice = lab.connect(Guest::named("alice"))?;
            lab.subscribe(alice, "news", Qos::AtMostOnce)?;
            for text in ["1", "2", "3"] {
                lab.publish(alice, Note::new("news", text))?;
            }
            for _ in 0..3 {
                lab.receive(alice)?;
            }
            Ok(())
        })
    })
}

#[test]
fn step4_and_all_of_that_together() -> Verdict {
    EXERCISE.conversation("together", MISTAKES, || {
        play(16, |lab| {
            let alice = lab.connect(Guest::named("alice"))?;
            lab.subscribe(alice, "news", Qos::AtMostOnce)?;
            for text in ["1", "two", "number three"] {
                lab.publish(alice, Note::new("news", text))?;
            }
            for _ in 0..3 {
                lab.receive(alice)?;
            }
            Ok(())
        })
    })
}

#[test]
fn step5_each_connection_has_its_own_bytes() -> Verdict {
    EXERCISE.conversation("two-clients", MISTAKES, || {
        play(9, |lab| {
            let alice = lab.connect(Guest::named("alice"))?;
            let bob = lab.connect(Guest::named("bob"))?;
            lab.subscribe(bob, "news", Qos::AtMostOnce)?;
            lab.publish(alice, Note::new("news", "a long story"))?;
            lab.publish(bob, Note::new("other", "nothing"))?;
            lab.receive(bob)?;
            Ok(())
        })
    })
}

const ALONE: &[Mistake<[String]>] = &[
    TWICE,
    mistake(
        |lines| has(lines, "alice closed"),
        "Each chunk is one whole packet here, and the broker never got it. A packet is whole as soon as \
         its last byte is there: one more would be the next packet's.",
    ),
];

/// A packet is given away, and stays in the buffer.
const TWICE: Mistake<[String]> = mistake(
    |lines| has(lines, "CONNECT of alice closes"),
    "The broker got the CONNECT twice. What you give to it has to be taken out of the buffer.",
);

const MISTAKES: &[Mistake<[String]>] = &[
    mistake(
        |lines| has(lines, "is incomplete"),
        "You gave the broker a part of a packet. A chunk is what has come so far, and no packet: keep \
         its bytes until all of the packet is there.",
    ),
    TWICE,
    mistake(
        |lines| has(lines, "malformed"),
        "The broker got bytes from the middle of a packet, since some before them were lost.",
    ),
    mistake(
        |lines| has(lines, "alice closed"),
        "alice gave up: a packet of hers never came out whole. Keep the bytes of the chunks before, and \
         append the new ones.",
    ),
    mistake(
        |lines| has(lines, "alice → PUBLISH"),
        "A chunk may hold several packets, and the beginning of one more. Take packets out for as long \
         as there is a whole one, and keep what is left.",
    ),
];

fn has(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

/// A play in which the network brings at most `chunk` bytes each millisecond.
fn play(chunk: usize, scenario: impl FnOnce(&mut Lab) -> Result<(), LabError>) -> Rehearsal {
    let broker = broker_core::Broker::new(broker_core::Configuration::default());
    rehearse_broker(Behind { broker, chunk, links: BTreeMap::new() }, scenario)
}

/// How often a chunk comes.
const PAUSE: Duration = Duration::from_millis(1);

/// The lab's own broker, behind the learner's framer.
struct Behind {
    broker: broker_core::Broker,
    chunk: usize,
    links: BTreeMap<ConnectionId, Link>,
}

/// What is on its way to the broker.
#[derive(Default)]
struct Link {
    framer: answer::Framer,
    bytes: VecDeque<u8>,
    next: Duration,
}

impl ServerPart for Behind {
    fn step(&mut self, now: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        let bytes = match input {
            Input::Received(packet) => packet.to_bytes().unwrap_or_default(),
            input => {
                self.links.remove(&id);
                return self.broker.step(now, id, input, outputs);
            }
        };
        let link = self.links.entry(id).or_default();
        if link.bytes.is_empty() {
            link.next = now + PAUSE;
        }
        link.bytes.extend(bytes);
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        for (id, link) in &mut self.links {
            if link.bytes.is_empty() || link.next > now {
                continue;
            }
            let size = link.bytes.len().min(self.chunk);
            let chunk: Vec<u8> = link.bytes.drain(..size).collect();
            link.next = now + PAUSE;
            for packet in link.framer.received(&chunk) {
                let input = match Packet::decode(&Bytes::from(packet), Version::V3_1_1) {
                    Ok(packet) => Input::Received(packet),
                    Err(error) => Input::Malformed(error),
                };
                self.broker.step(now, *id, input, outputs);
            }
        }
        self.broker.tick(now, outputs);
    }

    fn deadline(&self) -> Option<Duration> {
        let busy = self.links.values().filter(|link| !link.bytes.is_empty());
        busy.map(|link| link.next).chain(self.broker.deadline()).min()
    }
}
