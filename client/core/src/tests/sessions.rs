//! What outlives a Network Connection, and what does not.

use super::*;

/// Opens a Network Connection; tells the CONNECT.
fn opened(world: &mut World) -> Connect {
    let outputs = world.step(Input::Opened);
    match outputs.into_iter().next_back() {
        Some(Output::Send(Packet::Connect(connect))) => *connect,
        other => panic!("no CONNECT, but {other:?}"),
    }
}

#[test]
fn each_connection_asks_for_the_session_of_the_same_name_mqtt_3_1_3_2() {
    let mut world = World::with(kept());
    let first = opened(&mut world);
    assert_eq!((first.client_identifier.as_str(), first.clean_session), ("alice", false));
    world.step(Input::Closed);
    assert_eq!(opened(&mut world), first);
}

/// `[MQTT-4.4.0-1]`, `[MQTT-3.3.1-1]`, `[MQTT-2.3.1-3]`, and so the session is kept: `[MQTT-3.1.2-4]`.
#[test]
fn a_session_that_goes_on_sends_again_with_dup_and_the_same_identifier() {
    let mut world = World::connected(kept());
    world.publish(Qos::AtLeastOnce, 1);
    world.publish(Qos::ExactlyOnce, 2);
    world.receive(Pubrec { packet_identifier: number(2) });
    world.publish(Qos::AtMostOnce, 3);
    assert_eq!(world.step(Input::Closed), [event(Event::Disconnected(Why::Closed))]);
    let again = [send(at_least_once(1, true)), send(Pubrel { packet_identifier: number(2) })];
    assert_eq!(world.connect(true), again);
}

#[test]
fn identifiers_are_free_again_at_the_last_acknowledgement_and_not_before_mqtt_2_3_1_2_and_3() {
    let mut world = World::connected(kept());
    world.publish(Qos::AtLeastOnce, 1); // 1
    world.publish(Qos::ExactlyOnce, 2); // 2
    world.subscribe(3); // 3
    world.receive(Pubrec { packet_identifier: number(2) });
    for last in 4..=u16::MAX {
        let asked = world.subscribe(last.into());
        let [Output::Send(Packet::Subscribe(subscribe))] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!(subscribe.packet_identifier, number(last), "1 to 3 are in use");
    }
    assert_eq!(world.subscribe(70_000), [], "all are in use");
    let next = world.receive(Pubcomp { packet_identifier: number(2) });
    let [.., Output::Send(Packet::Subscribe(subscribe))] = &next[..] else { panic!("{next:?}") };
    assert_eq!(subscribe.packet_identifier, number(2));
}

#[test]
fn repeats_keep_the_order_of_the_first_time_mqtt_4_6_0_1() {
    let mut world = World::connected(kept());
    for (qos, token) in [(Qos::ExactlyOnce, 1), (Qos::AtLeastOnce, 2), (Qos::ExactlyOnce, 3)] {
        world.publish(qos, token);
    }
    for _ in 0..2 {
        world.step(Input::Closed);
        let again = [exactly_once(1, true), at_least_once(2, true), exactly_once(3, true)];
        assert_eq!(world.connect(true), again.map(send));
    }
}

/// However long it stays silent: a session lasts as long as its Network Connection, and a kept one as
/// long as the server keeps it too.
#[test]
fn state_is_kept_as_long_as_the_session_lasts_mqtt_4_1_0_1_and_2() {
    let mut world = World::connected(kept());
    world.receive(exactly_once(9, false));
    let pubrec = [send(Pubrec { packet_identifier: number(9) })];
    for _ in 0..100 {
        assert_eq!(world.wait(), [send(Pingreq)]);
        world.receive(Pingresp);
    }
    assert_eq!(world.receive(exactly_once(9, true)), pubrec, "it came before");
    for _ in 0..3 {
        world.step(Input::Closed);
        world.connect(true);
        assert_eq!(world.receive(exactly_once(9, true)), pubrec, "it came before");
    }
}

#[test]
fn a_clean_session_uses_nothing_of_the_one_before_mqtt_3_1_2_6() {
    let mut world = World::connected(Configuration { clean_session: true, ..kept() });
    world.receive(exactly_once(9, false));
    world.publish(Qos::AtLeastOnce, 1);
    world.step(Input::Closed);
    assert_eq!(world.connect(false), [send(at_least_once(2, false))], "as a new message");
    let received = world.receive(exactly_once(9, false));
    assert_eq!(received[0], event(Event::Message(message(Qos::ExactlyOnce))), "a new one too");
}

#[test]
fn a_session_that_was_lost_begins_anew() {
    let mut world = World::connected(kept());
    world.publish(Qos::AtLeastOnce, 1);
    world.publish(Qos::ExactlyOnce, 2);
    world.receive(Pubrec { packet_identifier: number(2) });
    world.step(Input::Closed);
    let anew = [event(Event::Published(Token(2))), send(at_least_once(3, false))];
    assert_eq!(world.connect(false), anew);
}
