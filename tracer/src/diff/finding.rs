//! What can be different between two packets.

use wire::{Field, Rule, Span};

/// One difference between the packet that was expected and the one that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In which way they differ.
    pub kind: Kind,
    /// Whether this is a mistake of its own, or follows from one that was told before.
    pub role: Role,
    /// The field, as the standard names it; `None` for bytes that belong to no field.
    pub field: Option<&'static Field>,
    /// Its place in the expected packet. Of length 0 where nothing was expected.
    pub expected: Span,
    /// Its place in the actual packet. Of length 0 where nothing came.
    pub actual: Span,
    /// The rule that the actual bytes break here, if they break one.
    pub rule: Option<&'static Rule>,
}

/// Whether a difference is to be mended, or goes away when another one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A mistake of its own.
    Cause,
    /// It follows from a difference that was told before: mend that one.
    Consequence,
}

/// In which way two packets can differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing came at all.
    Nothing,
    /// The packet is of another type: the fields behind its fixed header mean something else.
    PacketType,
    /// Bits of one byte are different: these fields of it, from bit 7 down to bit 0.
    Bits(Vec<BitsDiffer>),
    /// The field is there and says something else.
    Value,
    /// The number has its low byte first; MQTT puts the high byte first (MQTT 3.1.1 §1.5.2).
    ByteOrder,
    /// The number is written in one byte instead of two.
    OneByte,
    /// A length counts wrongly: what it counts is as expected.
    Length(Miscount),
    /// The length in front of a string or of binary data is missing; what it would count is there.
    LengthMissing,
    /// There is a length in front of a field that has none: it ends with the packet.
    LengthTooMany,
    /// The text is as expected, in UTF-16 instead of UTF-8 (MQTT 3.1.1 §1.5.3).
    Utf16,
    /// The field is missing, with its length if it has one.
    Missing,
    /// There are bytes where none were expected: these fields, as far as they make any.
    Extra(Vec<&'static Field>),
    /// The field is there, and stands in another place.
    Moved,
    /// The bytes end before the packet does.
    CutOff,
    /// More bytes follow behind the packet.
    Trailing,
}

/// Some bits of a byte, as they should be and as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitsDiffer {
    /// Whose bits.
    pub field: &'static Field,
    /// The number that should stand in them.
    pub expected: u64,
    /// The number that stands in them.
    pub actual: u64,
}

/// How a length can count wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miscount {
    /// It counts its own bytes as well.
    CountsItself,
    /// It counts the first byte of the packet and its own: the whole packet.
    CountsHeader,
    /// The number is right, in more bytes than it needs.
    Padded,
    /// It is written as one plain byte, where it takes two or more.
    Plain,
    /// It says some other number.
    Other,
}

impl Finding {
    /// Whether this is a mistake of its own.
    pub fn is_cause(&self) -> bool {
        self.role == Role::Cause
    }
}
