//! 62-resume: What is sent again
//!
//! kind: behaviour
//! minutes: 35
//! part: core
//! page: session.html#what-is-sent-again
//! rules: MQTT-3.3.1-1 MQTT-4.4.0-1 MQTT-4.6.0-1
//! misconception: When a session goes on, everything is sent again.
//! uses: wire
//! checks with: broker-core delivery lab wire
//! hint: Only what is unfinished is sent again, and each thing as what it is now: a PUBLISH whose answer is
//!   missing, or a PUBREL whose PUBCOMP is missing. What only waited was never sent.
//! hint: again() makes a copy of the PUBLISH whose delivery has the same QoS and the same Packet
//!   Identifier, and DUP 1: `Delivery::new(qos, identifier, true)` makes it. In resume(), the unfinished
//!   come first, in their order; then what waited, as it is, and from then on it is unfinished as well.
//! hint: resume() begins with `self.unfinished.iter().map(…).collect()`, with a match of two arms that give
//!   `again(publish).into()` and `Pubrel { packet_identifier }.into()`. Then
//!   `for publish in std::mem::take(&mut self.waiting)` pushes each to both lists.
//!
//! You are the sending half of a session. `bob` was away in the middle of things, and is back: the broker
//! knows what it sent and what bob has answered (that part is done, read it). Say what goes out behind
//! CONNACK, in which order, and how. It counts as sent from then on: the network may fail again.

use wire::{Delivery, Packet, PacketIdentifier, Publish, Pubrel};

/// What was sent to bob and is not done.
pub enum Unfinished {
    /// PUBLISH was sent; its PUBACK or PUBREC did not come.
    Published(Publish),
    /// PUBREC came and PUBREL was sent; PUBCOMP did not come.
    Released(PacketIdentifier),
}

/// The sending half of a session.
#[derive(Default)]
pub struct Session {
    /// In the order in which it was sent.
    pub unfinished: Vec<Unfinished>,
    /// What came while bob was away, the oldest first. Nothing of it was ever sent.
    pub waiting: Vec<Publish>,
}

impl Session {
    /// This packet goes to bob for the first time.
    pub fn sent(&mut self, publish: Publish) {
        self.unfinished.push(Unfinished::Published(publish));
    }

    /// bob has answered.
    pub fn answered(&mut self, packet: &Packet) {
        match packet {
            Packet::Puback(puback) => self.forget(puback.packet_identifier),
            Packet::Pubcomp(pubcomp) => self.forget(pubcomp.packet_identifier),
            Packet::Pubrec(pubrec) => {
                self.forget(pubrec.packet_identifier);
                self.unfinished.push(Unfinished::Released(pubrec.packet_identifier));
            }
            _ => {}
        }
    }

    fn forget(&mut self, done: PacketIdentifier) {
        self.unfinished.retain(|unfinished| match unfinished {
            Unfinished::Published(publish) => publish.delivery.packet_identifier() != Some(done),
            Unfinished::Released(packet_identifier) => *packet_identifier != done,
        });
    }

    /// bob is back: what is sent behind CONNACK, in this order.
    pub fn resume(&mut self) -> Vec<Packet> {
        // LAB: todo!("give what is unfinished, each as what it is now, and then what waited")
        let mut packets: Vec<Packet> = Vec::new();
        for unfinished in &self.unfinished {
            packets.push(match unfinished {
                Unfinished::Published(publish) => again(publish).into(),
                Unfinished::Released(packet_identifier) => {
                    Pubrel { packet_identifier: *packet_identifier }.into()
                }
            });
        }
        for publish in std::mem::take(&mut self.waiting) {
            packets.push(publish.clone().into());
            self.sent(publish);
        }
        packets
        // LAB-END
    }
}

/// The same PUBLISH, as it is sent when it may have been there before.
pub fn again(publish: &Publish) -> Publish {
    // LAB: todo!("copy it: what has to be as before, and which flag tells that it is sent again?")
    let Publish { delivery, .. } = publish;
    let again = Delivery::new(delivery.qos(), delivery.packet_identifier(), true);
    Publish { delivery: again.unwrap_or(*delivery), ..publish.clone() }
    // LAB-END
}
