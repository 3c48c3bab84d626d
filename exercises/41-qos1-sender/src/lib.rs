//! 41-qos1-sender: Send until it is acknowledged
//!
//! You are the sending half of a client's session. Your user gives you messages at QoS 1, and the broker
//! sends PUBACK. Connections break. Say what goes out, and when. For a new message take the lowest
//! Packet Identifier that is free. The rest of the client is there, and the lab's own broker at the other end.
//!
//! Check it:  cargo test -p ex-41-qos1-sender
//! Read:      quality-of-service.html#qos-1 in the book (cargo run -p book)

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
        todo!("take the lowest free identifier, keep the message, and send it")
    }

    /// PUBACK came, with this identifier.
    pub fn puback(&mut self, identifier: PacketIdentifier) {
        todo!("this message is done")
    }

    /// The session goes on over a new connection. The packets that go out before anything else.
    pub fn resumed(&mut self) -> Vec<Publish> {
        todo!("what has to be sent again, and how?")
    }

    /// For how long to wait for a PUBACK before sending again over the same connection. None for ever.
    pub fn patience(&self) -> Option<Duration> {
        todo!("does MQTT 3.1.1 send again while the connection stands?")
    }
}

/// The PUBLISH that carries this message at QoS 1.
fn packet(message: &Message, packet_identifier: PacketIdentifier, dup: bool) -> Publish {
    let Message { topic, payload, retain, .. } = message.clone();
    let delivery = Delivery::AtLeastOnce { packet_identifier, dup };
    Publish { delivery, retain, topic, payload }
}
