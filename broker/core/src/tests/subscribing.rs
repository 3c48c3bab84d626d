//! SUBSCRIBE and UNSUBSCRIBE (MQTT 3.1.1 §3.8 to §3.11).

use super::*;

/// With the Packet Identifier of the SUBSCRIBE: `[MQTT-2.3.1-7]`, `[MQTT-3.8.4-2]`.
#[test]
fn one_suback_with_a_code_for_each_filter_in_order_mqtt_3_8_4_1_mqtt_3_8_4_5_mqtt_3_9_3_1() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    let filters = [("a", Qos::ExactlyOnce), ("b", Qos::AtMostOnce), ("c/#", Qos::AtLeastOnce)];
    world.send(alice, subscribe(0x1234, &filters));
    let return_codes = filters.iter().map(|(_, qos)| SubackReturnCode::Granted(*qos)).collect();
    let suback = Suback { packet_identifier: number(0x1234), return_codes };
    assert_eq!(world.packets(alice), [Packet::Suback(suback)]);
    for topic in ["a", "b", "c/d"] {
        world.send(alice, publish(topic, "x", Qos::AtMostOnce));
    }
    assert_eq!(world.messages(alice), ["a x 0", "b x 0", "c/d x 0"]);
}

#[test]
fn several_filters_count_as_several_subscribes_mqtt_3_8_4_4() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    let filters = [("a", Qos::ExactlyOnce), ("b/+", Qos::ExactlyOnce), ("a", Qos::AtMostOnce)];
    world.send(alice, subscribe(1, &filters));
    assert_eq!(world.messages(alice), ["SUBACK"]);
    for topic in ["a", "b/c"] {
        world.send(alice, publish(topic, "x", Qos::AtLeastOnce));
    }
    let expected = ["a x 0", "PUBACK", "b/c x 1", "PUBACK"];
    assert_eq!(world.messages(alice), expected, "the second a has taken the place of the first");
}

#[test]
fn overlapping_filters_deliver_once_at_the_highest_qos_mqtt_3_3_5_1() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a/#", Qos::AtLeastOnce);
    world.subscribe(alice, "a/b", Qos::ExactlyOnce);
    world.subscribe(alice, "+/b", Qos::AtMostOnce);
    world.send(alice, publish("a/b", "x", Qos::ExactlyOnce));
    assert_eq!(world.messages(alice), ["a/b x 2", "PUBREC"]);
}

#[test]
fn the_same_filter_again_replaces_and_sends_retained_again_mqtt_3_8_4_3() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.send(alice, retained("a", "kept", Qos::AtLeastOnce));
    world.packets(alice);
    world.subscribe(alice, "a", Qos::AtMostOnce);
    assert_eq!(world.messages(alice), ["a kept 0 retain"]);
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    assert_eq!(world.messages(alice), ["a kept 1 retain"]);
    world.send(alice, publish("a", "x", Qos::AtLeastOnce));
    assert_eq!(world.messages(alice), ["a x 1", "PUBACK"], "one copy, at the new QoS");
}

#[test]
fn leading_wildcards_do_not_reach_dollar_topics_mqtt_4_7_2_1() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    for filter in ["#", "+/x"] {
        world.subscribe(alice, filter, Qos::AtMostOnce);
    }
    world.send(alice, retained("$t/x", "kept", Qos::AtMostOnce));
    world.subscribe(alice, "#", Qos::AtMostOnce);
    assert_eq!(world.packets(alice), []);
    world.subscribe(alice, "$t/+", Qos::AtMostOnce);
    assert_eq!(world.messages(alice), ["$t/x kept 0 retain"]);
}

#[test]
fn unsubscribe_takes_only_the_very_filter_mqtt_3_10_4_1_and_2() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a/#", Qos::AtMostOnce);
    world.send(alice, unsubscribe(2, &["a/b", "A/#"]));
    assert_eq!(world.packets(alice), [unsuback(2)], "in any case [MQTT-3.10.4-5]");
    world.send(alice, publish("a/b", "x", Qos::AtMostOnce));
    assert_eq!(world.messages(alice), ["a/b x 0"]);
    world.send(alice, unsubscribe(0x1234, &["a/#"]));
    assert_eq!(world.packets(alice), [unsuback(0x1234)], "[MQTT-3.10.4-4], [MQTT-2.3.1-7]");
    world.send(alice, publish("a/b", "x", Qos::AtMostOnce));
    assert_eq!(world.packets(alice), []);
}

#[test]
fn several_filters_are_unsubscribed_with_one_unsuback_mqtt_3_10_4_6() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    for filter in ["a", "b", "c/+"] {
        world.subscribe(alice, filter, Qos::AtMostOnce);
    }
    world.send(alice, unsubscribe(3, &["a", "b", "c/+"]));
    assert_eq!(world.packets(alice), [unsuback(3)]);
    for topic in ["a", "b", "c/d"] {
        world.send(alice, publish(topic, "x", Qos::AtMostOnce));
    }
    assert_eq!(world.packets(alice), []);
}

#[test]
fn an_exchange_under_way_is_completed_after_unsubscribe_mqtt_3_10_4_3() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::ExactlyOnce);
    world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    world.send(alice, unsubscribe(2, &["a"]));
    world.packets(alice);
    world.send(alice, pubrec(1));
    assert_eq!(world.packets(alice), [pubrel(1)]);
    world.send(alice, pubcomp(1));
    assert_eq!(world.events(), Vec::<String>::new(), "nothing was unexpected");
}

#[test]
fn a_filter_of_too_many_levels_gets_0x80() {
    let max_filter_levels = 3;
    let mut world = World::with(Configuration { max_filter_levels, ..Configuration::default() });
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a/b/c", Qos::AtMostOnce);
    world.send(alice, subscribe(2, &[("a/b/c/d", Qos::AtMostOnce)]));
    let return_codes = vec![SubackReturnCode::Failure];
    let suback = Suback { packet_identifier: number(2), return_codes };
    assert_eq!(world.packets(alice), [Packet::Suback(suback)]);
    assert_eq!(
        world.events(),
        ["Topic Filter of alice refused: 4 levels, more than the limit of 3"]
    );
}

#[test]
fn a_topic_of_65535_levels_is_no_danger() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "#", Qos::AtMostOnce);
    let topic = "/".repeat(65_534);
    world.send(alice, retained(&topic, "x", Qos::AtMostOnce));
    assert_eq!(world.packets(alice).len(), 1);
    world.send(alice, subscribe(2, &[(&topic, Qos::AtMostOnce)]));
    assert_eq!(world.packets(alice).len(), 1);
}
