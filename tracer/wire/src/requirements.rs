//! The requirements on the form of the bytes that the standard states without a number.

use crate::rule::{Binds, Rule};

/// All of them.
pub static ALL: &[&Rule] = &[
    &RESERVED_TYPE,
    &REMAINING_LENGTH_BYTES,
    &NOTHING_FOLLOWS,
    &OVERRUN,
    &CONNACK_RESERVED,
    &STRING_LENGTH,
];

/// Types 0 and 15 of the fixed header.
pub static RESERVED_TYPE: Rule = Rule {
    id: "s2.2.1",
    section: "2.2.1",
    binds: Binds::Codec,
    sentence: "Packet types 0 and 15 are reserved: no Control Packet has them.",
};

/// A Remaining Length of more than four bytes.
pub static REMAINING_LENGTH_BYTES: Rule = Rule {
    id: "s2.2.3",
    section: "2.2.3",
    binds: Binds::Codec,
    sentence: "The Remaining Length has one to four bytes: bit 7 of the fourth is 0.",
};

/// Bytes behind the last field.
pub static NOTHING_FOLLOWS: Rule = Rule {
    id: "s2.2.3",
    section: "2.2.3",
    binds: Binds::Codec,
    sentence: "The Remaining Length counts the variable header and the payload exactly: \
               no byte is left over behind the last field.",
};

/// A field that does not fit into what is left of its packet.
pub static OVERRUN: Rule = Rule {
    id: "overrun",
    section: "2.2.3",
    binds: Binds::Codec,
    sentence: "Every field ends within its packet: none runs past the Remaining Length.",
};

/// The seven reserved bits of the Connect Acknowledge Flags.
pub static CONNACK_RESERVED: Rule = Rule {
    id: "s3.2.2.1",
    section: "3.2.2.1",
    binds: Binds::Codec,
    sentence: "Bits 7 to 1 of the Connect Acknowledge Flags are reserved and 0.",
};

/// A string that its own length cannot count.
pub static STRING_LENGTH: Rule = Rule {
    id: "s1.5.3",
    section: "1.5.3",
    binds: Binds::Codec,
    sentence: "A string has at most 65535 bytes, since its length stands in two.",
};
