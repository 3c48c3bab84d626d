//! 43-qos2-receiver: Exactly once, by its number
//!
//! kind: behaviour
//! minutes: 20
//! part: core
//! sheets: day half-day
//! page: quality-of-service.html#qos-2
//! rules: MQTT-4.3.3-2 MQTT-2.3.1-6
//! misconception: Duplicates are known by their content, or by DUP.
//! uses: delivery wire
//! checks with: delivery lab wire
//! hint: One thing tells a message that comes again from a new one: its Packet Identifier, as long as the
//!   sender has not said with PUBREL that it will not use it for this message any more.
//! hint: Keep the identifiers that came with a PUBLISH and were not released. PUBLISH is answered with
//!   PUBREC each time, and passed on the first time. PUBREL takes the identifier out, and is answered with
//!   PUBCOMP each time, also if there is nothing to take out.
//! hint: `self.unreleased.insert(packet_identifier)` is true if the number was not in the set: that is
//!   `is_new`. In pubrel() call `self.unreleased.remove(&packet_identifier)`, and give
//!   `Some(Pubcomp { packet_identifier }.into())` in any case.
//!
//! You are the receiving half of a session in the broker. PUBLISH at QoS 2 and PUBREL come, some of them
//! twice. Say what is passed on (`is_new`) and what is answered, so that each message counts once. The lab's
//! own clients talk to you, and the lab's own broker does the rest.

use std::collections::BTreeSet;

use delivery::Receipt;
use wire::{Packet, PacketIdentifier, Pubcomp, Pubrec};

/// What has to be remembered between two packets.
#[derive(Default)]
pub struct Receiver {
    /// The identifiers of messages that came, and whose PUBREL has not come.
    pub unreleased: BTreeSet<PacketIdentifier>,
}

impl Receiver {
    /// A PUBLISH came, at QoS 2. Which of these does it take to decide?
    pub fn publish(
        &mut self,
        packet_identifier: PacketIdentifier,
        dup: bool,
        payload: &[u8],
    ) -> Receipt {
        // LAB: todo!("is the message passed on, and what is answered?")
        let is_new = self.unreleased.insert(packet_identifier);
        Receipt { is_new, answer: Some(Pubrec { packet_identifier }.into()) }
        // LAB-END
    }

    /// A PUBREL came. What is answered.
    pub fn pubrel(&mut self, packet_identifier: PacketIdentifier) -> Option<Packet> {
        // LAB: todo!("what is forgotten now, and what is answered?")
        self.unreleased.remove(&packet_identifier);
        Some(Pubcomp { packet_identifier }.into())
        // LAB-END
    }
}
