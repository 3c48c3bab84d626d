use bytes::Bytes;
use wire::TopicName;

use super::*;

const WINDOW: NonZeroU16 = NonZeroU16::new(3).unwrap();

fn message(payload: &'static str, qos: Qos) -> Message {
    let topic = TopicName::new("t").unwrap();
    Message { topic, payload: Bytes::from_static(payload.as_bytes()), qos, retain: false }
}

fn outgoing(messages: &[(&'static str, Qos)]) -> Outgoing<&'static str> {
    let mut outgoing = Outgoing::new(WINDOW);
    for &(payload, qos) in messages {
        outgoing.enqueue(message(payload, qos), payload);
    }
    outgoing
}

fn number(number: u16) -> PacketIdentifier {
    PacketIdentifier::new(number).unwrap()
}

/// Everything that leaves now, as `PUBLISH 1 dup a` or `PUBREL 1`.
fn departures(outgoing: &mut Outgoing<&'static str>) -> Vec<String> {
    std::iter::from_fn(|| outgoing.next())
        .map(|departure| match departure.packet {
            Packet::Publish(publish) => {
                let number =
                    publish.delivery.packet_identifier().map_or(0, PacketIdentifier::number);
                let dup = if publish.delivery.dup() { " dup" } else { "" };
                let payload = String::from_utf8_lossy(&publish.payload).into_owned();
                format!("PUBLISH {number}{dup} {payload}")
            }
            Packet::Pubrel(pubrel) => format!("PUBREL {}", pubrel.packet_identifier),
            other => panic!("a sender never sends {other:?}"),
        })
        .collect()
}

#[test]
fn messages_leave_in_their_order_mqtt_4_6_0_6() {
    let mut outgoing =
        outgoing(&[("a", Qos::AtLeastOnce), ("b", Qos::AtMostOnce), ("c", Qos::ExactlyOnce)]);
    assert_eq!(departures(&mut outgoing), ["PUBLISH 1 a", "PUBLISH 0 b", "PUBLISH 2 c"]);
}

/// And never with DUP (`[MQTT-3.3.1-2]`), since it is never sent again.
#[test]
fn qos_0_is_done_when_it_is_sent_mqtt_4_3_1_1() {
    let mut outgoing = outgoing(&[("a", Qos::AtMostOnce)]);
    let packet = message("a", Qos::AtMostOnce).publish(Delivery::AtMostOnce).into();
    assert_eq!(outgoing.next(), Some(Departure { packet, done: Some("a") }));
    assert!(outgoing.is_idle());
    outgoing.resume();
    assert_eq!(outgoing.next(), None);
}

#[test]
fn qos_1_is_done_at_its_puback_and_not_before_mqtt_4_3_2_1() {
    let mut outgoing = outgoing(&[("a", Qos::AtLeastOnce)]);
    let delivery = |dup| Delivery::AtLeastOnce { packet_identifier: number(1), dup };
    let publish = |dup| Some(message("a", Qos::AtLeastOnce).publish(delivery(dup)).into());
    let next = |outgoing: &mut Outgoing<_>| outgoing.next().map(|departure| departure.packet);
    assert_eq!(next(&mut outgoing), publish(false));
    for _ in 0..2 {
        outgoing.suspend();
        outgoing.resume();
        assert_eq!(next(&mut outgoing), publish(true), "as a repeat [MQTT-3.3.1-1]");
    }
    assert_eq!(outgoing.puback(number(1)), Ok("a"));
    outgoing.resume();
    assert_eq!(outgoing.next(), None);
}

#[test]
fn a_full_window_holds_the_others_back_until_an_acknowledgement_comes() {
    let mut outgoing = outgoing(&[("a", Qos::AtLeastOnce); 5]);
    assert_eq!(departures(&mut outgoing), ["PUBLISH 1 a", "PUBLISH 2 a", "PUBLISH 3 a"]);
    assert_eq!((outgoing.in_flight(), outgoing.queued(), outgoing.queued_bytes()), (3, 2, 4));

    assert_eq!(outgoing.puback(number(2)), Ok("a"));
    assert_eq!(departures(&mut outgoing), ["PUBLISH 4 a"]);
}

#[test]
fn qos_2_is_done_at_pubcomp_and_not_before_mqtt_4_3_3_1() {
    let mut outgoing = outgoing(&[("a", Qos::ExactlyOnce)]);
    assert_eq!(departures(&mut outgoing), ["PUBLISH 1 a"]);
    let pubrel = Pubrel { packet_identifier: number(1) };
    assert_eq!(outgoing.pubrec(number(1)), Ok(pubrel));
    assert_eq!(outgoing.pubrec(number(1)), Ok(pubrel), "a repeated PUBREC gets the same answer");
    assert!(!outgoing.is_idle());
    assert_eq!(outgoing.pubcomp(number(1)), Ok("a"));
    assert!(outgoing.is_idle());
}

#[test]
fn a_resumed_session_sends_again_in_order_mqtt_4_4_0_1_and_mqtt_4_6_0_1() {
    let mut outgoing = outgoing(&[
        ("a", Qos::ExactlyOnce),
        ("b", Qos::AtLeastOnce),
        ("c", Qos::ExactlyOnce),
        ("d", Qos::AtLeastOnce),
    ]);
    departures(&mut outgoing);
    outgoing.pubrec(number(3)).unwrap();
    outgoing.pubrec(number(1)).unwrap();
    outgoing.suspend();
    outgoing.resume();
    assert_eq!(
        departures(&mut outgoing),
        ["PUBLISH 2 dup b", "PUBREL 3", "PUBREL 1"],
        "PUBRELs in the order of their PUBRECs [MQTT-4.6.0-4]; d waits for the window",
    );
}

#[test]
fn what_is_acknowledged_while_the_session_resumes_is_not_sent_again() {
    let mut outgoing = outgoing(&[("a", Qos::AtLeastOnce), ("b", Qos::AtLeastOnce)]);
    departures(&mut outgoing);
    outgoing.resume();
    outgoing.puback(number(1)).unwrap();
    assert_eq!(departures(&mut outgoing), ["PUBLISH 2 dup b"]);
}

#[test]
fn a_lost_connection_drops_what_waits_at_qos_0() {
    let mut outgoing =
        outgoing(&[("a", Qos::AtMostOnce), ("b", Qos::AtLeastOnce), ("c", Qos::AtMostOnce)]);
    assert_eq!(outgoing.suspend(), ["a", "c"]);
    assert_eq!((outgoing.queued(), outgoing.queued_bytes()), (1, 2));
}

#[test]
fn acknowledgements_that_fit_nothing_say_so_and_change_nothing() {
    let mut outgoing = outgoing(&[("a", Qos::AtLeastOnce), ("b", Qos::ExactlyOnce)]);
    departures(&mut outgoing);
    let messages = [
        outgoing.puback(number(9)).unwrap_err().to_string(),
        outgoing.puback(number(2)).unwrap_err().to_string(),
        outgoing.pubrec(number(1)).unwrap_err().to_string(),
        outgoing.pubcomp(number(2)).unwrap_err().to_string(),
    ];
    assert_eq!(
        messages,
        [
            "PUBACK with Packet Identifier 9, which no exchange has: ignored",
            "PUBACK with Packet Identifier 2, whose exchange waits for PUBREC: ignored",
            "PUBREC with Packet Identifier 1, whose exchange waits for PUBACK: ignored",
            "PUBCOMP with Packet Identifier 2, whose exchange waits for PUBREC: ignored",
        ]
    );
    assert_eq!(outgoing.in_flight(), 2);
}

#[test]
fn subscribe_and_publish_share_the_numbers_mqtt_2_3_1_2() {
    let mut outgoing = outgoing(&[("a", Qos::AtLeastOnce), ("b", Qos::AtLeastOnce)]);
    assert_eq!(outgoing.allocate(), Some(number(1)));
    assert_eq!(departures(&mut outgoing), ["PUBLISH 2 a", "PUBLISH 3 b"]);
    assert!(!outgoing.release(number(2)), "a SUBACK does not end a PUBLISH");
    assert!(outgoing.release(number(1)));
}

#[test]
fn what_a_lost_session_had_begun_begins_anew() {
    let mut outgoing =
        outgoing(&[("a", Qos::AtLeastOnce), ("b", Qos::ExactlyOnce), ("c", Qos::ExactlyOnce)]);
    outgoing.enqueue(message("d", Qos::AtLeastOnce), "d");
    assert_eq!(departures(&mut outgoing), ["PUBLISH 1 a", "PUBLISH 2 b", "PUBLISH 3 c"]);
    outgoing.pubrec(number(2)).unwrap();
    assert_eq!(outgoing.restart(), ["b"], "the receiver has it");
    assert_eq!((outgoing.in_flight(), outgoing.queued(), outgoing.queued_bytes()), (0, 3, 6));
    assert_eq!(departures(&mut outgoing), ["PUBLISH 4 a", "PUBLISH 5 c", "PUBLISH 6 d"]);
}

#[test]
fn what_another_one_left_is_taken_up_and_sent_again() {
    let mut first =
        outgoing(&[("a", Qos::AtLeastOnce), ("b", Qos::ExactlyOnce), ("c", Qos::AtLeastOnce)]);
    first.enqueue(message("d", Qos::AtLeastOnce), "d");
    departures(&mut first);
    first.pubrec(number(2)).unwrap();
    assert_eq!(first.puback(number(1)), Ok("a"));

    let mut second = Outgoing::new(WINDOW);
    for (message, mark) in first.waiting() {
        second.enqueue(message.clone(), *mark);
    }
    for (packet_identifier, flight) in first.flights() {
        assert_eq!(first.flight(packet_identifier), Some(flight));
        second.take_up(packet_identifier, flight.clone());
    }
    second.resume();
    assert_eq!(departures(&mut second), ["PUBLISH 3 dup c", "PUBREL 2", "PUBLISH 4 d"]);
    assert_eq!(second.pubcomp(number(2)), Ok("b"));
}

#[test]
fn a_message_that_comes_first_leaves_before_those_that_wait() {
    let mut outgoing = outgoing(&[("a", Qos::AtMostOnce), ("b", Qos::AtMostOnce)]);
    outgoing.enqueue_first(message("first", Qos::AtMostOnce), "first");
    assert_eq!(outgoing.queued_bytes(), 10);
    assert_eq!(departures(&mut outgoing), ["PUBLISH 0 first", "PUBLISH 0 a", "PUBLISH 0 b"]);
    assert_eq!(outgoing.next_again(), None);
}
