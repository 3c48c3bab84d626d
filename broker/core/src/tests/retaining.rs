//! Retained messages (MQTT 3.1.1 §3.3.1.3).

use super::*;

/// With the QoS that each was published with, but for what the subscription is granted.
#[test]
fn a_new_subscription_gets_the_retained_messages_with_retain_1_mqtt_3_3_1_5_to_8() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.send(alice, retained("a/1", "old", Qos::AtLeastOnce));
    world.send(alice, retained("a/1", "new", Qos::AtMostOnce));
    world.send(alice, retained("a/2", "two", Qos::ExactlyOnce));
    world.send(alice, retained("b", "other", Qos::AtMostOnce));
    let bob = world.client(clean("bob"));
    world.subscribe(bob, "a/+", Qos::AtLeastOnce);
    assert_eq!(world.messages(bob), ["a/1 new 0 retain", "a/2 two 1 retain"]);
    let carol = world.client(clean("carol"));
    world.subscribe(carol, "a/#", Qos::ExactlyOnce);
    assert_eq!(world.messages(carol), ["a/1 new 0 retain", "a/2 two 2 retain"]);
}

#[test]
fn a_standing_subscription_gets_retain_0_mqtt_3_3_1_9() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::AtMostOnce);
    world.send(alice, retained("a", "x", Qos::AtMostOnce));
    assert_eq!(world.messages(alice), ["a x 0"]);
}

#[test]
fn an_empty_one_is_passed_on_and_deletes_mqtt_3_3_1_10_mqtt_3_3_1_11() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::AtMostOnce);
    world.send(alice, retained("a", "x", Qos::AtMostOnce));
    world.send(alice, retained("a", "", Qos::AtMostOnce));
    assert_eq!(world.messages(alice), ["a x 0", "a  0"]);
    assert_eq!(world.events(), ["message on a retained", "retained message on a deleted"]);
    world.subscribe(alice, "a", Qos::AtMostOnce);
    assert_eq!(world.packets(alice), []);
}

#[test]
fn retain_0_changes_nothing_mqtt_3_3_1_12() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.send(alice, retained("a", "kept", Qos::AtMostOnce));
    world.send(alice, publish("a", "passing", Qos::AtMostOnce));
    world.send(alice, publish("a", "", Qos::AtMostOnce));
    world.send(alice, publish("b", "passing", Qos::AtMostOnce));
    world.subscribe(alice, "#", Qos::AtMostOnce);
    assert_eq!(world.messages(alice), ["a kept 0 retain"]);
}

#[test]
fn it_stays_when_the_session_of_its_publisher_ends_mqtt_3_1_2_7() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.send(alice, retained("a", "x", Qos::AtMostOnce));
    world.cut(alice);
    let bob = world.client(clean("bob"));
    world.subscribe(bob, "a", Qos::AtMostOnce);
    assert_eq!(world.messages(bob), ["a x 0 retain"]);
}

#[test]
fn a_resumed_session_does_not_get_it_again() {
    let mut world = World::new();
    let alice = world.client(kept("alice"));
    world.send(alice, retained("a", "x", Qos::AtMostOnce));
    world.subscribe(alice, "a", Qos::AtMostOnce);
    assert_eq!(world.messages(alice), ["a x 0 retain"]);
    world.cut(alice);
    let alice = world.client(kept("alice"));
    assert_eq!(world.packets(alice), [], "the subscription is not a new one");
}

#[test]
fn it_outlives_the_buffer_it_came_in() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    let message = retained("a", "x", Qos::AtMostOnce);
    let at = message.payload.as_ptr();
    world.send(alice, message);
    world.subscribe(alice, "a", Qos::AtMostOnce);
    let Some(Packet::Publish(delivered)) = world.packets(alice).into_iter().next() else {
        panic!("a PUBLISH")
    };
    assert_ne!(delivered.payload.as_ptr(), at, "a copy of its own");
}
