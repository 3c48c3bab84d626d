//! 51-retain-clear: To keep nothing any more
//!
//! kind: behaviour
//! minutes: 20
//! part: core
//! page: retained.html#deleted
//! rules: MQTT-3.3.1-10 MQTT-3.3.1-11 MQTT-3.3.1-12
//! misconception: An empty message is kept as any other, or is nothing at all.
//! uses: delivery wire
//! checks with: broker-core delivery lab wire
//! hint: There are two questions, and one has nothing to do with the other: what becomes of what is kept,
//!   and what do those get who are subscribed?
//! hint: RETAIN 1 and an empty payload deletes what is kept of this topic, and is not kept itself. For those
//!   who are there it is a message as any other: empty, and with RETAIN 0.
//! hint: In the solution of the exercise before, the `if message.retain` gets a second question:
//!   `if message.payload.is_empty()`, then `self.messages.remove(&message.topic)`, else insert. The last
//!   line stays: `Some(Message { retain: false, ..message.clone() })`.
//!
//! Go on with the memory for retained messages, and let it forget. A publisher that sends an empty message
//! with RETAIN 1 wants nothing to be kept any more. Say what that does to what is kept, and what those get
//! who are subscribed.

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
        // LAB: todo!("keep, replace or delete; and what do the subscribers get who are there?")
        if message.retain {
            if message.payload.is_empty() {
                self.messages.remove(&message.topic);
            } else {
                self.messages.insert(message.topic.clone(), message.clone());
            }
        }
        Some(Message { retain: false, ..message.clone() })
        // LAB-END
    }

    /// A client subscribed. What it gets at once.
    pub fn subscribed(&self, filter: &TopicFilter) -> Vec<Message> {
        let wanted = self.messages.values().filter(|message| filter.matches(&message.topic));
        wanted.cloned().collect()
    }
}
