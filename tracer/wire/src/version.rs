//! The versions of the protocol: those that the lab speaks, and the one that it tells from them.

use std::fmt;

use crate::text::Text;

/// A version of MQTT. It is agreed once for each Network Connection, by the Protocol Name and the
/// Protocol Level of the CONNECT (MQTT 3.1.1 §3.1.2.1, §3.1.2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// MQTT 3.1 of 2010: Protocol Name `MQIsdp`, Protocol Level 3.
    V3_1,
    /// MQTT 3.1.1 of 2014: Protocol Name `MQTT`, Protocol Level 4.
    #[default]
    V3_1_1,
    /// MQTT 5.0 of 2019: Protocol Name `MQTT`, Protocol Level 5. The lab does not speak it: of its packets
    /// the fixed header is read, as [`ForeignPacket`](crate::ForeignPacket), and of its CONNECT what stands
    /// up to the Protocol Level, as [`ForeignConnect`](crate::ForeignConnect).
    V5,
}

impl Version {
    /// All versions that the lab speaks, oldest first.
    pub const ALL: [Self; 2] = [Self::V3_1, Self::V3_1_1];

    /// The Protocol Name that stands for this version in a CONNECT.
    pub const fn protocol_name(self) -> &'static str {
        match self {
            Self::V3_1 => "MQIsdp",
            Self::V3_1_1 | Self::V5 => "MQTT",
        }
    }

    /// The Protocol Level that stands for this version in a CONNECT.
    pub const fn protocol_level(self) -> u8 {
        match self {
            Self::V3_1 => 3,
            Self::V3_1_1 => 4,
            Self::V5 => 5,
        }
    }

    pub(crate) const fn protocol_name_text(self) -> Text {
        Text::from_static(self.protocol_name())
    }

    /// The version that a Protocol Name and a Protocol Level stand for, if the lab speaks it.
    pub fn of(protocol_name: &str, protocol_level: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|version| {
            version.protocol_name() == protocol_name && version.protocol_level() == protocol_level
        })
    }

    /// The version that they stand for where the highest bit of the Protocol Level says that a bridge
    /// asks, which is in no standard.
    pub(crate) fn of_bridge(protocol_name: &str, protocol_level: u8) -> Option<Self> {
        let level = protocol_level.checked_sub(BRIDGE)?;
        Self::of(protocol_name, level)
    }
}

/// The bit of the Protocol Level by which bridges make themselves known.
const BRIDGE: u8 = 0x80;

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_1 => "MQTT 3.1",
            Self::V3_1_1 => "MQTT 3.1.1",
            Self::V5 => "MQTT 5.0",
        })
    }
}
