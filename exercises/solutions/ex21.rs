//! 21-will-fires: Who dies, and how
//!
//! kind: behaviour
//! minutes: 15
//! part: core
//! sheets: day half-day ninety
//! page: last-will.html#what-counts-as-death
//! rules: MQTT-3.1.2-8 MQTT-3.14.4-3
//! misconception: The will is for the Keep Alive alone, and any ordinary end of a connection drops it.
//! uses: wire
//! checks with: broker-core lab wire
//! hint: Ask for each of the four endings: did the client say goodbye? One packet alone says it, and it
//!   comes before the connection ends.
//! hint: DISCONNECT takes the will away, at the moment when it is received. Whatever ends the connection
//!   later finds a will or finds none, and that is all that counts.
//! hint: received() is `if matches!(packet, Packet::Disconnect(_)) { self.will = None; }`, and ended() is
//!   `self.will.take()`, for every ending.
//!
//! You are the part of a broker that keeps a client's will. You are told of each packet that the client
//! sends, and at last of how its Network Connection ended. Say whether the will is published. The rest
//! of the broker is the lab's own, and clients will die on it in five ways.

use wire::{Packet, Will};

/// A Network Connection, with the will that came in its CONNECT.
pub struct Connection {
    /// What is to be published if the client goes without a word.
    pub will: Option<Will>,
}

/// How a Network Connection came to its end.
pub enum Ending {
    /// The client's end was closed, or the network failed. Also the end that follows a DISCONNECT.
    Closed,
    /// The client was silent for one and a half times its Keep Alive.
    Silent,
    /// The client broke the protocol, and the broker closed.
    Violation,
    /// Another client came with the same Client Identifier, and the broker closed this older one.
    TakenOver,
}

impl Connection {
    /// The client sent this packet. (`matches!(packet, Packet::Connect(_))` asks which one it is.)
    pub fn received(&mut self, packet: &Packet) {
        // LAB: todo!("does this packet change anything for the will?")
        if matches!(packet, Packet::Disconnect(_)) {
            self.will = None;
        }
        // LAB-END
    }

    /// The connection is over. Gives the will, if it is to be published.
    pub fn ended(&mut self, ending: &Ending) -> Option<Will> {
        // LAB: todo!("is the will to be published?")
        let _ = ending; // Each of them is a death, unless a DISCONNECT came first.
        self.will.take()
        // LAB-END
    }
}
