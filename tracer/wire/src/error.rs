//! What is wrong with bytes that are no packet, and with packets that cannot be bytes.

use std::error::Error;
use std::fmt;

use crate::field::{Field, Span};
use crate::packet::PacketType;
use crate::rule::Rule;
use crate::spans::Spanned;

/// Why bytes could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// They break a rule of the format.
    Malformed(Malformed),
    /// They announce a packet larger than the receiver is set to take. The receiver closes the
    /// Network Connection (`[MQTT-4.8.0-2]`); nothing was allocated for it.
    TooLarge {
        /// The size of the whole packet, as announced, in bytes.
        size: usize,
        /// The most that is taken, in bytes.
        limit: usize,
    },
    /// The bytes end before the packet does. Only for a packet that is decoded from bytes that are
    /// said to be whole: [`take_frame`](crate::take_frame) waits for the rest instead.
    Truncated {
        /// The size of the whole packet, as announced, in bytes.
        size: usize,
        /// How many bytes there are.
        available: usize,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::TooLarge { size, limit } => write!(
                f,
                "the packet announces {size} bytes, more than the limit of {limit}: \
                 close the Network Connection [MQTT-4.8.0-2]"
            ),
            Self::Truncated { size, available } => write!(
                f,
                "the packet announces {size} bytes, and only {available} of them are here: \
                 the rest is still to come, or was cut off"
            ),
        }
    }
}

impl Error for DecodeError {}

/// A packet that breaks a rule of the format: where, and which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The type that the packet claims to have; `None` for the reserved types 0 and 15.
    pub packet_type: Option<PacketType>,
    /// The field that breaks the rule.
    pub field: &'static Field,
    /// Its bytes and bits, or those of them that are to blame.
    pub span: Span,
    /// The rule that it breaks.
    pub rule: &'static Rule,
}

impl Malformed {
    /// Whether this is the field that breaks the rule. The error may point at some bytes of it.
    pub fn blames(&self, spanned: &Spanned) -> bool {
        self.field == spanned.field
            && !spanned.is_group
            && spanned.span.offset <= self.span.offset
            && self.span.end() <= spanned.span.end()
    }

    /// What whoever receives such a packet has to do.
    pub fn remedy(&self) -> &'static str {
        if self.packet_type == Some(PacketType::Connect) {
            "The server closes the Network Connection and sends no CONNACK [MQTT-3.1.4-1]."
        } else {
            "The receiver closes the Network Connection [MQTT-4.8.0-1]."
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.packet_type {
            Some(packet_type) => write!(f, "malformed {packet_type}: ")?,
            None => f.write_str("malformed packet: ")?,
        }
        let Self { field, span, rule, .. } = self;
        write!(f, "{span}, {}: {} {rule} {}", field.name, rule.sentence, self.remedy())
    }
}

impl Error for Malformed {}

/// Why a packet could not be encoded. The buffer is then as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// A value breaks a rule: a SUBSCRIBE without Topic Filters, for instance.
    Broken {
        /// The field that would hold it.
        field: &'static Field,
        /// The rule that it breaks.
        rule: &'static Rule,
    },
    /// The packet would be larger than four bytes of Remaining Length can say (§2.2.3).
    TooLarge {
        /// The size that its Remaining Length would have to tell, in bytes.
        remaining_length: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken { field, rule } => write!(f, "{}: {} {rule}", field.name, rule.sentence),
            Self::TooLarge { remaining_length } => write!(
                f,
                "{remaining_length} bytes are more than a Remaining Length can say, which is \
                 268435455 §2.2.3"
            ),
        }
    }
}

impl Error for EncodeError {}
