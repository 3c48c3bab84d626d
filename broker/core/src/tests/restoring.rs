//! How a broker goes on with what another one has stored, whatever happened to that one.

use proptest::prelude::*;

use super::random::{Step, step};
use super::storing::store;
use super::*;
use crate::{Key, Misfit, RestoreError};

#[test]
fn records_that_do_not_fit_are_refused_by_name() {
    let error = |records: Vec<(Key, Packet)>| {
        let mut outputs = Vec::new();
        let records = records.into_iter().collect();
        Broker::restore(Configuration::default(), records, &mut outputs).unwrap_err()
    };
    let (first, second) = (Key::Session(1), Key::Session(2));
    let alice = || Packet::from(kept("alice"));
    let waiting = Key::Waiting { session: 1, number: 7 };
    let qos_0 = || Packet::Publish(publish("a", "x", Qos::AtMostOnce));
    let cases = [
        (error(vec![(first.clone(), puback(1))]), "session 1 cannot be a PUBACK like this one"),
        (
            error(vec![(first.clone(), alice()), (second, alice())]),
            "session 2 has the Client Identifier of another session",
        ),
        (
            error(vec![(waiting.clone(), publish("a", "x", Qos::AtLeastOnce).into())]),
            "waiting message 7 of session 1 belongs to a session that is not there",
        ),
        (
            error(vec![(first, alice()), (waiting.clone(), qos_0())]),
            "waiting message 7 of session 1 cannot be a PUBLISH like this one",
        ),
        (
            error(vec![(Key::Will(3), alice())]),
            "will of session 3 cannot be a CONNECT like this one",
        ),
    ];
    for (error, expected) in cases {
        assert_eq!(error.to_string(), expected);
    }
    let problem = Misfit::Packet(wire::PacketType::Publish);
    assert_eq!(error(vec![(waiting.clone(), qos_0())]), RestoreError { key: waiting, problem });
}

/// All that clients can see of a broker: each of them comes back, acknowledges whatever it is sent, and
/// tries its own numbers again; then somebody publishes everywhere, and looks at what is retained.
fn seen(world: &mut World) -> Vec<String> {
    let mut seen = Vec::new();
    for name in ["alice", "bob"] {
        let id = world.open();
        world.send(id, kept(name));
        drain(world, id, &mut seen);
        for identifier in 1..4 {
            let delivery =
                Delivery::ExactlyOnce { packet_identifier: number(identifier), dup: true };
            world.send(id, Publish { delivery, ..publish("a/b", name, Qos::ExactlyOnce) });
            drain(world, id, &mut seen);
        }
        world.cut(id);
    }
    let carol = world.client(clean("carol"));
    for topic in ["a", "a/b", "b", "$s"] {
        world.send(carol, publish(topic, "all", Qos::ExactlyOnce));
    }
    for name in ["alice", "bob"] {
        let id = world.open();
        world.send(id, kept(name));
        drain(world, id, &mut seen);
    }
    for filter in ["#", "$s"] {
        world.subscribe(carol, filter, Qos::ExactlyOnce);
        drain(world, carol, &mut seen);
    }
    seen
}

/// Acknowledges until nothing more comes. Packet Identifiers count only where they were in use before:
/// which one a new message gets is open.
fn drain(world: &mut World, id: ConnectionId, seen: &mut Vec<String>) {
    loop {
        let packets = world.packets(id);
        if packets.is_empty() {
            return;
        }
        for packet in packets {
            match packet {
                Packet::Publish(publish) => {
                    let identifier = publish.delivery.packet_identifier().unwrap_or(number(1));
                    let old = publish.delivery.dup().then_some(identifier);
                    seen.push(format!("{} {old:?}", told(&publish)));
                    match publish.delivery.qos() {
                        Qos::AtMostOnce => {}
                        Qos::AtLeastOnce => world.send(id, puback(identifier.number())),
                        Qos::ExactlyOnce => world.send(id, pubrec(identifier.number())),
                    }
                }
                Packet::Pubrel(it) => {
                    seen.push("PUBREL".to_owned());
                    world.send(id, pubcomp(it.packet_identifier.number()));
                }
                packet => seen.push(format!("{packet:?}")),
            }
        }
    }
}

fn configuration() -> Configuration {
    Configuration {
        in_flight: std::num::NonZeroU16::new(2).unwrap(),
        max_queued_messages: 3,
        ..Configuration::default()
    }
}

/// The same without wills, which a broker that goes on publishes at another moment.
fn without_will(step: Step) -> Step {
    match step {
        Step::Packet(back, Packet::Connect(connect)) => {
            Step::Packet(back, Connect { will: None, ..*connect }.into())
        }
        step => step,
    }
}

proptest! {
    /// Whatever happened, and whenever the process ends: the broker that goes on looks to its clients
    /// as the old one would, had all their Network Connections ended. And so once more, and again.
    #[test]
    fn a_restored_broker_behaves_as_the_old_one(
        lives in proptest::collection::vec(proptest::collection::vec(step(), 1..100), 1..4),
    ) {
        let mut records = Records::new();
        for steps in lives {
            let mut old = World::restored(configuration(), records.clone());
            for step in steps {
                without_will(step).play(&mut old);
                store(&mut records, old.outputs());
            }
            let connected: Vec<_> = old.broker.connections.keys().copied().collect();
            for id in connected {
                old.cut(id);
            }
            old.outputs();
            let mut new = World::restored(configuration(), records.clone());
            prop_assert_eq!(seen(&mut new), seen(&mut old));
        }
    }

    /// With wills too, records always fit together, and stay as few as the state is.
    #[test]
    fn records_fit_together_and_none_is_left_behind(
        steps in proptest::collection::vec(step(), 1..100),
    ) {
        let mut records = Records::new();
        let mut world = World::restored(configuration(), Records::new());
        for step in steps {
            step.play(&mut world);
            store(&mut records, world.outputs());
            World::restored(configuration(), records.clone());
        }
        for name in ["alice", "bob"] {
            let id = world.client(clean(name));
            world.cut(id);
        }
        let carol = world.client(clean("carol"));
        for topic in ["a", "a/b", "b", "$s"] {
            world.send(carol, retained(topic, "", Qos::AtMostOnce));
        }
        let connected: Vec<_> = world.broker.connections.keys().copied().collect();
        for id in connected {
            world.send(id, wire::Disconnect);
        }
        store(&mut records, world.outputs());
        prop_assert_eq!(records, Records::new());
    }
}
