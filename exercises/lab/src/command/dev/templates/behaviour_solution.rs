//! {id}: What it is about
//!
//! kind: behaviour
//! minutes: 15
//! part: core
//! page: connection.html
//! rules: MQTT-3.12.4-1
//! misconception: What many believe before.
//! uses: wire
//! checks with: broker-core lab wire
//! hint: Where to look.
//! hint: What to think of.
//! hint: Nearly all of it.
//!
//! What the learner is to do, in two or three sentences.

use wire::{Packet, Pingresp};

/// What the broker answers to this packet.
pub fn answer(packet: &Packet) -> Option<Packet> {
    // LAB: todo!("what is to be written here, in a few words")
    matches!(packet, Packet::Pingreq(_)).then(|| Pingresp.into())
    // LAB-END
}
