//! An acknowledgement that fits no exchange.

use std::error::Error;
use std::fmt;

use wire::{PacketIdentifier, PacketType};

/// An acknowledgement came that nothing waits for. MQTT 3.1.1 names no penalty for it: the receiver
/// takes note and goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// What came.
    pub packet_type: PacketType,
    /// The Packet Identifier that it carries.
    pub packet_identifier: PacketIdentifier,
    /// What the exchange of this number waits for; `None` if there is no such exchange.
    pub awaited: Option<PacketType>,
}

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { packet_type, packet_identifier, awaited } = self;
        write!(f, "{packet_type} with Packet Identifier {packet_identifier}, ")?;
        match awaited {
            Some(awaited) => write!(f, "whose exchange waits for {awaited}: ignored"),
            None => write!(f, "which no exchange has: ignored"),
        }
    }
}

impl Error for Unexpected {}
