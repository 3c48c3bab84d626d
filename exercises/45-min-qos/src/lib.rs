//! 45-min-qos: Two legs, two contracts
//!
//! You are the part of a broker that decides at which QoS a message goes on. It came at one QoS; the
//! subscriber was granted another one, or several, if several of its filters match. And the publisher waits
//! for an answer. The lab's own clients talk to your broker, and the rest of it is there.
//!
//! Check it:  cargo test -p ex-45-min-qos
//! Read:      qos.html in the book (cargo run -p book)

use wire::{PacketType, Qos};

/// The QoS at which a client is sent a message. `granted` is the QoS of each subscription of that client
/// which matches; None if there is no such subscription.
pub fn delivered(published: Qos, granted: &[Qos]) -> Option<Qos> {
    todo!("which of these QoS counts on the second leg?")
}

/// The packet by which the broker answers the publisher's PUBLISH, if there is an answer. `delivered` is
/// the QoS at which each subscriber is sent the message.
pub fn answer_to_publisher(published: Qos, delivered: &[Qos]) -> Option<PacketType> {
    todo!("what does the publisher wait for?")
}
