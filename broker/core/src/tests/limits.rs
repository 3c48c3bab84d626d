//! What happens where a limit is reached: what is refused, what goes on, and what is told.

use std::num::NonZeroU16;

use super::*;

#[test]
fn too_many_connections_without_connect_close_the_oldest() {
    let mut world = World::with(Configuration { max_unidentified: 2, ..Configuration::default() });
    let first = world.open();
    let second = world.open();
    world.client(clean("alice"));
    assert!(world.is_closed(first), "alice was one too many until her CONNECT");
    let told = "closed to make room: it was the oldest of more than 2 Network Connections without a \
                CONNECT";
    assert_eq!(world.events(), [told]);
    let third = world.open();
    assert!(!world.is_closed(second) && !world.is_closed(third), "who was let in does not count");
    world.cut(third);
    world.open();
    assert!(!world.is_closed(second), "nor does who is gone");
    assert_eq!(world.events(), Vec::<String>::new());
}

#[test]
fn no_more_sessions_are_kept_than_may_be_and_those_stay() {
    let mut world = World::with(Configuration { max_kept_sessions: 2, ..Configuration::default() });
    let alice = world.client(kept("alice"));
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    world.cut(alice);
    world.client(kept("bob"));
    world.client(clean("clean sessions do not count"));
    world.events();

    let carol = world.open();
    world.send(carol, kept("carol"));
    assert_eq!(world.packets(carol), [connack(false, ConnectReturnCode::SERVER_UNAVAILABLE)]);
    assert!(world.is_closed(carol));
    assert_eq!(
        world.events(),
        ["carol refused: there are 3 sessions, and no room to keep one more"]
    );
    let alice = world.open();
    world.send(alice, kept("alice"));
    assert_eq!(world.packets(alice), [connack(true, ConnectReturnCode::ACCEPTED)]);

    world.client(clean("bob"));
    world.client(kept("carol"));
}

#[test]
fn a_session_has_no_more_subscriptions_than_it_may() {
    let limits = [
        Configuration { max_subscriptions: 2, ..Configuration::default() },
        Configuration { max_subscription_bytes: 5, ..Configuration::default() },
    ];
    for configuration in limits {
        let mut world = World::with(configuration);
        let alice = world.client(clean("alice"));
        world.subscribe(alice, "ab", Qos::AtLeastOnce);
        world.subscribe(alice, "cd", Qos::AtLeastOnce);
        world.send(alice, subscribe(2, &[("ef", Qos::AtMostOnce), ("cd", Qos::AtMostOnce)]));
        let return_codes =
            vec![SubackReturnCode::Failure, SubackReturnCode::Granted(Qos::AtMostOnce)];
        let suback = Suback { packet_identifier: number(2), return_codes };
        assert_eq!(world.packets(alice), [Packet::Suback(suback)], "the same filter is no new one");
        let told = "Topic Filter of alice refused: no room for 2 more bytes, it has 2 subscriptions \
                    of 4 bytes";
        assert_eq!(world.events(), [told]);
        world.send(alice, unsubscribe(3, &["ab"]));
        world.subscribe(alice, "ef", Qos::AtMostOnce);
    }
}

#[test]
fn a_retained_message_without_room_is_passed_on_and_the_older_one_goes() {
    let limits = [
        Configuration { max_retained_messages: 2, ..Configuration::default() },
        Configuration { max_retained_bytes: 6, ..Configuration::default() },
    ];
    for configuration in limits {
        let mut world = World::with(configuration);
        let alice = world.client(clean("alice"));
        world.subscribe(alice, "#", Qos::AtMostOnce);
        for topic in ["a", "b", "c"] {
            world.send(alice, retained(topic, "xy", Qos::AtLeastOnce));
        }
        assert_eq!(
            world.messages(alice),
            ["a xy 0", "PUBACK", "b xy 0", "PUBACK", "c xy 0", "PUBACK"]
        );
        assert_eq!(
            world.events()[2..],
            ["no room to retain the message on c: 2 messages of 6 bytes are retained"]
        );
        world.send(alice, retained("a", "", Qos::AtMostOnce));
        world.send(alice, retained("c", "xy", Qos::AtMostOnce));
        world.packets(alice);
        let bob = world.client(clean("bob"));
        world.subscribe(bob, "#", Qos::AtMostOnce);
        assert_eq!(world.messages(bob), ["b xy 0 retain", "c xy 0 retain"]);
    }
    let mut world =
        World::with(Configuration { max_retained_bytes: 3, ..Configuration::default() });
    let alice = world.client(clean("alice"));
    world.send(alice, retained("a", "21", Qos::AtMostOnce));
    world.send(alice, retained("a", "21.5", Qos::AtMostOnce));
    world.subscribe(alice, "a", Qos::AtMostOnce);
    assert_eq!(world.messages(alice), Vec::<String>::new(), "21 would not be true any more");
}

#[test]
fn too_many_messages_that_wait_for_pubrel_close() {
    let max_unreleased = NonZeroU16::new(2).unwrap();
    let mut world = World::with(Configuration { max_unreleased, ..Configuration::default() });
    let message = |identifier| Publish {
        delivery: Delivery::ExactlyOnce { packet_identifier: number(identifier), dup: false },
        ..publish("a", "x", Qos::ExactlyOnce)
    };
    let alice = world.client(kept("alice"));
    for identifier in [1, 2, 1] {
        world.send(alice, message(identifier));
    }
    world.packets(alice);
    world.events();
    world.send(alice, message(3));
    assert_eq!(world.packets(alice), [], "3 is not the broker's");
    assert!(world.is_closed(alice));
    assert_eq!(world.events()[0], "alice closed: 2 messages at QoS 2 wait for its PUBREL already");
    let alice = world.client(kept("alice"));
    world.send(alice, message(2));
    world.send(alice, pubrel(1));
    world.send(alice, message(3));
    assert_eq!(world.packets(alice), [pubrec(2), pubcomp(1), pubrec(3)]);
}

#[test]
fn what_is_on_its_way_counts_as_held() {
    let mut world = World::with(Configuration { max_queued_bytes: 5, ..Configuration::default() });
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::ExactlyOnce);
    let bob = world.client(clean("bob"));
    for payload in ["1", "2", "3"] {
        world.send(bob, publish("a", payload, Qos::AtLeastOnce));
    }
    assert_eq!(world.messages(alice), ["a 1 1", "a 2 1"], "the third would be above 5 bytes");
    world.send(bob, publish("a", "4", Qos::AtMostOnce));
    assert_eq!(world.messages(alice), ["a 4 0"], "it is not held");
    world.send(alice, puback(1));
    world.send(bob, publish("a", "5", Qos::ExactlyOnce));
    assert_eq!(world.messages(alice), ["a 5 2"]);
    world.send(alice, pubrec(3));
    world.packets(alice);
    world.send(bob, pubrel(9));
    world.send(bob, publish("a", "6", Qos::ExactlyOnce));
    assert_eq!(world.messages(alice), ["a 6 2"], "of what was received no byte is held");
}

/// A message larger than all the room goes out as well, if it is alone.
#[test]
fn one_message_there_may_be_however_large() {
    let mut world = World::with(Configuration { max_queued_bytes: 5, ..Configuration::default() });
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    let large = "x".repeat(100);
    world.send(alice, publish("a", &large, Qos::AtLeastOnce));
    assert_eq!(world.messages(alice), [format!("a {large} 1"), "PUBACK".to_owned()]);
}

/// Sessions that others filled cost nobody more than what is above the share.
#[test]
fn where_all_sessions_take_up_too_much_each_has_its_share() {
    let max_total_session_bytes = 40_000;
    let mut world =
        World::with(Configuration { max_total_session_bytes, ..Configuration::default() });
    let publisher = world.client(clean("publisher"));
    let names = ["greedy", "modest"];
    for name in names {
        let id = world.client(kept(name));
        world.subscribe(id, name, Qos::AtLeastOnce);
        world.cut(id);
    }
    let large = "x".repeat(1000);
    for _ in 0..100 {
        world.send(publisher, publish("greedy", &large, Qos::AtLeastOnce));
    }
    for _ in 0..10 {
        world.send(publisher, publish("modest", "x", Qos::AtLeastOnce));
    }
    let carol = world.open();
    world.send(carol, kept("carol"));
    assert_eq!(world.packets(carol), [connack(false, ConnectReturnCode::SERVER_UNAVAILABLE)]);
    world.subscribe(publisher, "modest", Qos::AtMostOnce);
    world.subscribe(publisher, "a/b/c/d/e/f/g/h/i/j", Qos::AtMostOnce);
    let deep = vec!["deep"; 40].join("/");
    world.send(publisher, subscribe(2, &[(&deep, Qos::AtMostOnce)]));
    let failure = vec![SubackReturnCode::Failure];
    let suback = Suback { packet_identifier: number(2), return_codes: failure };
    assert!(world.packets(publisher).contains(&Packet::Suback(suback)));

    let [greedy, modest] = names.map(|name| {
        let id = world.client(kept(name));
        world.packets(id).len()
    });
    assert!((25..40).contains(&greedy), "{greedy} messages of 1.1 kB in about 40 kB");
    assert_eq!(modest, 10);
}

/// Whatever is held is let go when it is done, so that there is room again.
#[test]
fn room_that_was_left_is_found_again() {
    let max_total_session_bytes = 20_000;
    let mut world =
        World::with(Configuration { max_total_session_bytes, ..Configuration::default() });
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    let large = "x".repeat(1000);
    for identifier in 1..100 {
        world.send(alice, publish("a", &large, Qos::AtLeastOnce));
        assert_eq!(world.packets(alice).len(), 2, "the message {identifier} and a PUBACK");
        world.send(alice, puback(identifier));
    }
}
