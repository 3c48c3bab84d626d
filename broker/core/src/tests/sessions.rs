//! Sessions: kept and clean, offline queues, and what is sent again.

use wire::{Disconnect, Pingreq};

use super::*;

/// The CONNACK of a client that connects like this.
fn session_present(world: &mut World, connect: Connect) -> (ConnectionId, bool) {
    let id = world.open();
    world.send(id, Packet::from(connect));
    match world
        .outputs()
        .into_iter()
        .find(|output| matches!(output, Output::Send(to, _) if *to == id))
    {
        Some(Output::Send(_, Packet::Connack(connack))) => (id, connack.session_present),
        other => panic!("no CONNACK first, but {other:?}"),
    }
}

#[test]
fn session_present_tells_whether_there_is_one_mqtt_3_2_2_1_to_3() {
    let mut world = World::new();
    let mut connect = |connect| {
        let (id, present) = session_present(&mut world, connect);
        world.send(id, Disconnect);
        world.outputs();
        present
    };
    assert!(!connect(kept("alice")), "none yet [MQTT-3.2.2-3]");
    assert!(connect(kept("alice")), "[MQTT-3.2.2-2]");
    assert!(!connect(kept("bob")), "sessions are told apart by name [MQTT-3.1.3-2]");
    assert!(!connect(clean("alice")), "[MQTT-3.2.2-1]");
    assert!(!connect(kept("alice")), "the clean one is not used again [MQTT-3.1.2-6]");
}

#[test]
fn what_waits_comes_when_the_client_is_back_mqtt_3_1_2_4_mqtt_3_1_2_5_mqtt_4_5_0_1() {
    let mut world = World::new();
    let alice = world.client(kept("alice"));
    world.subscribe(alice, "a", Qos::ExactlyOnce);
    world.send(alice, Disconnect);
    assert_eq!(world.events(), ["session of alice kept, 0 messages queued"]);

    let bob = world.client(clean("bob"));
    for qos in Qos::ALL {
        world.send(bob, publish("a", "x", qos));
    }
    assert_eq!(
        world.events(),
        [
            "message on a at QoS 0 does not wait for alice, who is away",
            "message on a waits for alice, who is away: 1 message queued",
            "message on a waits for alice, who is away: 2 messages queued",
        ]
    );
    let alice = world.client(kept("alice"));
    assert_eq!(world.messages(alice), ["a x 1", "a x 2"]);
    assert_eq!(world.events(), ["session of alice goes on, 2 messages queued, 0 unacknowledged"]);
}

#[test]
fn clean_session_1_throws_a_kept_session_away_mqtt_3_1_2_6() {
    let mut world = World::new();
    let alice = world.client(kept("alice"));
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    world.cut(alice);
    world.events();
    let alice = world.client(clean("alice"));
    assert_eq!(world.events(), ["kept session of alice thrown away, for Clean Session is 1"]);
    world.send(alice, publish("a", "x", Qos::AtMostOnce));
    assert_eq!(world.packets(alice), []);
}

#[test]
fn a_clean_session_ends_with_its_connection_mqtt_3_1_2_6() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    world.cut(alice);
    let bob = world.client(clean("bob"));
    world.events();
    world.send(bob, publish("a", "x", Qos::AtLeastOnce));
    assert_eq!(world.events(), ["nobody is subscribed to a"]);
}

#[test]
fn what_was_not_acknowledged_comes_again_in_order_mqtt_4_4_0_1_mqtt_3_3_1_1_mqtt_2_3_1_3() {
    let mut world = World::new();
    let bob = world.client(clean("bob"));
    let alice = world.client(kept("alice"));
    world.subscribe(alice, "#", Qos::ExactlyOnce);
    world.send(bob, publish("a", "1", Qos::AtLeastOnce));
    world.send(bob, publish("a", "2", Qos::ExactlyOnce));
    world.send(bob, pubrel(9));
    world.send(bob, publish("a", "3", Qos::ExactlyOnce));
    world.packets(alice);
    world.send(alice, pubrec(2));
    assert_eq!(world.packets(alice), [pubrel(2)]);
    world.cut(alice);

    let alice = world.client(kept("alice"));
    let again = world.packets(alice);
    let Packet::Publish(first) = &again[0] else { panic!("{again:?}") };
    let Packet::Publish(third) = &again[1] else { panic!("{again:?}") };
    assert_eq!((told(first), told(third)), ("a 1 1 dup".into(), "a 3 2 dup".into()));
    assert_eq!(first.delivery.packet_identifier(), Some(number(1)));
    assert_eq!(third.delivery.packet_identifier(), Some(number(3)));
    assert_eq!(again[2..], [pubrel(2)], "never the PUBLISH again [MQTT-4.3.3-1]");

    world.send(alice, pubcomp(2));
    world.send(alice, puback(1));
    world.cut(alice);
    let alice = world.client(kept("alice"));
    assert_eq!(world.messages(alice), ["a 3 2 dup"]);
}

#[test]
fn identifiers_at_qos_2_are_remembered_over_a_cut_mqtt_4_3_3_2_mqtt_4_1_0_1() {
    let mut world = World::new();
    let bob = world.client(clean("bob"));
    world.subscribe(bob, "a", Qos::AtMostOnce);
    let alice = world.client(kept("alice"));
    world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    world.cut(alice);
    let alice = world.client(kept("alice"));
    world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    assert_eq!(world.packets(alice), [pubrec(9)]);
    assert_eq!(world.messages(bob), ["a x 0"]);
}

/// However long its Network Connection lasts.
#[test]
fn a_session_lasts_as_long_as_its_connection_mqtt_4_1_0_2() {
    let mut world = World::new();
    let alice = world.client(Connect { keep_alive: 60, ..clean("alice") });
    world.subscribe(alice, "a", Qos::AtMostOnce);
    for _ in 0..10_000 {
        world.wait(Duration::from_secs(60));
        world.send(alice, Pingreq);
    }
    world.outputs();
    world.send(alice, publish("a", "x", Qos::AtMostOnce));
    assert_eq!(world.messages(alice), ["a x 0"]);
}

#[test]
fn a_take_over_goes_on_with_the_session_mqtt_3_1_4_2() {
    let mut world = World::new();
    let older = world.client(kept("alice"));
    world.subscribe(older, "a", Qos::AtLeastOnce);
    let (newer, present) = session_present(&mut world, kept("alice"));
    assert!(present);
    world.send(older, publish("a", "ignored", Qos::AtMostOnce));
    world.cut(older);
    world.send(newer, publish("a", "x", Qos::AtMostOnce));
    assert_eq!(world.messages(newer), ["a x 0"]);
    assert_eq!(world.packets(older), []);
}

#[test]
fn a_take_over_of_a_clean_session_starts_anew() {
    let mut world = World::new();
    world.client(clean("alice"));
    let (_, present) = session_present(&mut world, kept("alice"));
    assert!(!present, "the clean session ended with its connection [MQTT-3.1.2-6]");
}

#[test]
fn a_storm_of_take_overs_does_no_harm() {
    let mut world = World::new();
    let mut last = world.client(kept("alice"));
    for _ in 0..1000 {
        let next = world.client(kept("alice"));
        assert!(world.is_closed(last));
        last = next;
    }
    world.send(last, publish("a", "x", Qos::AtLeastOnce));
    assert_eq!(world.packets(last), [puback(9)]);
}

#[test]
fn a_full_queue_drops_the_newest_and_tells() {
    let limits = [
        Configuration { max_queued_messages: 2, ..Configuration::default() },
        Configuration { max_queued_bytes: 5, ..Configuration::default() }, // two bytes a message
    ];
    for configuration in limits {
        let mut world = World::with(configuration);
        let alice = world.client(kept("alice"));
        world.subscribe(alice, "a", Qos::AtLeastOnce);
        world.cut(alice);
        let bob = world.client(clean("bob"));
        world.events();
        for payload in ["1", "2", "3", "4"] {
            world.send(bob, publish("a", payload, Qos::AtLeastOnce));
        }
        assert_eq!(world.packets(bob).len(), 4, "the publisher has done its part");
        let events = world.events();
        assert_eq!(
            events[2..],
            ["queue of alice is full, 2 messages, 4 bytes with those under way: new ones are lost"]
        );
        let alice = world.client(kept("alice"));
        assert_eq!(world.messages(alice), ["a 1 1", "a 2 1"]);
        let events = world.events();
        assert_eq!(events[1..], ["2 messages for alice lost while its queue was full"]);
    }
}

#[test]
fn a_client_that_does_not_acknowledge_has_a_full_queue_as_well() {
    let mut world = World::with(Configuration {
        in_flight: std::num::NonZeroU16::MIN,
        max_queued_messages: 1,
        ..Configuration::default()
    });
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    let bob = world.client(clean("bob"));
    for payload in ["1", "2", "3"] {
        world.send(bob, publish("a", payload, Qos::AtLeastOnce));
    }
    assert_eq!(world.messages(alice), ["a 1 1"]);
    world.send(alice, puback(1));
    assert_eq!(world.messages(alice), ["a 2 1"]);
    assert_eq!(
        world.events(),
        [
            "queue of alice is full, 1 message, 4 bytes with those under way: new ones are lost",
            "1 message for alice lost while its queue was full",
        ]
    );
}

#[test]
fn a_connected_client_with_a_half_full_queue_is_crowded() {
    let in_flight = std::num::NonZeroU16::MIN;
    let max_queued_messages = 2;
    let configuration =
        Configuration { in_flight, max_queued_messages, ..Configuration::default() };
    let mut world = World::with(configuration);
    let away = world.client(kept("away"));
    world.subscribe(away, "a", Qos::AtLeastOnce);
    world.cut(away);
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    let bob = world.client(clean("bob"));
    for _ in 0..2 {
        world.send(bob, publish("a", "x", Qos::AtLeastOnce));
    }
    assert_eq!(world.broker.take_crowded(), None, "nobody waits for who is away");
    world.send(bob, publish("a", "x", Qos::AtLeastOnce));
    assert_eq!(world.broker.take_crowded(), Some(alice));
    assert_eq!(world.broker.take_crowded(), None, "it was told");
    assert_eq!(world.broker.crowd(alice), Some(2));
    world.send(alice, puback(1));
    assert_eq!(world.broker.crowd(alice), None);
}
