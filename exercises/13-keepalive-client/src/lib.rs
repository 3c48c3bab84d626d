//! 13-keepalive-client: Not a word for a minute
//!
//! You are the part of a client that keeps its promise to be heard from. You are told of every packet that
//! the client sends after its CONNECT, and of every one that it receives. Say when it has to send a
//! PINGREQ, as late as its Keep Alive allows. The client will talk to the lab's own broker, which hangs up
//! if it does not hear from it.
//!
//! Check it:  cargo test -p ex-13-keepalive-client
//! Read:      connection.html#pingreq-and-pingresp in the book (cargo run -p book)

use std::time::Duration;

/// When the client has to speak.
pub struct Timer {
    /// The Keep Alive that stands in its CONNECT, in seconds.
    pub seconds: u16,
    /// When the client sent its last packet.
    pub last_sent: Duration,
}

impl Timer {
    /// The client sends its CONNECT now.
    pub fn new(seconds: u16, now: Duration) -> Self {
        Self { seconds, last_sent: now }
    }

    /// The client sends a packet: any but CONNECT, so PINGREQ too.
    pub fn sent(&mut self, now: Duration) {
        todo!("note what has to be known of a packet that is sent")
    }

    /// A packet came from the broker.
    pub fn received(&mut self, now: Duration) {
        todo!("does it change anything that a packet came? If not, leave this empty")
    }

    /// When a PINGREQ is due, if the client sends nothing else before. None if it need never be sent.
    pub fn ping_at(&self) -> Option<Duration> {
        todo!("when is the next PINGREQ due, at the latest?")
    }
}
