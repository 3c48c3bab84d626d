//! 33-fan-out: Who gets the message?
//!
//! kind: behaviour
//! minutes: 15
//! part: core
//! sheets: day
//! page: subscribe.html#who-gets-it
//! rules: MQTT-4.5.0-1 MQTT-3.3.2-3 MQTT-3.10.4-1
//! misconception: The broker keeps a message until somebody comes for it, and does not send it back to
//!   whoever published it.
//! first: give a copy
//! uses: broker-core delivery wire
//! checks with: broker-core delivery lab wire
//! hint: The broker's memory is the list of subscriptions, and nothing else. Whoever stands in it when
//!   a message comes gets a copy.
//! hint: A new subscriber finds nothing: what came before is over. The publisher is a client as any other,
//!   so do not compare `from` with anybody. UNSUBSCRIBE ends the very filter that it names.
//! hint: publish() is `self.subscriptions.iter()`, filtered by `filter.matches(&message.topic)`, and each
//!   one that is left gives `(*client, message.clone())`. unsubscribe() keeps with `retain` all entries
//!   but the one that is equal in both.
//!
//! You are the part of a broker that knows who subscribed to what. A message comes in: say who is sent what.
//! The lab's own clients talk to your broker, and the rest of it is there: it answers them, and does as you
//! say. A client has one subscription here, or none.

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
        // LAB: todo!("note each subscription, and say what a new subscriber finds")
        self.subscriptions.push((client, filter.clone()));
        Vec::new()
        // LAB-END
    }

    /// The client gives this filter up.
    pub fn unsubscribe(&mut self, client: ConnectionId, filter: &TopicFilter) {
        // LAB: todo!("end this subscription, and no other")
        self.subscriptions.retain(|(who, what)| (who, what) != (&client, filter));
        // LAB-END
    }

    /// A message comes from this client. Who is sent what. (`filter.matches(&message.topic)` answers what
    /// exercise 32 asks.)
    pub fn publish(
        &mut self,
        from: ConnectionId,
        message: &Message,
    ) -> Vec<(ConnectionId, Message)> {
        // LAB: todo!("give a copy to whoever has a subscription that matches")
        let wanted = self.subscriptions.iter().filter(|(_, filter)| filter.matches(&message.topic));
        wanted.map(|(client, _)| (*client, message.clone())).collect()
        // LAB-END
    }
}
