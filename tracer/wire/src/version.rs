//! The versions of the protocol that the lab speaks.

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
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 2] = [Self::V3_1, Self::V3_1_1];

    /// The Protocol Name that stands for this version in a CONNECT.
    pub const fn protocol_name(self) -> &'static str {
        match self {
            Self::V3_1 => "MQIsdp",
            Self::V3_1_1 => "MQTT",
        }
    }

    /// The Protocol Level that stands for this version in a CONNECT.
    pub const fn protocol_level(self) -> u8 {
        match self {
            Self::V3_1 => 3,
            Self::V3_1_1 => 4,
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
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_1 => "MQTT 3.1",
            Self::V3_1_1 => "MQTT 3.1.1",
        })
    }
}
