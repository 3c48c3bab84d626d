//! A packet of a version that the lab does not speak. The fixed header is the same in all of them; what
//! follows is theirs.

use bytes::Bytes;

use super::header::{self, PacketType};
use super::publish;
use crate::field::{Field, Part};
use crate::walk::Walk;

/// A packet of MQTT 5 other than CONNECT: its fixed header, and bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignPacket {
    /// Its type: bits 7 to 4 of the first byte.
    pub packet_type: PacketType,
    /// Bits 3 to 0 of the first byte: in PUBLISH they are DUP, QoS and RETAIN, as ever.
    pub flags: u8,
    /// All that follows the Remaining Length.
    pub rest: Bytes,
}

impl ForeignPacket {
    /// Nothing is held to a rule here: the rules of MQTT 3.1.1 do not bind it.
    pub(super) fn walk<W: Walk>(&self, w: &mut W) -> Result<Self, W::Error> {
        let packet_type = self.packet_type;
        let group = match packet_type {
            PacketType::Publish => &publish::PUBLISH,
            _ => header::flags_of(packet_type),
        };
        let byte = w.group(group, header::first_byte(packet_type, self.flags))?;
        let rest = w.framed(|w| w.rest(&FOREIGN, &self.rest))?;
        Ok(Self { packet_type, flags: header::flags(byte), rest })
    }
}

static FOREIGN: Field = Field::new("Rest of the packet", "foreign_packet")
    .at("2.3", Part::VariableHeader)
    .about("What follows the fixed header in a protocol version that the lab does not speak.")
    .explain(|_| "Its layout belongs to that version: the lab does not guess.".into());
