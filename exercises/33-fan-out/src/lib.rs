//! 33-fan-out: Who gets the message?
//!
//! You are the part of a broker that knows who subscribed to what. A message comes in: say who is sent what.
//! The lab's own clients talk to your broker, and the rest of it is there: it answers them, and does as you
//! say. A client has one subscription here, or none.
//!
//! Check it:  cargo test -p ex-33-fan-out
//! Read:      subscribe.html#who-gets-it in the book (cargo run -p book)

use broker_core::ConnectionId;
use delivery::Message;
use wire::TopicFilter;

/// Who subscribed to what.
#[derive(Default)]
pub struct Router {
    /// A client, known by its Network Connection, and a Topic Filter of it.
    pub subscriptions: Vec<(ConnectionId, TopicFilter)>,
}

impl Router {
    /// The client subscribes. What it is sent at once.
    pub fn subscribe(&mut self, client: ConnectionId, filter: &TopicFilter) -> Vec<Message> {
        todo!("note each subscription, and say what a new subscriber finds")
    }

    /// The client gives this filter up.
    pub fn unsubscribe(&mut self, client: ConnectionId, filter: &TopicFilter) {
        todo!("end this subscription, and no other")
    }

    /// A message comes from this client. Who is sent what. (`filter.matches(&message.topic)` answers what
    /// exercise 32 asks.)
    pub fn publish(
        &mut self,
        from: ConnectionId,
        message: &Message,
    ) -> Vec<(ConnectionId, Message)> {
        todo!("give a copy to whoever has a subscription that matches")
    }
}
