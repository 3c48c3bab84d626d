//! 50-retain: The last known value
//!
//! You are the memory of a broker for retained messages. Say what is kept, what those get who are
//! subscribed already, and what a client gets that comes later. The rest of the broker is there and does as
//! you say, and the lab's own clients talk to it. No message here is empty.
//!
//! Check it:  cargo test -p ex-50-retain
//! Read:      retained.html#kept-and-found in the book (cargo run -p book)

use std::collections::BTreeMap;

use delivery::Message;
use wire::{TopicFilter, TopicName};

/// What is kept.
#[derive(Default)]
pub struct Retained {
    pub messages: BTreeMap<TopicName, Message>,
}

impl Retained {
    /// A publisher sent this message. What those get whose subscription matches already.
    pub fn published(&mut self, message: &Message) -> Message {
        todo!("say what is kept, and what the subscribers get who are there")
    }

    /// A client was let in. What it gets at once.
    pub fn connected(&self) -> Vec<Message> {
        todo!("what does a client get when it connects?")
    }

    /// A client subscribed. What it gets at once.
    pub fn subscribed(&self, filter: &TopicFilter) -> Vec<Message> {
        todo!("what does a client get when it subscribes?")
    }
}
