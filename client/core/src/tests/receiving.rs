//! Messages from the server, and what the client answers.

use super::*;

#[test]
fn a_message_is_told_before_it_is_acknowledged_mqtt_4_3_2_2_mqtt_4_3_3_2() {
    let mut world = World::connected(kept());
    let packet_identifier = number(9);
    let told = |qos| event(Event::Message(message(qos)));
    let answer = send(Puback { packet_identifier });
    assert_eq!(world.receive(at_least_once(9, false)), [told(Qos::AtLeastOnce), answer]);

    let answer = send(Pubrec { packet_identifier });
    let first = world.receive(exactly_once(9, false));
    assert_eq!(first, [told(Qos::ExactlyOnce), answer.clone()]);
    assert_eq!(world.receive(exactly_once(9, true)), [answer], "once [MQTT-4.3.3-2]");
    assert_eq!(world.receive(Pubrel { packet_identifier }), [send(Pubcomp { packet_identifier })]);
}

/// The server's own choice of topic: the client has subscribed to nothing.
#[test]
fn each_message_is_answered_as_its_qos_asks_mqtt_3_3_4_1_mqtt_4_5_0_2_mqtt_2_3_1_6() {
    let mut world = World::connected(kept());
    let answers = |outputs: Vec<Output>| -> Vec<Output> {
        outputs.into_iter().filter(|output| matches!(output, Output::Send(_))).collect()
    };
    let packet_identifier = number(9);
    assert_eq!(answers(world.receive(publish(Delivery::AtMostOnce))), []);
    let puback = send(Puback { packet_identifier });
    assert_eq!(answers(world.receive(at_least_once(9, false))), [puback]);
    let pubrec = send(Pubrec { packet_identifier });
    assert_eq!(answers(world.receive(exactly_once(9, false))), [pubrec]);
}

#[test]
fn answers_keep_the_order_of_the_messages_mqtt_4_6_0_2_and_3() {
    let mut world = World::connected(kept());
    let numbers = [3, 1, 2];
    for (packet, answer) in [
        (at_least_once as fn(u16, bool) -> Packet, PacketType::Puback),
        (exactly_once, PacketType::Pubrec),
    ] {
        let outputs = numbers.map(|identifier| world.receive(packet(identifier, false))).concat();
        let answered: Vec<_> = outputs
            .into_iter()
            .filter_map(|output| match output {
                Output::Send(Packet::Puback(it)) => {
                    Some((PacketType::Puback, it.packet_identifier))
                }
                Output::Send(Packet::Pubrec(it)) => {
                    Some((PacketType::Pubrec, it.packet_identifier))
                }
                _ => None,
            })
            .collect();
        assert_eq!(answered, numbers.map(|identifier| (answer, number(identifier))));
    }
}

#[test]
fn pubrels_keep_the_order_of_the_pubrecs_mqtt_4_6_0_4() {
    let mut world = World::connected(kept());
    for token in 1..=3 {
        world.publish(Qos::ExactlyOnce, token);
    }
    for packet_identifier in [3, 1, 2].map(number) {
        let pubrel = send(Pubrel { packet_identifier });
        assert_eq!(world.receive(Pubrec { packet_identifier }), [pubrel], "at once");
    }
}
