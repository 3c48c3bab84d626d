//! The number that ties an acknowledgement to its packet.

use std::fmt;
use std::num::NonZeroU16;

use crate::field::{Field, Part};
use crate::rules;
use crate::walk::{Walk, placeholder};

/// A Packet Identifier: 1 to 65535, never 0 (MQTT 3.1.1 §2.3.1, `[MQTT-2.3.1-1]`). Client and server
/// number their packets apart from each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketIdentifier(NonZeroU16);

impl PacketIdentifier {
    /// The lowest identifier, 1.
    pub const FIRST: Self = Self(NonZeroU16::MIN);

    /// The identifier of this number; `None` for 0, which is none.
    pub const fn new(number: u16) -> Option<Self> {
        match NonZeroU16::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number, 1 to 65535.
    pub const fn number(self) -> u16 {
        self.0.get()
    }

    /// The identifier that follows this one; 1 follows 65535.
    #[must_use]
    pub fn next(self) -> Self {
        self.0.checked_add(1).map_or(Self::FIRST, Self)
    }

    #[inline]
    pub(crate) fn walk<W: Walk>(w: &mut W, identifier: Self) -> Result<Self, W::Error> {
        let number = w.u16(&PACKET_IDENTIFIER, identifier.number())?;
        let identifier = Self::new(number);
        w.ensure(identifier.is_some(), &PACKET_IDENTIFIER, &rules::MQTT_2_3_1_1)?;
        Ok(identifier.unwrap_or(Self::FIRST))
    }
}

impl fmt::Debug for PacketIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for PacketIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

placeholder!(PacketIdentifier, PacketIdentifier::FIRST);

/// §2.3.1: in PUBLISH above QoS 0, in the acknowledgements, in SUBSCRIBE and UNSUBSCRIBE.
pub(crate) static PACKET_IDENTIFIER: Field = Field::new("Packet Identifier", "packet_identifier")
    .at("2.3.1", Part::VariableHeader)
    .filter("mqtt.msgid")
    .about("The number that ties an acknowledgement to its packet; never 0.")
    .explain(|value| match value.number() {
        0 => "0 is no identifier: nothing could be acknowledged with it.".into(),
        number => format!(
            "The acknowledgement of this exchange carries {number} as well; another number would \
             belong to another exchange."
        )
        .into(),
    });
