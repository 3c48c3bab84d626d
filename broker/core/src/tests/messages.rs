//! Messages between clients that are there: QoS 0, 1 and 2 on both legs.

use super::*;

#[test]
fn each_qos_is_answered_as_it_asks_mqtt_3_3_4_1_mqtt_2_3_1_6() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.send(alice, publish("a", "x", Qos::AtMostOnce));
    assert_eq!(world.packets(alice), []);
    world.send(alice, publish("a", "x", Qos::AtLeastOnce));
    assert_eq!(world.packets(alice), [puback(9)]);
    world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    assert_eq!(world.packets(alice), [pubrec(9)]);
    world.send(alice, pubrel(9));
    assert_eq!(world.packets(alice), [pubcomp(9)]);
}

#[test]
fn a_delivery_has_the_lower_qos_mqtt_3_8_4_6() {
    for published in Qos::ALL {
        for granted in Qos::ALL {
            let mut world = World::new();
            let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
            world.subscribe(bob, "a", granted);
            world.send(alice, publish("a", "x", published));
            let lower = published.min(granted).level();
            assert_eq!(world.messages(bob), [format!("a x {lower}")]);
        }
    }
}

#[test]
fn the_publisher_is_answered_when_the_message_is_passed_on() {
    let mut world = World::new();
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "a", Qos::AtMostOnce);
    world.send(alice, publish("a", "x", Qos::AtLeastOnce));
    let [Output::Send(first, Packet::Publish(_)), Output::Send(second, Packet::Puback(_))] =
        &world.outputs()[..]
    else {
        panic!("a PUBLISH and a PUBACK")
    };
    assert_eq!((*first, *second), (bob, alice));
}

#[test]
fn a_repeat_at_qos_1_is_a_new_message_mqtt_4_3_2_2_with_dup_0_mqtt_3_3_1_3() {
    let mut world = World::new();
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "a", Qos::AtLeastOnce);
    for dup in [false, true] {
        let delivery = Delivery::AtLeastOnce { packet_identifier: number(5), dup };
        world.send(alice, Publish { delivery, ..publish("a", "x", Qos::AtMostOnce) });
    }
    assert_eq!(world.packets(alice), [puback(5), puback(5)]);
    assert_eq!(world.messages(bob), ["a x 1", "a x 1"]);
}

#[test]
fn dup_is_0_at_qos_0_mqtt_3_3_1_2_mqtt_4_3_1_1() {
    let mut world = World::new();
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "a", Qos::AtMostOnce);
    let delivery = Delivery::AtLeastOnce { packet_identifier: number(5), dup: true };
    world.send(alice, Publish { delivery, ..publish("a", "x", Qos::AtMostOnce) });
    assert_eq!(world.packets(bob), [publish("a", "x", Qos::AtMostOnce).into()]);
}

#[test]
fn a_repeat_at_qos_2_is_passed_on_once_until_pubrel_mqtt_4_3_3_2() {
    let mut world = World::new();
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "a", Qos::AtMostOnce);
    for _ in 0..2 {
        world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    }
    assert_eq!(world.packets(alice), [pubrec(9), pubrec(9)]);
    assert_eq!(world.messages(bob), ["a x 0"]);
    assert_eq!(world.events(), ["message 9 of alice came before: not passed on again"]);
    world.send(alice, pubrel(9));
    world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    assert_eq!(world.messages(bob), ["a x 0"], "a new message by now");
}

#[test]
fn qos_2_to_a_subscriber_takes_four_packets_mqtt_4_3_3_1() {
    let mut world = World::new();
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "a", Qos::ExactlyOnce);
    world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    assert_eq!(world.messages(bob), ["a x 2"]);
    world.send(bob, pubrec(1));
    world.send(bob, pubrec(1));
    assert_eq!(world.packets(bob), [pubrel(1), pubrel(1)]);
    world.send(bob, pubcomp(1));
    assert_eq!(world.packets(bob), []);
}

#[test]
fn identifiers_in_flight_differ_mqtt_2_3_1_4_and_the_window_holds_the_rest() {
    let in_flight = std::num::NonZeroU16::new(3).unwrap();
    let mut world = World::with(Configuration { in_flight, ..Configuration::default() });
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "a", Qos::AtLeastOnce);
    for _ in 0..5 {
        world.send(alice, publish("a", "x", Qos::AtLeastOnce));
    }
    let identifiers = |packets: Vec<Packet>| -> Vec<_> {
        packets
            .into_iter()
            .filter_map(|packet| match packet {
                Packet::Publish(publish) => publish.delivery.packet_identifier(),
                _ => None,
            })
            .map(PacketIdentifier::number)
            .collect()
    };
    assert_eq!(identifiers(world.packets(bob)), [1, 2, 3]);
    world.send(bob, puback(2));
    assert_eq!(identifiers(world.packets(bob)), [4]);
}

#[test]
fn acknowledging_what_never_came_does_no_harm() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    for packet in [puback(7), pubrec(7), pubcomp(7)] {
        world.send(alice, packet);
    }
    assert_eq!(world.packets(alice), []);
    world.send(alice, pubrel(7));
    assert_eq!(world.packets(alice), [pubcomp(7)], "the first PUBCOMP may have been lost");
    assert!(!world.is_closed(alice));
    assert_eq!(
        world.events(),
        [
            "alice sent PUBACK with Packet Identifier 7, which no exchange has: ignored",
            "alice sent PUBREC with Packet Identifier 7, which no exchange has: ignored",
            "alice sent PUBCOMP with Packet Identifier 7, which no exchange has: ignored",
            "no message 7 of alice waits for PUBREL",
        ]
    );
}

/// Also where they have to wait in the queue: the subscriber acknowledges one at a time.
#[test]
fn messages_of_one_topic_keep_their_order_mqtt_4_6_0_5_mqtt_4_6_0_6() {
    for qos in Qos::ALL {
        let in_flight = std::num::NonZeroU16::new(3).unwrap();
        let mut world = World::with(Configuration { in_flight, ..Configuration::default() });
        let bob = world.client(clean("bob"));
        world.subscribe(bob, "a", Qos::AtLeastOnce);
        let publishers = ["alice", "carol"].map(|name| (world.client(clean(name)), name));
        for identifier in 1..=50 {
            for (publisher, name) in publishers {
                let delivery = Delivery::new(qos, Some(number(identifier)), false).unwrap();
                let payload = format!("{name} {identifier}");
                world.send(publisher, Publish { delivery, ..publish("a", &payload, qos) });
            }
        }
        let mut received = Vec::new();
        loop {
            let packets = world.packets(bob);
            if packets.is_empty() {
                break;
            }
            for packet in packets {
                let Packet::Publish(publish) = packet else { panic!("no PUBLISH: {packet:?}") };
                received.push(String::from_utf8(publish.payload.to_vec()).unwrap());
                if let Some(identifier) = publish.delivery.packet_identifier() {
                    world.send(bob, puback(identifier.number()));
                }
            }
        }
        let sent =
            (1..=50).flat_map(|number| ["alice", "carol"].map(|it| format!("{it} {number}")));
        assert_eq!(received, sent.collect::<Vec<_>>());
    }
}

#[test]
fn a_message_that_nobody_wants_is_told() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.send(alice, publish("a", "x", Qos::AtMostOnce));
    assert_eq!(world.events(), ["nobody is subscribed to a"]);
}

#[test]
fn topics_are_compared_character_by_character_mqtt_4_7_3_4_mqtt_3_3_2_3() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "\u{e9}", Qos::AtMostOnce);
    for topic in ["e\u{301}", "\u{c9}", "\u{e9}/", "/\u{e9}", "\u{feff}\u{e9}"] {
        world.send(alice, publish(topic, "x", Qos::AtMostOnce));
    }
    assert_eq!(world.packets(alice), []);
    world.send(alice, publish("\u{e9}", "x", Qos::AtMostOnce));
    assert_eq!(world.packets(alice).len(), 1);
}

/// What is kept must not hold on to the buffer that it came in, which may be a thousand times larger.
#[test]
fn payloads_are_shared_and_one_that_is_kept_is_copied_once() {
    for (qos, is_copied) in [(Qos::AtMostOnce, false), (Qos::AtLeastOnce, true)] {
        let mut world = World::new();
        let receivers = ["alice", "bob"].map(|name| world.client(clean(name)));
        for id in receivers {
            world.subscribe(id, "a", qos);
        }
        let message = publish("a", "payload", Qos::AtLeastOnce);
        let from = message.payload.as_ptr();
        let publisher = world.client(clean("carol"));
        world.send(publisher, message);
        let to = receivers.map(|id| match &world.packets(id)[..] {
            [Packet::Publish(publish)] => publish.payload.as_ptr(),
            packets => panic!("{packets:?}"),
        });
        assert_eq!(to[0], to[1], "one payload for both");
        assert_eq!(to[0] != from, is_copied);
    }
}
