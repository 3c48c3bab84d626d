//! 12-connack: Come in, go away, or not a word
//!
//! kind: behaviour
//! minutes: 25
//! part: core
//! sheets: day
//! page: connection.html#connack
//! rules: MQTT-3.1.0-2 MQTT-3.1.2-2 MQTT-3.1.2-3 MQTT-3.1.3-8
//! misconception: Whatever is wrong with a CONNECT, the client gets a CONNACK that says so.
//! checks with: broker-core lab wire
//! hint: There are three ends: Accept, Refuse with a code, and HangUp. Codes exist for a few reasons only;
//!   for everything else the broker closes without a word.
//! hint: A second CONNECT and the reserved bit 0 of the flags have no code. An unknown level has code 1, an
//!   empty Client Identifier with Clean Session 0 (bit 1 of the flags) has code 2.
//! hint: Four ifs: `is_connected`, then `protocol_level != 4`, then `connect_flags & 0b01 != 0`, then an
//!   empty identifier with `connect_flags & 0b10 == 0`. What is left is accepted.
//!
//! You are the broker's porter. A CONNECT has come: let the client in, refuse it with a return code, or
//! close its Network Connection without a word. The lab's clients will knock at your door, good ones
//! and bad ones.

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
    // LAB: todo!("accept this CONNECT, refuse it with a code, or hang up")
    if is_connected {
        return Decision::HangUp;
    }
    if connect.protocol_level != 4 {
        return Decision::Refuse(1);
    }
    if connect.connect_flags & 0b01 != 0 {
        return Decision::HangUp;
    }
    if connect.client_identifier.is_empty() && connect.connect_flags & 0b10 == 0 {
        return Decision::Refuse(2);
    }
    Decision::Accept
    // LAB-END
}
