//! 44-qos2-sender: Two steps forward, none back
//!
//! You are the sending half of a client's session. Your user gives you messages at QoS 2; the broker sends
//! PUBREC and PUBCOMP. Connections break at the worst moment. Say what goes out, so that no message
//! arrives twice. For a new message take the lowest Packet Identifier that is free; `free` finds it. The
//! rest of the client is there, and the lab's own broker at the other end.
//!
//! Check it:  cargo test -p ex-44-qos2-sender
//! Read:      quality-of-service.html#qos-2 in the book (cargo run -p book)

use delivery::Message;
use wire::{Delivery, Packet, PacketIdentifier, Publish, Pubrel};

/// What was begun and is not done, in the order in which it was begun.
#[derive(Default)]
pub struct Sender {
    pub in_flight: Vec<(PacketIdentifier, Stage)>,
}

/// How far a message has come.
pub enum Stage {
    /// PUBLISH was sent, and PUBREC is awaited.
    Published(Message),
    /// PUBREL was sent, and PUBCOMP is awaited. The message itself is no longer needed.
    Released,
}

impl Sender {
    /// The user wants this message to be sent. The packet that goes out.
    pub fn publish(&mut self, message: Message) -> Publish {
        todo!("take a free identifier, note the stage, and send the message")
    }

    /// PUBREC came, with this identifier. What is answered.
    pub fn pubrec(&mut self, identifier: PacketIdentifier) -> Pubrel {
        todo!("which stage is it now, and what is answered?")
    }

    /// PUBCOMP came, with this identifier.
    pub fn pubcomp(&mut self, identifier: PacketIdentifier) {
        todo!("this message is done")
    }

    /// The session goes on over a new connection. The packets that go out before anything else.
    pub fn resumed(&mut self) -> Vec<Packet> {
        todo!("what is sent again, at each of the stages?")
    }

    /// The lowest Packet Identifier that is not in flight.
    pub fn free(&self) -> PacketIdentifier {
        let mut identifier = PacketIdentifier::FIRST;
        while self.in_flight.iter().any(|(used, _)| *used == identifier) {
            identifier = identifier.next();
        }
        identifier
    }
}

/// The PUBLISH that carries this message at QoS 2.
fn packet(message: &Message, packet_identifier: PacketIdentifier, dup: bool) -> Publish {
    let Message { topic, payload, retain, .. } = message.clone();
    let delivery = Delivery::ExactlyOnce { packet_identifier, dup };
    Publish { delivery, retain, topic, payload }
}
