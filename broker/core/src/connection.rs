//! A Network Connection, as far as the broker knows it.

use std::time::Duration;

use delivery::Message;
use wire::{Version, Will};

use crate::session::{SessionId, own_message};

/// A Network Connection that is open.
#[derive(Debug)]
pub(crate) struct Connection {
    /// When the last packet came over it; at first, when it was opened.
    pub(crate) last_heard: Duration,
    /// What stands among the deadlines for it.
    pub(crate) deadline: Option<Duration>,
    /// Who is there; `None` until CONNECT.
    pub(crate) client: Option<Client>,
}

/// A client that was let in. Its names are those of its session.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) version: Version,
    pub(crate) session: SessionId,
    /// The Keep Alive, in seconds; 0 for none.
    pub(crate) keep_alive: u16,
    /// What is published when the client goes without a DISCONNECT (`[MQTT-3.1.2-8]`). Boxed, since most
    /// have none.
    pub(crate) will: Option<Box<Message>>,
}

impl Client {
    /// The longest silence that the broker bears: one and a half times the Keep Alive; `None` for any
    /// (`[MQTT-3.1.2-24]`).
    pub(crate) fn patience(&self) -> Option<Duration> {
        (self.keep_alive > 0).then(|| Duration::from_millis(1500 * u64::from(self.keep_alive)))
    }
}

/// The will as a message like any other: with will RETAIN 0 it is passed on (`[MQTT-3.1.2-16]`), with
/// 1 it is retained as well (`[MQTT-3.1.2-17]`).
pub(crate) fn will_message(will: Will) -> Message {
    let Will { topic, message, qos, retain } = will;
    own_message(&Message { topic, payload: message, qos, retain })
}
