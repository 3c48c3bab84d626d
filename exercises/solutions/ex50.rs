//! 50-retain: The last known value
//!
//! kind: behaviour
//! minutes: 20
//! part: core
//! sheets: day half-day
//! page: retained.html#kept-and-found
//! rules: MQTT-3.3.1-5 MQTT-3.3.1-6 MQTT-3.3.1-8 MQTT-3.3.1-9 MQTT-3.3.1-12
//! misconception: Retained messages are a queue, arrive when a client connects, and keep their flag.
//! first: when it connects
//! uses: delivery wire
//! checks with: broker-core delivery lab wire
//! hint: There is one place for each topic, so a map fits. What is written into it replaces what was there.
//! hint: RETAIN in a message from a publisher is an order to you. RETAIN in what you send is news for the
//!   subscriber: 1 if the message was kept and he came later, 0 if he was there. A client that has just
//!   connected has not asked for anything yet.
//! hint: published(): if `message.retain`, insert a clone under `message.topic.clone()`; then give
//!   `Message { retain: false, ..message.clone() }`. subscribed(): of `self.messages.values()` those with
//!   `filter.matches(&message.topic)`, cloned. They have RETAIN 1 from their publisher.
//!
//! You are the memory of a broker for retained messages. Say what is kept, what those get who are
//! subscribed already, and what a client gets that comes later. The rest of the broker is there and does as
//! you say, and the lab's own clients talk to it. No message here is empty.

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
        // LAB: todo!("say what is kept, and what the subscribers get who are there")
        if message.retain {
            self.messages.insert(message.topic.clone(), message.clone());
        }
        Message { retain: false, ..message.clone() }
        // LAB-END
    }

    /// A client was let in. What it gets at once.
    pub fn connected(&self) -> Vec<Message> {
        // LAB: todo!("what does a client get when it connects?")
        Vec::new()
        // LAB-END
    }

    /// A client subscribed. What it gets at once.
    pub fn subscribed(&self, filter: &TopicFilter) -> Vec<Message> {
        // LAB: todo!("what does a client get when it subscribes?")
        let wanted = self.messages.values().filter(|message| filter.matches(&message.topic));
        wanted.cloned().collect()
        // LAB-END
    }
}
