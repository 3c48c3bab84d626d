//! The machines of MQTT 3.1.1 that the book draws.

use super::{Machine, Move};

pub(super) static ALL: &[Machine] = &[QOS_2_SENDER, QOS_2_RECEIVER, SESSION];

const fn step(from: usize, to: usize, on: &'static str, does: &'static str) -> Move {
    Move { from, to, on, does }
}

/// §4.3.3, as `delivery::Outgoing` keeps it.
const QOS_2_SENDER: Machine = Machine {
    name: "qos-2-sender",
    title: "QoS 2: the sender",
    states: &["nothing sent", "PUBLISH sent", "PUBREL sent", "done"],
    moves: &[
        step(0, 1, "a new message", "send PUBLISH with an identifier, keep the message"),
        step(1, 1, "a new connection", "send PUBLISH again, with DUP 1"),
        step(1, 2, "PUBREC", "send PUBREL, drop the message, keep the identifier"),
        step(2, 2, "PUBREC, or a new connection", "send PUBREL again"),
        step(2, 3, "PUBCOMP", "the identifier is free"),
    ],
};

/// §4.3.3, as `delivery::Incoming` keeps it.
const QOS_2_RECEIVER: Machine = Machine {
    name: "qos-2-receiver",
    title: "QoS 2: the receiver",
    states: &["identifier not known", "identifier kept"],
    moves: &[
        step(0, 1, "PUBLISH", "pass the message on, keep its identifier, send PUBREC"),
        step(1, 0, "PUBREL", "forget the identifier, send PUBCOMP"),
        step(1, 1, "PUBLISH again", "send PUBREC, pass nothing on"),
        step(0, 0, "PUBREL", "send PUBCOMP all the same"),
    ],
};

/// §3.1.2.4, as `broker_core::Broker` keeps it.
const SESSION: Machine = Machine {
    name: "session",
    title: "The session of one Client Identifier",
    states: &["connected, clean", "no session", "connected, kept", "away, kept"],
    moves: &[
        step(1, 0, "CONNECT, Clean Session 1", "CONNACK, Session Present 0"),
        step(0, 1, "the connection ends", "forget everything"),
        step(1, 2, "CONNECT, Clean Session 0", "CONNACK, Session Present 0"),
        step(2, 3, "the connection ends", "keep subscriptions, let QoS 1 and 2 wait"),
        step(3, 2, "CONNECT, Clean Session 0", "CONNACK, Session Present 1, send what waited"),
        step(3, 0, "CONNECT, Clean Session 1", "throw the session away, Session Present 0"),
    ],
};

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;
    use std::time::Duration;

    use broker_core::{Broker, Configuration, ConnectionId, Input, Output};
    use bytes::Bytes;
    use delivery::{Incoming, Message, Outgoing};
    use wire::{
        Connack, Connect, Delivery, Packet, PacketIdentifier, Qos, Text, TopicName, Version,
    };

    fn message() -> Message {
        let topic = TopicName::new("mytopic").unwrap();
        Message {
            topic,
            payload: Bytes::from_static(b"hello"),
            qos: Qos::ExactlyOnce,
            retain: false,
        }
    }

    fn sent<T>(outgoing: &mut Outgoing<T>) -> (&'static str, bool) {
        match outgoing.next().unwrap().packet {
            Packet::Publish(publish) => ("PUBLISH", publish.delivery.dup()),
            Packet::Pubrel(_) => ("PUBREL", false),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_sender_moves_as_drawn() {
        let first = PacketIdentifier::new(1).unwrap();
        let mut outgoing = Outgoing::new(NonZeroU16::MAX);
        outgoing.enqueue(message(), "mark");
        assert_eq!(sent(&mut outgoing), ("PUBLISH", false));
        outgoing.resume();
        assert_eq!(sent(&mut outgoing), ("PUBLISH", true));
        outgoing.pubrec(first).unwrap();
        outgoing.pubrec(first).unwrap();
        outgoing.resume();
        assert_eq!(sent(&mut outgoing), ("PUBREL", false));
        assert_eq!(outgoing.pubcomp(first), Ok("mark"));
        assert!(outgoing.is_idle());
    }

    #[test]
    fn the_receiver_moves_as_drawn() {
        let packet_identifier = PacketIdentifier::new(7).unwrap();
        let delivery = Delivery::ExactlyOnce { packet_identifier, dup: false };
        let mut incoming = Incoming::default();
        assert!(!incoming.pubrel(packet_identifier).1, "answered, though not known");
        assert!(incoming.publish(delivery).is_new);
        assert!(!incoming.publish(delivery).is_new);
        assert!(incoming.pubrel(packet_identifier).1);
        assert_eq!(incoming.unreleased(), 0);
    }

    /// Connects the one client of this test, and tells the Session Present that it is answered.
    fn connect(broker: &mut Broker, connection: u64, clean_session: bool) -> bool {
        let connect = Connect {
            version: Version::V3_1_1,
            clean_session,
            keep_alive: 0,
            client_identifier: Text::new("bob").unwrap(),
            will: None,
            credentials: None,
        };
        let (id, mut outputs) = (ConnectionId(connection), Vec::new());
        broker.step(Duration::ZERO, id, Input::Opened, &mut outputs);
        let received = Input::Received(connect.into());
        broker.step(Duration::ZERO, id, received, &mut outputs);
        let present = outputs.iter().find_map(|output| match output {
            Output::Send(_, Packet::Connack(Connack { session_present, .. })) => {
                Some(*session_present)
            }
            _ => None,
        });
        broker.step(Duration::ZERO, id, Input::Closed, &mut outputs);
        present.unwrap()
    }

    #[test]
    fn the_session_moves_as_drawn() {
        let mut broker = Broker::new(Configuration::default());
        let mut answers = Vec::new();
        for (connection, clean) in [true, false, false, true, false].into_iter().enumerate() {
            answers.push(connect(&mut broker, connection as u64, clean));
        }
        assert_eq!(answers, [false, false, true, false, false]);
    }
}
