//! 45-min-qos: Two legs, two contracts
//!
//! kind: behaviour
//! minutes: 30
//! part: core
//! sheets: day
//! page: qos.html
//! rules: MQTT-3.8.4-6 MQTT-3.3.5-1 MQTT-3.3.4-1
//! misconception: QoS is end to end, from the publisher to the subscriber.
//! uses: wire
//! checks with: broker-core delivery lab wire
//! hint: The QoS of the message is one limit, and what the subscriber was granted is another one. A QoS
//!   can be compared: `Qos::AtMostOnce < Qos::ExactlyOnce`.
//! hint: If several subscriptions of one client match, the highest of them counts. Of that and the QoS of
//!   the message the lower one is taken. What the publisher is answered depends on its own leg alone.
//! hint: `granted.iter().max()` is None if nothing matches, and otherwise `.map(|most| published.min(*most))`
//!   is the answer. answer_to_publisher is a `match published` that does not look at `delivered`.
//!
//! You are the part of a broker that decides at which QoS a message goes on. It came at one QoS; the
//! subscriber was granted another one, or several, if several of its filters match. And the publisher waits
//! for an answer. The lab's own clients talk to your broker, and the rest of it is there.

use wire::{PacketType, Qos};

/// The QoS at which a client is sent a message. `granted` is the QoS of each subscription of that client
/// which matches; None if there is no such subscription.
pub fn delivered(published: Qos, granted: &[Qos]) -> Option<Qos> {
    // LAB: todo!("which of these QoS counts on the second leg?")
    granted.iter().max().map(|most| published.min(*most))
    // LAB-END
}

/// The packet by which the broker answers the publisher's PUBLISH, if there is an answer. `delivered` is
/// the QoS at which each subscriber is sent the message.
pub fn answer_to_publisher(published: Qos, delivered: &[Qos]) -> Option<PacketType> {
    // LAB: todo!("what does the publisher wait for?")
    match published {
        Qos::AtMostOnce => None,
        Qos::AtLeastOnce => Some(PacketType::Puback),
        Qos::ExactlyOnce => Some(PacketType::Pubrec),
    }
    // LAB-END
}
