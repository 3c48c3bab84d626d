//! What is stored, and how a broker goes on with it where another one was stopped.

use wire::Credentials;

use super::*;
use crate::{Change, Key};

/// Does with records what a store does.
pub(super) fn store(records: &mut Records, outputs: Vec<Output>) {
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
