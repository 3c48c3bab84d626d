//! 61-offline-queue: What waits for a client that is away
//!
//! kind: behaviour
//! minutes: 25
//! part: core
//! sheets: day half-day
//! page: session.html#he-goes-and-comes-back
//! rules: MQTT-3.1.2-5
//! misconception: With Clean Session 0 everything waits, and the client has to subscribe again.
//! first: keep none of it
//! uses: delivery wire
//! checks with: broker-core delivery lab wire
//! hint: A session has three states of mind: is he here, what does he want, what waits for him. Which of
//!   them changes when he goes, and which when he comes back?
//! hint: leave() changes `is_here` alone. offer() gives the message back if he is here; if not, it goes to
//!   the end of `waiting`, unless its `qos` is Qos::AtMostOnce, and None comes back.
//! hint: offer() begins with `if self.is_here { return Some(message); }`. come_back() sets `is_here`, and
//!   gives `std::mem::take(&mut self.waiting)`, which leaves an empty list behind.
//!
//! You are what a broker keeps of `bob`, who has Clean Session 0. Messages for him come to you, whether
//! he is here or not. Give what goes to him now, and keep what is to wait. The standard leaves open
//! whether a message at QoS 0 waits; yours does not, like the lab's.

use delivery::Message;
use wire::{Qos, TopicFilter, TopicName};

/// What the broker keeps of a client.
#[derive(Default)]
pub struct Session {
    /// Whether the client is connected.
    pub is_here: bool,
    /// What it has subscribed to.
    pub filters: Vec<TopicFilter>,
    /// The messages that wait for it, the oldest first.
    pub waiting: Vec<Message>,
}

impl Session {
    /// Whether this client wants messages on this topic. The broker asks before each message.
    pub fn wants(&self, topic: &TopicName) -> bool {
        self.filters.iter().any(|filter| filter.matches(topic))
    }

    /// A message for the client. Gives it back if it is to be sent now.
    pub fn offer(&mut self, message: Message) -> Option<Message> {
        // LAB: todo!("say what goes to him at once, what waits, and what is lost")
        if self.is_here {
            return Some(message);
        }
        if message.qos > Qos::AtMostOnce {
            self.waiting.push(message);
        }
        None
        // LAB-END
    }

    /// The client went, with or without a DISCONNECT.
    pub fn leave(&mut self) {
        // LAB: todo!("say what changes while he is away, and leave the rest")
        self.is_here = false;
        // LAB-END
    }

    /// The client came, perhaps for the first time. Gives what is sent behind CONNACK, in this order.
    pub fn come_back(&mut self) -> Vec<Message> {
        // LAB: todo!("he is here: give what waited, and keep none of it")
        self.is_here = true;
        std::mem::take(&mut self.waiting)
        // LAB-END
    }
}
