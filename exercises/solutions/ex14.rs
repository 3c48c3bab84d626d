//! 14-keepalive-broker: When the broker hangs up
//!
//! kind: behaviour
//! minutes: 15
//! part: core
//! sheets: day
//! page: connection.html#pingreq-and-pingresp
//! rules: MQTT-3.1.2-24
//! misconception: The broker closes when the Keep Alive is over, and only PINGREQ counts.
//! first: for how long
//! uses: wire
//! checks with: broker-core lab wire
//! hint: Remember when the client was heard last. The deadline is that moment plus a limit, and the
//!   standard says how the limit comes out of the Keep Alive.
//! hint: The limit is one and a half times the Keep Alive: 7.5 s for 5 s. Whole seconds are not precise
//!   enough, but a Duration can be multiplied by 3 and divided by 2. A Keep Alive of 0 turns it off.
//! hint: heard() is `self.last_heard = now;`, whatever the packet is. deadline() is None for 0 seconds,
//!   and otherwise `Some(self.last_heard + Duration::from_secs(self.seconds.into()) * 3 / 2)`.
//!
//! You are the part of a broker that notices when a client is gone. CONNECT tells you the client's Keep
//! Alive, and from then on you are told of each packet that it sends. Say when the broker has to hang up.
//! The lab's own clients will talk to your broker, on a clock that takes no time.

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
        // LAB: todo!("note that the client is there: which packets count?")
        self.last_heard = now;
        // LAB-END
    }

    /// When the broker has to hang up, if nothing else comes. None if it need never do so.
    pub fn deadline(&self) -> Option<Duration> {
        // LAB: todo!("say for how long the client may be silent")
        let keep_alive = Duration::from_secs(self.seconds.into());
        (self.seconds > 0).then(|| self.last_heard + keep_alive * 3 / 2)
        // LAB-END
    }
}
