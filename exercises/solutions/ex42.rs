//! 42-qos1-receiver: At least once
//!
//! kind: behaviour
//! minutes: 10
//! part: core
//! page: quality-of-service.html#qos-1
//! rules: MQTT-4.3.2-2 MQTT-2.3.1-6
//! misconception: QoS 1 takes out duplicates, and DUP 1 means that I have seen the message.
//! uses: delivery wire
//! checks with: delivery lab wire
//! hint: There are two questions to answer: is the message passed on, and what is sent back? Think of what
//!   the name of QoS 1 promises, and what it does not.
//! hint: A message that comes again is passed on again, and is acknowledged again: the sender repeats it
//!   because it has not seen the first PUBACK. DUP says that the sender tried before, and nothing of what
//!   arrived.
//! hint: `Receipt { is_new: true, answer: Some(Puback { packet_identifier }.into()) }`, whatever comes.
//!
//! You are the receiving half of a session in the broker. A PUBLISH at QoS 1 comes: say whether its
//! message is passed on (`is_new`), and what is answered. Remember what you need, but no more than you
//! need. The lab's own clients talk to you, and the lab's own broker does the rest.

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
        // LAB: todo!("is the message passed on, and what is answered?")
        Receipt { is_new: true, answer: Some(Puback { packet_identifier }.into()) }
        // LAB-END
    }
}
