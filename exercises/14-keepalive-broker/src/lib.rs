//! 14-keepalive-broker: When the broker hangs up
//!
//! You are the part of a broker that notices when a client is gone. CONNECT tells you the client's Keep
//! Alive, and from then on you are told of each packet that it sends. Say when the broker has to hang up.
//! The lab's own clients will talk to your broker, on a clock that takes no time.
//!
//! Check it:  cargo test -p ex-14-keepalive-broker
//! Read:      connection.html#pingreq-and-pingresp in the book (cargo run -p book)

use std::time::Duration;

use wire::Packet;

/// What the broker knows of one client.
pub struct KeepAlive {
    /// The Keep Alive that the client named in its CONNECT, in seconds.
    pub seconds: u16,
    /// When the client was heard last.
    pub last_heard: Duration,
}

impl KeepAlive {
    /// A client whose CONNECT came at this moment.
    pub fn new(seconds: u16, now: Duration) -> Self {
        Self { seconds, last_heard: now }
    }

    /// The client sent this packet. (`matches!(packet, Packet::Connect(_))` asks which one it is.)
    pub fn heard(&mut self, now: Duration, packet: &Packet) {
        todo!("note that the client is there: which packets count?")
    }

    /// When the broker has to hang up, if nothing else comes. None if it need never do so.
    pub fn deadline(&self) -> Option<Duration> {
        todo!("say for how long the client may be silent")
    }
}
