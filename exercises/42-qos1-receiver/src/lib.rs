//! 42-qos1-receiver: At least once
//!
//! You are the receiving half of a session in the broker. A PUBLISH at QoS 1 comes: say whether its
//! message is passed on (`is_new`), and what is answered. Remember what you need, but no more than you
//! need. The lab's own clients talk to you, and the lab's own broker does the rest.
//!
//! Check it:  cargo test -p ex-42-qos1-receiver
//! Read:      quality-of-service.html#qos-1 in the book (cargo run -p book)

use delivery::Receipt;
use wire::{PacketIdentifier, Puback};

/// What has to be remembered between two packets.
#[derive(Default)]
pub struct Receiver {}

impl Receiver {
    /// A PUBLISH came, at QoS 1. Which of these does it take to decide?
    pub fn publish(
        &mut self,
        packet_identifier: PacketIdentifier,
        dup: bool,
        payload: &[u8],
    ) -> Receipt {
        todo!("is the message passed on, and what is answered?")
    }
}
