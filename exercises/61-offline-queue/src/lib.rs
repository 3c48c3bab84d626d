//! 61-offline-queue: What waits for a client that is away
//!
//! You are what a broker keeps of `bob`, who has Clean Session 0. Messages for him come to you, whether
//! he is here or not. Give what goes to him now, and keep what is to wait. The standard leaves open
//! whether a message at QoS 0 waits; yours does not, like the lab's.
//!
//! Check it:  cargo test -p ex-61-offline-queue
//! Read:      session.html#he-goes-and-comes-back in the book (cargo run -p book)

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
        todo!("say what goes to him at once, what waits, and what is lost")
    }

    /// The client went, with or without a DISCONNECT.
    pub fn leave(&mut self) {
        todo!("say what changes while he is away, and leave the rest")
    }

    /// The client came, perhaps for the first time. Gives what is sent behind CONNACK, in this order.
    pub fn come_back(&mut self) -> Vec<Message> {
        todo!("he is here: give what waited, and keep none of it")
    }
}
