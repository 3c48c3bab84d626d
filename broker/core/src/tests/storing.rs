//! What is stored, and how a broker goes on with it where another one was stopped.

use proptest::prelude::*;
use wire::Credentials;

use super::random::{Step, step};
use super::*;
use crate::{Change, Key, Misfit, RestoreError};

/// Does with records what a store does.
fn store(records: &mut Records, outputs: Vec<Output>) {
    for output in outputs {
        match output {
            Output::Store(Change { key, packet: Some(packet) }) => {
                let bytes = packet.to_bytes().expect("what is stored can be encoded");
                let packet = Packet::decode(&bytes, Version::V3_1_1).expect("and read again");
                records.insert(key, packet);
            }
            Output::Store(Change { key, packet: None }) => {
                records.remove(&key);
            }
            _ => {}
        }
    }
}

/// A world that stores, and what is in its store.
fn stored(play: impl FnOnce(&mut World)) -> Records {
    let mut world = World::restored(Configuration::default(), Records::new());
    // A test looks at some outputs: what it takes away would be missing in the store.
    play(&mut world);
    let mut records = Records::new();
    store(&mut records, world.outputs());
    records
}

fn restored(records: Records) -> World {
    World::restored(Configuration::default(), records)
}

/// `kitchen` knows `a/#` at QoS 2 and is away.
fn away(world: &mut World) {
    let kitchen = world.client(kept("kitchen"));
    world.subscribe(kitchen, "a/#", Qos::ExactlyOnce);
    world.cut(kitchen);
}

#[test]
fn nothing_is_stored_where_nobody_asks_for_it() {
    let mut world = World::new();
    away(&mut world);
    let alice = world.client(kept("alice"));
    world.send(alice, retained("a/b", "x", Qos::ExactlyOnce));
    assert!(!world.outputs().iter().any(|output| matches!(output, Output::Store(_))));
}

#[test]
fn a_clean_session_is_not_stored_mqtt_3_1_2_6() {
    let records = stored(|world| {
        let alice = world.client(clean("alice"));
        world.subscribe(alice, "a", Qos::AtLeastOnce);
        world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    });
    assert_eq!(records, Records::new());
}

#[test]
fn a_queued_message_waits_on() {
    let records = stored(|world| {
        away(world);
        let alice = world.client(clean("alice"));
        world.send(alice, publish("a/b", "1", Qos::AtLeastOnce));
        world.send(alice, publish("a/b", "2", Qos::ExactlyOnce));
        world.send(alice, publish("a/b", "3", Qos::AtMostOnce));
    });
    let mut world = restored(records);
    let kitchen = world.open();
    world.send(kitchen, kept("kitchen"));
    assert_eq!(world.messages(kitchen), ["CONNACK", "a/b 1 1", "a/b 2 2"]);
}

#[test]
fn what_was_sent_is_sent_again_with_dup_mqtt_3_3_1_1_and_what_was_released_is_not() {
    let records = stored(|world| {
        let kitchen = world.client(kept("kitchen"));
        world.subscribe(kitchen, "a", Qos::ExactlyOnce);
        let alice = world.client(clean("alice"));
        world.send(alice, publish("a", "1", Qos::AtLeastOnce));
        world.send(alice, publish("a", "2", Qos::ExactlyOnce));
        world.send(alice, pubrel(9));
        world.send(alice, publish("a", "3", Qos::ExactlyOnce));
        world.send(kitchen, pubrec(2));
    });
    let mut world = restored(records);
    let kitchen = world.client(kept("kitchen"));
    assert_eq!(world.messages(kitchen), ["a 1 1 dup", "a 3 2 dup", "PUBREL"]);
}

#[test]
fn a_message_at_qos_2_that_came_before_is_not_passed_on_again_mqtt_4_3_3_2() {
    let mut records = stored(|world| {
        away(world);
        let alice = world.client(kept("alice"));
        world.send(alice, publish("a/b", "x", Qos::ExactlyOnce));
    });
    for (released, expected) in [(false, 1), (true, 2)] {
        let mut world = restored(records.clone());
        let alice = world.client(kept("alice"));
        if released {
            world.send(alice, pubrel(9));
        }
        world.send(alice, publish("a/b", "x", Qos::ExactlyOnce));
        store(&mut records, world.outputs());
        let kitchen = world.client(kept("kitchen"));
        assert_eq!(world.messages(kitchen).len(), expected);
    }
}

#[test]
fn a_retained_message_stays_until_an_empty_one_comes() {
    let mut records = stored(|world| {
        let alice = world.client(clean("alice"));
        world.send(alice, retained("a", "x", Qos::AtLeastOnce));
        world.send(alice, retained("b", "x", Qos::AtMostOnce));
        world.send(alice, retained("b", "", Qos::AtMostOnce));
    });
    let mut world = restored(records.clone());
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "#", Qos::AtLeastOnce);
    assert_eq!(world.messages(alice), ["a x 1 retain"]);
    world.send(alice, retained("a", "", Qos::AtMostOnce));
    store(&mut records, world.outputs());
    assert_eq!(records, Records::new());
}

#[test]
fn a_session_still_belongs_to_its_user() {
    let user =
        |name: &str| Some(Credentials { user_name: Text::try_from(name).unwrap(), password: None });
    let records = stored(|world| {
        world.client(Connect { credentials: user("paolo"), ..kept("kitchen") });
    });
    let world = restored(records);
    let session = world.broker.sessions.values().next().unwrap();
    assert_eq!(session.owner.as_deref(), Some("paolo"));
}

#[test]
fn a_session_that_ends_leaves_nothing_behind() {
    let mut records = stored(|world| {
        away(world);
        let kitchen = world.client(kept("kitchen"));
        let alice = world.client(clean("alice"));
        for _ in 0..105 {
            world.send(alice, publish("a/b", "x", Qos::AtLeastOnce));
        }
        world.send(kitchen, publish("b", "x", Qos::ExactlyOnce));
    });
    assert!(records.len() > 105, "{records:?}");
    let mut world = restored(records.clone());
    world.client(clean("kitchen"));
    store(&mut records, world.outputs());
    assert_eq!(records, Records::new());
}

#[test]
fn a_will_is_published_when_the_broker_runs_again_and_only_once() {
    let mut records = stored(|world| {
        away(world);
        let will = Some(will("a/will", Qos::AtLeastOnce, true));
        world.client(Connect { will: will.clone(), ..clean("alice") });
        let bob = world.client(Connect { will, ..kept("bob") });
        world.send(bob, wire::Disconnect);
    });
    for events in [&["will of alice published on a/will", "message on a/will retained"][..], &[]] {
        let mut world = restored(records.clone());
        let outputs = world.outputs();
        let told: Vec<_> = outputs
            .iter()
            .filter_map(|output| match output {
                Output::Event(_, event) => Some(event.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(told.get(..2).unwrap_or_default(), events);
        store(&mut records, outputs);
        assert!(!records.keys().any(|key| matches!(key, Key::Will(_))), "{records:?}");
    }
    let mut world = restored(records);
    let kitchen = world.client(kept("kitchen"));
    assert_eq!(world.messages(kitchen), ["a/will gone 1"]);
}

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

#[test]
fn what_is_restored_counts_against_the_limits() {
    let records = stored(|world| {
        let alice = world.client(kept("alice"));
        world.subscribe(alice, "a", Qos::AtLeastOnce);
        world.cut(alice);
        let bob = world.client(clean("bob"));
        world.send(bob, publish("a", &"x".repeat(5_000), Qos::AtLeastOnce));
        world.send(bob, retained("b", "xy", Qos::AtMostOnce));
        world.send(bob, retained("c", "xy", Qos::AtMostOnce));
    });
    let configuration = Configuration {
        max_total_session_bytes: 5_000,
        max_retained_messages: 1,
        ..Configuration::default()
    };
    let mut world = World::restored(configuration, records);
    assert_eq!(world.broker.usage().retained_messages, 2, "what was retained stays");
    let bob = world.client(clean("bob"));
    world.send(bob, retained("d", "xy", Qos::AtMostOnce));
    assert_eq!(world.broker.usage().retained_messages, 2);

    let carol = world.open();
    world.send(carol, kept("carol"));
    assert_eq!(world.packets(carol), [connack(false, ConnectReturnCode::SERVER_UNAVAILABLE)]);
    let alice = world.client(kept("alice"));
    assert_eq!(world.packets(alice).len(), 1, "what waited comes");
}

#[test]
fn a_retained_message_without_room_deletes_the_older_one_from_the_store_as_well() {
    let configuration = Configuration { max_retained_bytes: 3, ..Configuration::default() };
    let mut world = World::restored(configuration, Records::new());
    let alice = world.client(clean("alice"));
    world.send(alice, retained("a", "21", Qos::AtMostOnce));
    world.send(alice, retained("a", "21.5", Qos::AtMostOnce));
    let mut records = Records::new();
    store(&mut records, world.outputs());
    assert_eq!(restored(records).broker.usage().retained_messages, 0);
}
