//! 12-connack: Come in, go away, or not a word
//!
//! You are the broker's porter. A CONNECT has come: let the client in, refuse it with a return code, or
//! close its Network Connection without a word. The lab's clients will knock at your door, good ones
//! and bad ones.
//!
//! Check it:  cargo test -p ex-12-connack
//! Read:      connection.html#connack in the book (cargo run -p book)

/// What was read of a CONNECT whose Protocol Name is MQTT.
pub struct Connect {
    /// 4 is MQTT 3.1.1, the only version that you speak.
    pub protocol_level: u8,
    /// Seven flags, and bit 0, which is reserved.
    pub connect_flags: u8,
    /// The name of the client; empty if it has none.
    pub client_identifier: String,
}

/// What the broker does.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    /// CONNACK with code 0.
    Accept,
    /// CONNACK with this code, and then the Network Connection is closed.
    Refuse(u8),
    /// The Network Connection is closed, and nothing is sent.
    HangUp,
}

/// What to do with this CONNECT. `is_connected`: the client sent one before on this Network Connection,
/// and was let in.
pub fn decide(connect: &Connect, is_connected: bool) -> Decision {
    todo!("accept this CONNECT, refuse it with a code, or hang up")
}
