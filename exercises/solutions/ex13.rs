//! 13-keepalive-client: Not a word for a minute
//!
//! kind: behaviour
//! minutes: 15
//! part: core
//! page: connection.html#pingreq-and-pingresp
//! rules: MQTT-3.1.2-23
//! misconception: The broker asks whether the client is there, and what it sends keeps the client alive.
//! first: when is the next PINGREQ due
//! checks with: broker-core client-core lab wire
//! hint: The Keep Alive is a promise of the client about what it sends: never more than so many seconds
//!   between two of its packets.
//! hint: So one moment has to be remembered: when the last packet was sent. What is received changes
//!   nothing. The next PINGREQ is due one Keep Alive after that moment, unless the Keep Alive is 0.
//! hint: sent() is `self.last_sent = now;`, received() does nothing, and ping_at() is None for 0 seconds,
//!   and otherwise `Some(self.last_sent + Duration::from_secs(self.seconds.into()))`.
//!
//! You are the part of a client that keeps its promise to be heard from. You are told of every packet that
//! the client sends after its CONNECT, and of every one that it receives. Say when it has to send a
//! PINGREQ, as late as its Keep Alive allows. The client will talk to the lab's own broker, which hangs up
//! if it does not hear from it.

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
        // LAB: todo!("note what has to be known of a packet that is sent")
        self.last_sent = now;
        // LAB-END
    }

    /// A packet came from the broker.
    pub fn received(&mut self, now: Duration) {
        // LAB: todo!("does it change anything that a packet came? If not, leave this empty")
        let _ = now; // The promise is about what the client sends.
        // LAB-END
    }

    /// When a PINGREQ is due, if the client sends nothing else before. None if it need never be sent.
    pub fn ping_at(&self) -> Option<Duration> {
        // LAB: todo!("when is the next PINGREQ due, at the latest?")
        let keep_alive = Duration::from_secs(self.seconds.into());
        (self.seconds > 0).then(|| self.last_sent + keep_alive)
        // LAB-END
    }
}
