//! Whether a server goes on serving a client on which it ought to have hung up.
//!
//! What it sends may have been on its way already. It goes on for sure when it answers what the client
//! sent behind that.

use std::collections::BTreeSet;

use wire::{Packet, PacketIdentifier, PacketType, Rule, rules};

use super::remark::{Fault, keys};

/// Why a server has to hang up, and what the client asked since.
#[derive(Debug)]
pub(super) struct Offence {
    rule: &'static Rule,
    /// The packet with which it came about.
    pub(super) number: u64,
    asked: BTreeSet<(PacketType, PacketIdentifier)>,
    is_connect_asked: bool,
}

impl Offence {
    /// The client sent what no client may send.
    pub(super) fn against_protocol(number: u64) -> Self {
        Self::new(&rules::MQTT_4_8_0_1, number)
    }

    /// Another client came with the same identifier, and was let in.
    pub(super) fn taken_over(number: u64) -> Self {
        Self::new(&rules::MQTT_3_1_4_2, number)
    }

    fn new(rule: &'static Rule, number: u64) -> Self {
        Self { rule, number, asked: BTreeSet::new(), is_connect_asked: false }
    }

    /// The client asks for something, at the packet of the offence or behind it.
    pub(super) fn ask(&mut self, packet: &Packet) {
        if matches!(packet, Packet::Connect(_)) {
            self.is_connect_asked = true;
        }
        self.asked.extend(asks_for(packet));
    }

    /// The rule that the server breaks by sending this. `pinged` is the PINGREQ that it answers.
    pub(super) fn answer(&self, packet: &Packet, pinged: Option<u64>) -> Option<Fault> {
        let is_answer = match packet {
            Packet::Pingresp(_) => pinged.is_some_and(|number| number >= self.number),
            Packet::Connack(_) => self.is_connect_asked,
            _ => answers(packet).is_some_and(|answer| self.asked.contains(&answer)),
        };
        is_answer.then(|| {
            let number = self.number;
            let detail = format!("the server had to hang up behind #{number}, and still answers");
            Fault::new(self.rule, keys::PACKET, detail)
        })
    }
}

/// The answer that a packet asks for, told by its type and identifier. A copy of an earlier packet may be
/// answered by what was on its way.
fn asks_for(packet: &Packet) -> Option<(PacketType, PacketIdentifier)> {
    let (packet_type, identifier) = match packet {
        Packet::Publish(publish) if !publish.delivery.dup() => {
            (PacketType::Publish, publish.delivery.packet_identifier()?)
        }
        Packet::Pubrel(packet) => (PacketType::Pubrel, packet.packet_identifier),
        Packet::Subscribe(packet) => (PacketType::Subscribe, packet.packet_identifier),
        Packet::Unsubscribe(packet) => (PacketType::Unsubscribe, packet.packet_identifier),
        _ => return None,
    };
    Some((packet_type, identifier))
}

/// What a packet answers, as [`asks_for`] tells it.
fn answers(packet: &Packet) -> Option<(PacketType, PacketIdentifier)> {
    let (packet_type, identifier) = match packet {
        Packet::Puback(packet) => (PacketType::Publish, packet.packet_identifier),
        Packet::Pubrec(packet) => (PacketType::Publish, packet.packet_identifier),
        Packet::Pubcomp(packet) => (PacketType::Pubrel, packet.packet_identifier),
        Packet::Suback(packet) => (PacketType::Subscribe, packet.packet_identifier),
        Packet::Unsuback(packet) => (PacketType::Unsubscribe, packet.packet_identifier),
        _ => return None,
    };
    Some((packet_type, identifier))
}
