//! The fixed header (MQTT 3.1.1 §2.2): type and flags in one byte, then the Remaining Length.

use std::fmt;

use crate::error::DecodeError;
use crate::field::{Field, Group, Part};
use crate::requirements;
use crate::rule::Rule;
use crate::rules;
use crate::version::Version;
use crate::walk::Walk;

/// The type of a Control Packet: bits 7 to 4 of its first byte (MQTT 3.1.1 §2.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PacketType {
    /// Client to server: asks for a connection.
    Connect = 1,
    /// Server to client: answers CONNECT.
    Connack = 2,
    /// Either way: a message.
    Publish = 3,
    /// Either way: answers PUBLISH at QoS 1.
    Puback = 4,
    /// Either way: answers PUBLISH at QoS 2.
    Pubrec = 5,
    /// Either way: answers PUBREC.
    Pubrel = 6,
    /// Either way: answers PUBREL.
    Pubcomp = 7,
    /// Client to server: asks for messages.
    Subscribe = 8,
    /// Server to client: answers SUBSCRIBE.
    Suback = 9,
    /// Client to server: wants no more of them.
    Unsubscribe = 10,
    /// Server to client: answers UNSUBSCRIBE.
    Unsuback = 11,
    /// Client to server: a sign of life.
    Pingreq = 12,
    /// Server to client: answers PINGREQ.
    Pingresp = 13,
    /// Client to server: takes its leave.
    Disconnect = 14,
}

impl PacketType {
    /// All types, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::Connect,
        Self::Connack,
        Self::Publish,
        Self::Puback,
        Self::Pubrec,
        Self::Pubrel,
        Self::Pubcomp,
        Self::Subscribe,
        Self::Suback,
        Self::Unsubscribe,
        Self::Unsuback,
        Self::Pingreq,
        Self::Pingresp,
        Self::Disconnect,
    ];

    /// The number of this type, 1 to 14.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The type of this number; `None` for 0, 15 and above.
    #[inline]
    pub fn new(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).wrapping_sub(1)).copied()
    }

    /// The type of a packet that begins with this byte; `None` for the reserved types.
    #[inline]
    pub fn of_first_byte(byte: u8) -> Option<Self> {
        Self::new(PACKET_TYPE.get(byte))
    }

    /// The standard's name: `CONNECT`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Connack => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::Puback => "PUBACK",
            Self::Pubrec => "PUBREC",
            Self::Pubrel => "PUBREL",
            Self::Pubcomp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::Suback => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Unsuback => "UNSUBACK",
            Self::Pingreq => "PINGREQ",
            Self::Pingresp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
        }
    }

    /// The value that the four flags of this type always have (§2.2.2). PUBLISH alone has flags
    /// that mean something; for it this is 0.
    pub const fn reserved_flags(self) -> u8 {
        match self {
            Self::Pubrel | Self::Subscribe | Self::Unsubscribe => 0b0010,
            _ => 0,
        }
    }

    /// The most specific rule that other flags break.
    fn flags_rule(self) -> &'static Rule {
        match self {
            Self::Pubrel => &rules::MQTT_3_6_1_1,
            Self::Subscribe => &rules::MQTT_3_8_1_1,
            Self::Unsubscribe => &rules::MQTT_3_10_1_1,
            Self::Disconnect => &rules::MQTT_3_14_1_1,
            _ => &rules::MQTT_2_2_2_2,
        }
    }
}

impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A packet of a reserved type is read up to its type, and refused.
#[cold]
pub(super) fn refuse<W: Walk<Error = DecodeError>>(w: &mut W) -> DecodeError {
    let refused = w
        .group(&RESERVED, 0)
        .and_then(|_| w.ensure(false, &PACKET_TYPE, &requirements::RESERVED_TYPE));
    refused.err().unwrap_or(DecodeError::Truncated { size: 2, available: 1 })
}

/// The first byte of every packet but PUBLISH: its type, and flags that never change.
#[inline]
pub(super) fn walk<W: Walk>(w: &mut W, packet_type: PacketType) -> Result<(), W::Error> {
    let flags = packet_type.reserved_flags();
    let byte = first_byte(packet_type, flags);
    if w.version() == Version::V3_1 && flags != 0 {
        let byte = w.group(&ACKNOWLEDGED, byte)?;
        return w.ensure(
            ACKNOWLEDGED_QOS.get(byte) == 1,
            &ACKNOWLEDGED_QOS,
            packet_type.flags_rule(),
        );
    }
    let group = flags_of(packet_type);
    let byte = w.group(group, byte)?;
    w.ensure(FLAGS.get(byte) == flags, group.parts[1], packet_type.flags_rule())
}

/// The first byte of a packet of this type, and the flags in it.
pub(super) fn first_byte(packet_type: PacketType, flags: u8) -> u8 {
    PACKET_TYPE.put(packet_type.number()) | FLAGS.put(flags)
}

/// The flags in a first byte.
pub(super) fn flags(first_byte: u8) -> u8 {
    FLAGS.get(first_byte)
}

/// The fields of the first byte, where the type is not PUBLISH.
pub(super) fn flags_of(packet_type: PacketType) -> &'static Group {
    if packet_type.reserved_flags() == 0 { &RESERVED } else { &RESERVED_2 }
}

pub(super) const FIRST_BYTE: Field = Field::new("Type and flags", "fixed_header")
    .at("2.2", Part::FixedHeader)
    .filter("mqtt.hdrflags")
    .about("The first byte of every packet: its type in the high four bits, its flags in the low.");

pub(super) static PACKET_TYPE: Field = Field::new("Packet type", "packet_type")
    .at("2.2.1", Part::FixedHeader)
    .bits(7, 4)
    .filter("mqtt.msgtype")
    .about("Which of the fourteen Control Packets this is.")
    .symbol(|number| match PacketType::new(u8::try_from(number).unwrap_or(0)) {
        Some(packet_type) => packet_type.name(),
        None => "reserved",
    })
    .explain(|value| explain_type(value.number()).into());

static RESERVED: Group = Group { whole: FIRST_BYTE, parts: &[&PACKET_TYPE, &FLAGS] };

static FLAGS: Field = RESERVED_FLAGS.explain(|value| match value.number() {
    0 => "Fixed at 0 for this packet: with any other value the receiver hangs up.".into(),
    _ => "For this packet they are fixed at 0: the receiver hangs up.".into(),
});

static RESERVED_2: Group = Group { whole: FIRST_BYTE, parts: &[&PACKET_TYPE, &FLAGS_2] };

static FLAGS_2: Field = RESERVED_FLAGS.explain(|value| match value.number() {
    0b0010 => "Fixed at 0010 for this packet, which MQTT 3.1 sent at QoS 1: those two bits were \
               its QoS. With any other value the receiver hangs up."
        .into(),
    _ => "For this packet they are fixed at 0010: the receiver hangs up.".into(),
});

const RESERVED_FLAGS: Field = Field::new("Reserved flags", "reserved_flags")
    .at("2.2.2", Part::FixedHeader)
    .bits(3, 0)
    .filter("mqtt.hdr_reserved")
    .about("Four bits that mean something in PUBLISH alone; everywhere else their value is fixed.");

/// In MQTT 3.1 the packets that 3.1.1 gives the flags 0010 have a DUP and a QoS, which is 1.
static ACKNOWLEDGED: Group = Group {
    whole: FIRST_BYTE,
    parts: &[&PACKET_TYPE, &ACKNOWLEDGED_DUP, &ACKNOWLEDGED_QOS, &ACKNOWLEDGED_RETAIN],
};

static ACKNOWLEDGED_DUP: Field = Field::new("DUP", "dup")
    .at("2.2.2", Part::FixedHeader)
    .bits(3, 3)
    .filter("mqtt.dupflag")
    .about("MQTT 3.1: whether this packet was sent before.")
    .explain(|value| match value.number() {
        0 => "The packet is sent for the first time.".into(),
        _ => "The packet is sent again, as 3.1 allows; in 3.1.1 this bit is 0.".into(),
    });

static ACKNOWLEDGED_QOS: Field = Field::new("QoS", "qos")
    .at("2.2.2", Part::FixedHeader)
    .bits(2, 1)
    .filter("mqtt.qos")
    .about("MQTT 3.1: this packet is sent at QoS 1, since it is acknowledged.")
    .explain(|_| {
        "MQTT 3.1 sends this packet at QoS 1; 3.1.1 keeps the bits and drops the name.".into()
    });

static ACKNOWLEDGED_RETAIN: Field = Field::new("RETAIN", "retain")
    .at("2.2.2", Part::FixedHeader)
    .bits(0, 0)
    .filter("mqtt.retain_reserved")
    .about("MQTT 3.1: not used in this packet.")
    .explain(|_| "Not used in this packet.".into());

fn explain_type(number: u64) -> &'static str {
    match u8::try_from(number).ok().and_then(PacketType::new) {
        Some(PacketType::Connect) => {
            "A client asks for a connection: the first packet it sends, and only once."
        }
        Some(PacketType::Connack) => "The server answers CONNECT: the first packet that it sends.",
        Some(PacketType::Publish) => {
            "A message: from a client to the server, or from the server to a subscriber."
        }
        Some(PacketType::Puback) => {
            "The receiver of a QoS 1 message has it. The exchange ends here."
        }
        Some(PacketType::Pubrec) => "The receiver of a QoS 2 message has it: step two of four.",
        Some(PacketType::Pubrel) => {
            "The sender of a QoS 2 message lets go of it: step three of four."
        }
        Some(PacketType::Pubcomp) => {
            "The receiver of a QoS 2 message is done with it: the last of four steps."
        }
        Some(PacketType::Subscribe) => {
            "A client asks for the messages of one or more Topic Filters."
        }
        Some(PacketType::Suback) => "The server answers SUBSCRIBE, filter by filter.",
        Some(PacketType::Unsubscribe) => "A client gives up subscriptions.",
        Some(PacketType::Unsuback) => "The server answers UNSUBSCRIBE.",
        Some(PacketType::Pingreq) => {
            "A client that has nothing else to say shows that it is there."
        }
        Some(PacketType::Pingresp) => {
            "The server answers PINGREQ, so the client knows that it is there."
        }
        Some(PacketType::Disconnect) => {
            "The client takes its leave in order: its will is not published."
        }
        None => "No Control Packet has this number: the receiver hangs up.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_agree_with_the_table_of_the_standard() {
        for (index, packet_type) in PacketType::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(packet_type.number()), index + 1);
            assert_eq!(PacketType::new(packet_type.number()), Some(packet_type));
            assert_eq!(packet_type.name(), format!("{packet_type:?}").to_uppercase());
        }
        assert_eq!(PacketType::new(0), None);
        assert_eq!(PacketType::new(15), None);
    }
}
