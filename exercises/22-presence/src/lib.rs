//! 22-presence: Who is online?
//!
//! Devices come and go, and a screen is to show which of them are online, whenever it is switched on. Say
//! what a device leaves as its will, what it publishes when it was let in, and what before it takes its
//! leave. Each device has one topic, `presence/` and its name, with `online` or `offline` on it. The rest
//! of the client is the lab's own, and so is the broker.
//!
//! Check it:  cargo test -p ex-22-presence
//! Read:      last-will.html#presence in the book (cargo run -p book)

/// A message at QoS 0.
pub struct Message {
    /// Where it is published.
    pub topic: String,
    /// `online` or `offline`.
    pub payload: &'static str,
    /// Whether the broker keeps it for those who come later.
    pub retain: bool,
}

/// What the broker publishes if this client goes without a word.
pub fn will(client: &str) -> Message {
    todo!("what is to be seen when the client is dead, and by whom?")
}

/// What the client publishes as soon as it was let in, if anything.
pub fn on_arrival(client: &str) -> Option<Message> {
    todo!("what does the client say when it is there?")
}

/// What the client publishes before its DISCONNECT, if anything.
pub fn on_leaving(client: &str) -> Option<Message> {
    todo!("what does the client say before it leaves?")
}
