//! 21-will-fires: Who dies, and how
//!
//! You are the part of a broker that keeps a client's will. You are told of each packet that the client
//! sends, and at last of how its Network Connection ended. Say whether the will is published. The rest
//! of the broker is the lab's own, and clients will die on it in five ways.
//!
//! Check it:  cargo test -p ex-21-will-fires
//! Read:      last-will.html#what-counts-as-death in the book (cargo run -p book)

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
        todo!("does this packet change anything for the will?")
    }

    /// The connection is over. Gives the will, if it is to be published.
    pub fn ended(&mut self, ending: &Ending) -> Option<Will> {
        todo!("is the will to be published?")
    }
}
