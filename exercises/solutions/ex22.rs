//! 22-presence: Who is online?
//!
//! kind: behaviour
//! minutes: 15
//! part: extra
//! page: last-will.html#presence
//! rules: MQTT-3.1.2-17 MQTT-3.14.4-3
//! misconception: A will alone tells who is there, and a clean exit announces itself.
//! checks with: client-core delivery lab wire
//! hint: Three moments, one topic: the client arrives, it dies, it leaves. After each of them somebody may
//!   come late and ask.
//! hint: What the broker is to keep for those who come late has retain set; that goes for the will, too. And
//!   a client that says DISCONNECT has no will any more, so that nobody speaks for it.
//! hint: All three are `status(client, …)`: "offline" in will(), "online" in on_arrival(), "offline" in
//!   on_leaving(), where status() makes a retained message on `presence/` and the name.
//!
//! Devices come and go, and a screen is to show which of them are online, whenever it is switched on. Say
//! what a device leaves as its will, what it publishes when it was let in, and what before it takes its
//! leave. Each device has one topic, `presence/` and its name, with `online` or `offline` on it. The rest
//! of the client is the lab's own, and so is the broker.

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
    // LAB: todo!("what is to be seen when the client is dead, and by whom?")
    status(client, "offline")
    // LAB-END
}

/// What the client publishes as soon as it was let in, if anything.
pub fn on_arrival(client: &str) -> Option<Message> {
    // LAB: todo!("what does the client say when it is there?")
    Some(status(client, "online"))
    // LAB-END
}

/// What the client publishes before its DISCONNECT, if anything.
pub fn on_leaving(client: &str) -> Option<Message> {
    // LAB: todo!("what does the client say before it leaves?")
    Some(status(client, "offline"))
    // LAB-END
}

// LAB:
fn status(client: &str, payload: &'static str) -> Message {
    Message { topic: format!("presence/{client}"), payload, retain: true }
}
// LAB-END
