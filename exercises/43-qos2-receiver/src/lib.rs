//! 43-qos2-receiver: Exactly once, by its number
//!
//! You are the receiving half of a session in the broker. PUBLISH at QoS 2 and PUBREL come, some of them
//! twice. Say what is passed on (`is_new`) and what is answered, so that each message counts once. The lab's
//! own clients talk to you, and the lab's own broker does the rest.
//!
//! Check it:  cargo test -p ex-43-qos2-receiver
//! Read:      quality-of-service.html#qos-2 in the book (cargo run -p book)

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
        todo!("is the message passed on, and what is answered?")
    }

    /// A PUBREL came. What is answered.
    pub fn pubrel(&mut self, packet_identifier: PacketIdentifier) -> Option<Packet> {
        todo!("what is forgotten now, and what is answered?")
    }
}
