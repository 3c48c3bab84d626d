//! Wills: published when a client goes without a DISCONNECT, dropped when it says it.

use std::time::Duration;

use wire::Disconnect;

use super::*;

/// A world with somebody who watches everything, and alice who has a will.
fn watched(retain: bool) -> (World, ConnectionId, ConnectionId) {
    let mut world = World::new();
    let watcher = world.client(clean("watcher"));
    world.subscribe(watcher, "#", Qos::ExactlyOnce);
    let will = Some(will("dead_clients", Qos::AtLeastOnce, retain));
    let alice = world.client(Connect { will, keep_alive: 5, ..clean("alice") });
    (world, watcher, alice)
}

#[test]
fn a_cut_publishes_the_will_mqtt_3_1_2_8_once_mqtt_3_1_2_10() {
    let (mut world, watcher, alice) = watched(false);
    world.cut(alice);
    assert_eq!(world.messages(watcher), ["dead_clients gone 1"]);
    assert_eq!(
        world.events(),
        [
            "alice closed the Network Connection without DISCONNECT",
            "will of alice published on dead_clients"
        ]
    );
    let alice = world.client(clean("alice"));
    world.cut(alice);
    assert_eq!(world.packets(watcher), [], "no will, nothing to publish [MQTT-3.1.2-12]");
}

#[test]
fn a_disconnect_drops_the_will_mqtt_3_14_4_3() {
    let (mut world, watcher, alice) = watched(true);
    world.send(alice, Disconnect);
    assert_eq!(world.packets(watcher), []);
    assert_eq!(world.events(), ["will of alice dropped"]);
}

#[test]
fn keep_alive_publishes_the_will_mqtt_3_1_2_24() {
    let (mut world, watcher, _) = watched(false);
    world.wait(Duration::from_millis(7500));
    assert_eq!(world.messages(watcher), ["dead_clients gone 1"]);
}

#[test]
fn a_protocol_error_publishes_the_will_mqtt_3_14_1_1() {
    let (mut world, watcher, alice) = watched(false);
    world.malformed(alice, b"\xe1\0");
    assert_eq!(world.messages(watcher), ["dead_clients gone 1"]);

    let (mut world, watcher, alice) = watched(false);
    world.send(alice, Packet::from(clean("alice")));
    assert_eq!(world.messages(watcher), ["dead_clients gone 1"]);
}

#[test]
fn a_take_over_publishes_the_will_of_the_older_one_mqtt_3_1_4_2() {
    let (mut world, watcher, alice) = watched(false);
    let newer = world.client(clean("alice"));
    assert!(world.is_closed(alice));
    assert!(!world.is_closed(newer));
    assert_eq!(world.messages(watcher), ["dead_clients gone 1"]);
    assert_eq!(
        world.events(),
        ["alice took over from an older connection", "will of alice published on dead_clients"]
    );
}

#[test]
fn will_retain_decides_whether_it_is_retained_mqtt_3_1_2_16_mqtt_3_1_2_17() {
    for retain in [false, true] {
        let (mut world, watcher, alice) = watched(retain);
        world.cut(alice);
        assert_eq!(world.messages(watcher), ["dead_clients gone 1"]);
        let late = world.client(clean("late"));
        world.subscribe(late, "dead_clients", Qos::AtMostOnce);
        assert_eq!(world.packets(late).len(), usize::from(retain));
    }
}

#[test]
fn the_will_of_a_kept_session_reaches_itself_when_it_comes_back() {
    let mut world = World::new();
    let will = Some(will("a", Qos::AtLeastOnce, false));
    let alice = world.client(Connect { will, ..kept("alice") });
    world.subscribe(alice, "a", Qos::AtLeastOnce);
    world.cut(alice);
    let alice = world.client(kept("alice"));
    assert_eq!(world.messages(alice), ["a gone 1"]);
}

#[test]
fn a_refused_connect_leaves_no_will() {
    let mut world = World::new();
    let watcher = world.client(clean("watcher"));
    world.subscribe(watcher, "#", Qos::AtMostOnce);
    let id = world.open();
    let will = Some(will("a", Qos::AtMostOnce, false));
    world.send(id, Packet::from(Connect { will, ..kept("") }));
    assert!(world.is_closed(id));
    assert_eq!(world.packets(watcher), []);
}
