//! 44-qos2-sender: Two steps forward, none back
//!
//! kind: behaviour
//! minutes: 35
//! part: core
//! page: quality-of-service.html#qos-2
//! rules: MQTT-4.3.3-1 MQTT-4.4.0-1 MQTT-2.3.1-3
//! misconception: After a break everything begins with PUBLISH again, and PUBREC ends it.
//! uses: delivery wire
//! checks with: delivery lab wire
//! hint: Each message goes through two stages, and `Stage` names them. Which packet leads from one to the
//!   other, and which one to the end? What is sent again depends on the stage alone.
//! hint: PUBREC: the stage is Released from now on, and the answer is PUBREL. PUBCOMP: the entry goes. When
//!   the session goes on, Published sends its PUBLISH with DUP 1, and Released sends PUBREL.
//! hint: In pubrec() look for the entry with `iter_mut().find(|(used, _)| *used == identifier)`, set its
//!   stage, and give `Pubrel { packet_identifier: identifier }`. In resumed() match the stage:
//!   `Stage::Published(message) => packet(message, *identifier, true).into()`.
//!
//! You are the sending half of a client's session. Your user gives you messages at QoS 2; the broker sends
//! PUBREC and PUBCOMP. Connections break at the worst moment. Say what goes out, so that no message
//! arrives twice. For a new message take the lowest Packet Identifier that is free; `free` finds it. The
//! rest of the client is there, and the lab's own broker at the other end.

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
        // LAB: todo!("take a free identifier, note the stage, and send the message")
        let identifier = self.free();
        self.in_flight.push((identifier, Stage::Published(message.clone())));
        packet(&message, identifier, false)
        // LAB-END
    }

    /// PUBREC came, with this identifier. What is answered.
    pub fn pubrec(&mut self, identifier: PacketIdentifier) -> Pubrel {
        // LAB: todo!("which stage is it now, and what is answered?")
        let entry = self.in_flight.iter_mut().find(|(used, _)| *used == identifier);
        if let Some((_, stage)) = entry {
            *stage = Stage::Released;
        }
        Pubrel { packet_identifier: identifier }
        // LAB-END
    }

    /// PUBCOMP came, with this identifier.
    pub fn pubcomp(&mut self, identifier: PacketIdentifier) {
        // LAB: todo!("this message is done")
        self.in_flight.retain(|(used, _)| *used != identifier);
        // LAB-END
    }

    /// The session goes on over a new connection. The packets that go out before anything else.
    pub fn resumed(&mut self) -> Vec<Packet> {
        // LAB: todo!("what is sent again, at each of the stages?")
        let again = |(identifier, stage): &(PacketIdentifier, Stage)| match stage {
            Stage::Published(message) => packet(message, *identifier, true).into(),
            Stage::Released => Pubrel { packet_identifier: *identifier }.into(),
        };
        self.in_flight.iter().map(again).collect()
        // LAB-END
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
