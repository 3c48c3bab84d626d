//! 41-qos1-sender: Send until it is acknowledged
//!
//! kind: behaviour
//! minutes: 30
//! part: core
//! page: quality-of-service.html#qos-1
//! rules: MQTT-2.3.1-2 MQTT-2.3.1-3 MQTT-3.3.1-1 MQTT-4.4.0-1 MQTT-4.6.0-1
//! misconception: The client sends again when no PUBACK comes for some seconds, as a new message.
//! uses: delivery wire
//! checks with: delivery lab wire
//! hint: What you cannot forget goes into `in_flight`: each message that was sent and not acknowledged,
//!   with its identifier, in the order in which they were sent. All four functions work on this list.
//! hint: An identifier is free when no entry of the list has it. PUBACK takes one entry out. When the
//!   session goes on, each entry is sent again as it was, but for DUP. And patience() is a trap: think of
//!   when MQTT 3.1.1 sends again.
//! hint: publish() counts up from PacketIdentifier::FIRST with `.next()` while
//!   `self.in_flight.iter().any(|(used, _)| *used == identifier)`, pushes a clone, and gives
//!   packet(&message, identifier, false). puback() is a `retain`, resumed() a `map` with true, and
//!   patience() is None.
//!
//! You are the sending half of a client's session. Your user gives you messages at QoS 1, and the broker
//! sends PUBACK. Connections break. Say what goes out, and when. For a new message take the lowest
//! Packet Identifier that is free. The rest of the client is there, and the lab's own broker at the other end.

use std::time::Duration;

use delivery::Message;
use wire::{Delivery, PacketIdentifier, Publish};

/// What was sent and is not acknowledged, in the order in which it was sent.
#[derive(Default)]
pub struct Sender {
    pub in_flight: Vec<(PacketIdentifier, Message)>,
}

impl Sender {
    /// The user wants this message to be sent. The packet that goes out. `PacketIdentifier::FIRST` is 1,
    /// and `next()` is the one behind.
    pub fn publish(&mut self, message: Message) -> Publish {
        // LAB: todo!("take the lowest free identifier, keep the message, and send it")
        let mut identifier = PacketIdentifier::FIRST;
        while self.in_flight.iter().any(|(used, _)| *used == identifier) {
            identifier = identifier.next();
        }
        self.in_flight.push((identifier, message.clone()));
        packet(&message, identifier, false)
        // LAB-END
    }

    /// PUBACK came, with this identifier.
    pub fn puback(&mut self, identifier: PacketIdentifier) {
        // LAB: todo!("this message is done")
        self.in_flight.retain(|(used, _)| *used != identifier);
        // LAB-END
    }

    /// The session goes on over a new connection. The packets that go out before anything else.
    pub fn resumed(&mut self) -> Vec<Publish> {
        // LAB: todo!("what has to be sent again, and how?")
        let again = |(identifier, message): &(PacketIdentifier, Message)| {
            packet(message, *identifier, true)
        };
        self.in_flight.iter().map(again).collect()
        // LAB-END
    }

    /// For how long to wait for a PUBACK before sending again over the same connection. None for ever.
    pub fn patience(&self) -> Option<Duration> {
        // LAB: todo!("does MQTT 3.1.1 send again while the connection stands?")
        None
        // LAB-END
    }
}

/// The PUBLISH that carries this message at QoS 1.
fn packet(message: &Message, packet_identifier: PacketIdentifier, dup: bool) -> Publish {
    let Message { topic, payload, retain, .. } = message.clone();
    let delivery = Delivery::AtLeastOnce { packet_identifier, dup };
    Publish { delivery, retain, topic, payload }
}
