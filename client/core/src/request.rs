//! What the user of a client can ask for.

use delivery::Message;
use wire::{Subscription, TopicFilter};

/// A mark by which the user of a client knows its requests again. The client makes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u64);

/// Something that the client is to do. It can be asked for at any time: what needs a Network Connection
/// waits for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Publish this message. Ends with [`Event::Published`](crate::Event::Published), or, at QoS 0 and
    /// if the Network Connection ends too early, with [`Event::Dropped`](crate::Event::Dropped).
    Publish {
        /// The message.
        message: Message,
        /// Comes back with the event.
        token: Token,
    },
    /// Subscribe to these Topic Filters, at least one (`[MQTT-3.8.3-3]`). Ends with
    /// [`Event::Subscribed`](crate::Event::Subscribed).
    Subscribe {
        /// The filters, each with the QoS that is asked for.
        subscriptions: Vec<Subscription>,
        /// Comes back with the event.
        token: Token,
    },
    /// Give these subscriptions up, at least one (`[MQTT-3.10.3-2]`). Ends with
    /// [`Event::Unsubscribed`](crate::Event::Unsubscribed).
    Unsubscribe {
        /// The filters, character by character as they were subscribed to.
        topic_filters: Vec<TopicFilter>,
        /// Comes back with the event.
        token: Token,
    },
    /// Ask the server for a sign of life with a PINGREQ, although it is not time for one. Its answer
    /// says that everything before it was taken. Ends with [`Event::Alive`](crate::Event::Alive).
    Ping,
    /// Take leave with a DISCONNECT and close the Network Connection. Without one nothing happens.
    Disconnect,
}
