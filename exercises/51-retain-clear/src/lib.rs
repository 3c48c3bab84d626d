//! 51-retain-clear: To keep nothing any more
//!
//! Go on with the memory for retained messages, and let it forget. A publisher that sends an empty message
//! with RETAIN 1 wants nothing to be kept any more. Say what that does to what is kept, and what those get
//! who are subscribed.
//!
//! Check it:  cargo test -p ex-51-retain-clear
//! Read:      retained.html#deleted in the book (cargo run -p book)

use std::collections::BTreeMap;

use delivery::Message;
use wire::{TopicFilter, TopicName};

/// What is kept.
#[derive(Default)]
pub struct Retained {
    pub messages: BTreeMap<TopicName, Message>,
}

impl Retained {
    /// A publisher sent this message. What those get whose subscription matches already, if they get
    /// something.
    pub fn published(&mut self, message: &Message) -> Option<Message> {
        todo!("keep, replace or delete; and what do the subscribers get who are there?")
    }

    /// A client subscribed. What it gets at once.
    pub fn subscribed(&self, filter: &TopicFilter) -> Vec<Message> {
        let wanted = self.messages.values().filter(|message| filter.matches(&message.topic));
        wanted.cloned().collect()
    }
}
