//! Retained messages that come a page at a time, and what happens between the pages.

use std::num::NonZeroU16;

use proptest::prelude::*;

use super::random::{Step, step};
use super::*;

/// A world with one message on a page, and these retained messages.
fn world(retained_topics: &[&str], qos: Qos) -> World {
    with(Configuration { retained_page: 1, ..Configuration::default() }, retained_topics, qos)
}

fn with(configuration: Configuration, retained_topics: &[&str], qos: Qos) -> World {
    let mut world = World::with(configuration);
    let alice = world.client(clean("alice"));
    for topic in retained_topics {
        world.send(alice, retained(topic, "old", qos));
    }
    world.packets(alice);
    world
}

/// All messages that come while the client takes more as often as it may.
fn rest(world: &mut World, id: ConnectionId) -> Vec<String> {
    let mut messages = world.messages(id);
    while world.ready(id) {
        messages.extend(world.messages(id));
    }
    messages
}

#[test]
fn a_page_comes_whenever_the_client_can_take_more_mqtt_3_3_1_6() {
    let mut world = world(&["a", "b", "c"], Qos::AtMostOnce);
    let bob = world.client(clean("bob"));
    world.subscribe(bob, "#", Qos::AtMostOnce);
    assert_eq!(world.messages(bob), ["a old 0 retain"]);
    assert!(world.ready(bob));
    assert_eq!(world.messages(bob), ["b old 0 retain"]);
    assert!(world.ready(bob));
    assert_eq!(world.messages(bob), ["c old 0 retain"]);
    assert!(!world.ready(bob), "that was the last one");
}

#[test]
fn what_is_published_meanwhile_waits_so_that_a_topic_keeps_its_order_mqtt_4_6_0_6() {
    let mut world = world(&["a", "b"], Qos::AtLeastOnce);
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "#", Qos::AtLeastOnce);
    world.send(alice, publish("b", "new", Qos::AtLeastOnce));
    world.send(alice, publish("b", "newer", Qos::AtMostOnce));
    assert_eq!(rest(&mut world, bob), ["a old 1 retain", "b old 1 retain", "b new 1", "b newer 0"]);
}

#[test]
fn what_is_retained_meanwhile_is_not_sent_twice_mqtt_3_3_1_9() {
    let mut world = world(&["a", "b", "c", "d"], Qos::AtMostOnce);
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "#", Qos::AtMostOnce);
    world.send(alice, retained("a", "new", Qos::AtMostOnce));
    world.send(alice, retained("b", "new", Qos::AtMostOnce));
    world.send(alice, retained("c", "", Qos::AtMostOnce));
    world.send(alice, retained("e", "new", Qos::AtMostOnce));
    assert_eq!(
        rest(&mut world, bob),
        ["a old 0 retain", "d old 0 retain", "a new 0", "b new 0", "c  0", "e new 0"]
    );
    world.subscribe(bob, "#", Qos::AtMostOnce);
    assert_eq!(
        rest(&mut world, bob),
        ["a new 0 retain", "b new 0 retain", "d old 0 retain", "e new 0 retain"]
    );
}

#[test]
fn nothing_more_comes_after_unsubscribe_mqtt_3_10_4_2_but_what_waited_for_others() {
    let mut world = world(&["a", "b"], Qos::AtMostOnce);
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "x", Qos::AtMostOnce);
    world.subscribe(bob, "#", Qos::AtMostOnce);
    world.send(alice, publish("x", "1", Qos::AtMostOnce));
    assert_eq!(world.messages(bob), ["a old 0 retain"]);
    world.send(bob, unsubscribe(2, &["#"]));
    assert_eq!(rest(&mut world, bob), ["UNSUBACK", "x 1 0"]);
}

#[test]
fn a_repeated_subscription_begins_anew_mqtt_3_8_4_3() {
    let mut world = world(&["a", "b"], Qos::AtLeastOnce);
    let bob = world.client(clean("bob"));
    world.subscribe(bob, "#", Qos::AtMostOnce);
    world.subscribe(bob, "#", Qos::AtLeastOnce);
    assert_eq!(rest(&mut world, bob), ["a old 0 retain", "a old 1 retain", "b old 1 retain"]);
}

#[test]
fn each_filter_gets_its_own_one_after_the_other() {
    let mut world = world(&["a", "b"], Qos::AtMostOnce);
    let bob = world.client(clean("bob"));
    world.send(bob, subscribe(1, &[("b", Qos::AtMostOnce), ("#", Qos::AtMostOnce)]));
    assert_eq!(
        rest(&mut world, bob),
        ["SUBACK", "b old 0 retain", "a old 0 retain", "b old 0 retain"]
    );
}

#[test]
fn a_kept_session_goes_on_where_its_client_was_cut() {
    let mut world = world(&["a", "b", "c"], Qos::AtLeastOnce);
    let (alice, bob) = (world.client(clean("alice")), world.client(kept("bob")));
    world.subscribe(bob, "#", Qos::AtLeastOnce);
    assert_eq!(world.messages(bob), ["a old 1 retain"]);
    world.cut(bob);
    world.send(alice, retained("b", "new", Qos::AtMostOnce));
    world.send(alice, publish("c", "new", Qos::AtLeastOnce));
    assert!(world.ready(bob), "it was asked for before");
    assert_eq!(world.messages(bob), Vec::<String>::new(), "but the client is gone");
    let bob = world.client(kept("bob"));
    assert_eq!(
        rest(&mut world, bob),
        ["a old 1 dup retain", "b new 0 retain", "c old 1 retain", "c new 1"]
    );
    world.cut(bob);
    let bob = world.client(clean("bob"));
    assert_eq!(rest(&mut world, bob), Vec::<String>::new());
}

#[test]
fn at_qos_1_no_more_come_than_the_client_acknowledges_and_none_is_lost() {
    let configuration = Configuration {
        in_flight: NonZeroU16::new(2).unwrap(),
        max_queued_messages: 1,
        ..Configuration::default()
    };
    let mut world = with(configuration, &["a", "b", "c", "d"], Qos::AtLeastOnce);
    let (alice, bob) = (world.client(clean("alice")), world.client(clean("bob")));
    world.subscribe(bob, "#", Qos::AtLeastOnce);
    world.send(alice, publish("a", "new", Qos::AtMostOnce));
    assert_eq!(world.messages(bob), ["a old 1 retain", "b old 1 retain"]);
    assert!(!world.ready(bob), "it is to acknowledge, not to read");
    world.send(bob, puback(1));
    assert_eq!(world.messages(bob), ["c old 1 retain"]);
    world.send(bob, puback(3));
    assert_eq!(world.messages(bob), ["d old 1 retain", "a new 0"]);
}

#[test]
fn all_is_stored_in_the_step_of_its_subscription() {
    let configuration = Configuration { retained_page: 1, ..Configuration::default() };
    let mut world = World::restored(configuration, Records::new());
    let (alice, bob) = (world.client(clean("alice")), world.client(kept("bob")));
    for topic in ["a", "b"] {
        world.send(alice, retained(topic, "old", Qos::AtLeastOnce));
    }
    world.subscribe(bob, "#", Qos::AtLeastOnce);
    assert_eq!(world.messages(bob), ["a old 1 retain", "b old 1 retain"]);
}

#[test]
fn a_page_is_full_of_topics_that_do_not_match_as_well() {
    let mut world = world(&["a/x", "b/x", "c/y"], Qos::AtMostOnce);
    let bob = world.client(clean("bob"));
    world.subscribe(bob, "+/y", Qos::AtMostOnce);
    assert_eq!(world.messages(bob), Vec::<String>::new());
    assert_eq!(rest(&mut world, bob), ["c/y old 0 retain"]);
}

proptest! {
    /// Pages change when a message comes, and nothing else.
    #[test]
    fn pages_taken_at_once_are_as_one(steps in proptest::collection::vec(step(), 1..150)) {
        let play = |retained_page| {
            let configuration = Configuration { retained_page, ..Configuration::default() };
            let (mut world, mut outputs) = (World::with(configuration), Vec::new());
            for step in steps.iter().filter(|step| !matches!(step, Step::Ready(_))) {
                step.clone().play(&mut world);
                for number in 1..=world.last_connection {
                    while world.ready(ConnectionId(number)) {}
                }
                outputs.extend(world.outputs());
            }
            outputs
        };
        prop_assert_eq!(play(1), play(usize::MAX));
    }
}
