//! CONNECT, Keep Alive, and what closes a Network Connection.

use std::time::Duration;

use bytes::Bytes;
use wire::{
    ConnectReturnCode, Disconnect, ForeignConnect, Packet, Pingreq, Pingresp, Qos, Text, Version,
};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_good_connect_gets_connack_0_first_mqtt_3_1_4_4_mqtt_3_2_0_1() {
    let mut world = World::new();
    let id = world.open();
    assert_eq!(world.outputs(), [], "nothing before CONNECT");
    world.send(id, Packet::from(clean("alice")));
    assert_eq!(world.outputs(), [Output::Send(id, connack(false, ConnectReturnCode::ACCEPTED))]);
}

#[test]
fn what_comes_before_connect_closes_mqtt_3_1_0_1() {
    let mut world = World::new();
    let id = world.open();
    world.send(id, Pingreq);
    assert_eq!(world.packets(id), []);
    assert!(world.is_closed(id));
    assert_eq!(
        world.events(),
        ["PINGREQ of an unknown client closes the Network Connection [MQTT-3.1.0-1]"]
    );
}

#[test]
fn a_second_connect_closes_mqtt_3_1_0_2() {
    let mut world = World::new();
    for second in [Packet::from(clean("alice")), foreign("MQTT", 5)] {
        let id = world.client(clean("alice"));
        world.send(id, second);
        assert_eq!(world.packets(id), []);
        assert!(world.is_closed(id));
        let events = world.events();
        assert_eq!(events, ["CONNECT of alice closes the Network Connection [MQTT-3.1.0-2]"]);
    }
}

fn foreign(protocol_name: &str, protocol_level: u8) -> Packet {
    let protocol_name = Text::try_from(protocol_name).unwrap();
    Packet::ForeignConnect(ForeignConnect { protocol_name, protocol_level, rest: Bytes::new() })
}

#[test]
fn an_unknown_protocol_gets_code_1_and_a_close_mqtt_3_1_2_1_and_2_mqtt_3_2_2_5() {
    for connect in [foreign("MQTT", 5), foreign("MQTT", 0x63), foreign("MQTX", 4)] {
        let mut world = World::new();
        let id = world.open();
        world.send(id, connect);
        let refusal = connack(false, ConnectReturnCode::UNACCEPTABLE_PROTOCOL_VERSION);
        assert_eq!(world.outputs(), [Output::Send(id, refusal), Output::Close(id)]);
    }
}

#[test]
fn no_identifier_with_clean_session_0_gets_code_2_mqtt_3_1_3_8_and_9() {
    let mut world = World::new();
    let id = world.open();
    world.send(id, Packet::from(kept("")));
    let refusal = connack(false, ConnectReturnCode::IDENTIFIER_REJECTED);
    assert_eq!(world.outputs(), [Output::Send(id, refusal), Output::Close(id)]);
}

#[test]
fn what_follows_a_refused_connect_is_ignored_mqtt_3_1_4_5() {
    let mut world = World::new();
    let observer = world.client(clean("observer"));
    world.subscribe(observer, "#", Qos::AtMostOnce);
    let id = world.open();
    world.send(id, Packet::from(kept("")));
    world.outputs();
    world.send(id, publish("a", "x", Qos::AtLeastOnce));
    world.send(id, Packet::from(clean("alice")));
    assert_eq!(world.outputs(), []);
}

#[test]
fn clients_without_identifier_are_named_apart_mqtt_3_1_3_6() {
    let mut world = World::new();
    let taken = world.client(clean("unnamed-1"));
    let first = world.client(clean(""));
    let second = world.client(clean(""));
    assert_eq!(
        world.events(),
        [
            "a client without a Client Identifier is called unnamed-2 [MQTT-3.1.3-6]",
            "a client without a Client Identifier is called unnamed-3 [MQTT-3.1.3-6]",
        ]
    );
    for id in [taken, first, second] {
        assert!(!world.is_closed(id));
    }
}

#[test]
fn every_identifier_is_taken_mqtt_3_1_3_5() {
    for name in [
        "a",
        "0123456789abcdefghijklm",
        "ABCDEFGHIJKLMNOPQRSTUVW",
        "XYZnopqrstuvwxyz",
        "Ünlikely name / with # and +",
        &"x".repeat(65_535),
    ] {
        World::new().client(clean(name));
    }
}

#[test]
fn mqtt_3_1_takes_1_to_23_characters_and_knows_no_session_present() {
    let mut world = World::new();
    let name = "0123456789abcdefghijklm";
    let old = |name: &str| Connect { version: Version::V3_1, ..kept(name) };
    for name in ["", "0123456789abcdefghijklmn"] {
        let id = world.open();
        world.send(id, Packet::from(old(name)));
        assert_eq!(world.packets(id), [connack(false, ConnectReturnCode::IDENTIFIER_REJECTED)]);
        assert!(world.is_closed(id), "[MQTT-3.1.3-9]");
    }
    for _ in 0..2 {
        let id = world.open();
        world.send(id, Packet::from(old(name)));
        assert_eq!(world.packets(id), [connack(false, ConnectReturnCode::ACCEPTED)]);
        world.send(id, Disconnect);
    }
}

#[test]
fn pingreq_gets_pingresp_mqtt_3_12_4_1() {
    let mut world = World::new();
    let id = world.client(clean("alice"));
    world.send(id, Pingreq);
    assert_eq!(world.outputs(), [Output::Send(id, Pingresp.into())]);
}

#[test]
fn what_only_a_server_sends_closes_mqtt_4_8_0_1() {
    let packets = [
        connack(false, ConnectReturnCode::ACCEPTED),
        Suback { packet_identifier: number(1), return_codes: vec![SubackReturnCode::Failure] }
            .into(),
        unsuback(1),
        Pingresp.into(),
    ];
    for packet in packets {
        let mut world = World::new();
        let id = world.client(clean("alice"));
        world.send(id, packet);
        assert!(world.is_closed(id));
        assert!(
            world.events()[0].ends_with("of alice closes the Network Connection [MQTT-4.8.0-1]")
        );
    }
}

#[test]
fn a_malformed_packet_closes_without_an_answer_mqtt_3_1_4_1_mqtt_3_2_2_6_mqtt_4_8_0_1() {
    let mut world = World::new();
    let id = world.open();
    world.malformed(id, b"\x10\x02\0\x09");
    assert_eq!(world.packets(id), [], "no CONNACK");
    assert!(world.is_closed(id));

    let id = world.client(clean("alice"));
    world.events();
    world.malformed(id, b"\xc1\0");
    assert_eq!(world.packets(id), []);
    assert!(world.is_closed(id));
    assert_eq!(
        world.events(),
        ["malformed PINGREQ of alice closes the Network Connection [MQTT-2.2.2-2]"]
    );
}

#[test]
fn a_reserved_connect_flag_closes_mqtt_3_1_2_3() {
    let mut world = World::new();
    let id = world.open();
    world.malformed(id, b"\x10\x0d\0\x04MQTT\x04\x03\0\0\0\x01a");
    assert_eq!(world.packets(id), []);
    assert!(world.is_closed(id));
    assert_eq!(
        world.events(),
        ["malformed CONNECT of an unknown client closes the Network Connection [MQTT-3.1.2-3]"]
    );
}

#[test]
fn a_disconnect_closes_without_an_answer() {
    let mut world = World::new();
    let id = world.client(clean("alice"));
    world.send(id, Disconnect);
    assert_eq!(world.outputs(), [Output::Close(id)]);
}

#[test]
fn silence_of_one_and_a_half_keep_alives_closes_mqtt_3_1_2_24() {
    let mut world = World::new();
    let id = world.client(Connect { keep_alive: 5, ..clean("alice") });
    assert_eq!(world.broker.deadline(), Some(7 * SECOND + SECOND / 2));
    world.wait(Duration::new(7, 499_999_999));
    assert!(!world.is_closed(id));
    world.wait(Duration::from_nanos(1));
    assert!(world.is_closed(id));
    assert_eq!(world.events(), ["keep alive of alice ran out after 7.5 s"]);
    assert_eq!(world.broker.deadline(), None);
}

#[test]
fn any_packet_keeps_a_client_alive_mqtt_3_1_2_24() {
    let mut world = World::new();
    let id = world.client(Connect { keep_alive: 2, ..clean("alice") });
    for packet in [Pingreq.into(), publish("a", "x", Qos::AtMostOnce).into(), puback(7)] {
        world.wait(2 * SECOND);
        world.send(id, packet);
        assert!(!world.is_closed(id));
    }
    world.wait(Duration::new(2, 999_999_999));
    assert!(!world.is_closed(id));
    assert_eq!(world.broker.deadline(), Some(world.now + Duration::from_nanos(1)));
    world.wait(Duration::from_nanos(1));
    assert!(world.is_closed(id));
}

#[test]
fn keep_alive_0_is_off() {
    let mut world = World::new();
    let id = world.client(clean("alice"));
    assert_eq!(world.broker.deadline(), None);
    world.wait(1_000_000 * SECOND);
    assert!(!world.is_closed(id));
}

#[test]
fn connect_has_to_come_in_time() {
    let mut world = World::new();
    let id = world.open();
    assert_eq!(world.broker.deadline(), Some(10 * SECOND));
    world.wait(10 * SECOND);
    assert!(world.is_closed(id));
    assert_eq!(world.events(), ["no CONNECT came within 10 s"]);
}
