//! What a client tells its user.

use std::fmt;
use std::time::Duration;

use delivery::{Message, Unexpected};
use wire::{ConnectReturnCode, DecodeError, PacketType, Rule, SubackReturnCode};

use crate::request::Token;

/// Something that the user of a client wants to know. Its `Display` is a few words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The server let the client in.
    Connected {
        /// Whether the server kept the session: then the subscriptions stand (MQTT 3.1.1 §3.2.2.2).
        session_present: bool,
    },
    /// The server refused the connection, which is over with this.
    Refused(ConnectReturnCode),
    /// A message came.
    Message(Message),
    /// A message is published: at QoS 0 it was sent, at QoS 1 and 2 the server has it.
    Published(Token),
    /// A message is lost: one at QoS 0 that was not sent before the Network Connection ended, or one
    /// that is larger than any packet can be (MQTT 3.1.1 §2.2.3).
    Dropped(Token),
    /// The server answered a SUBSCRIBE.
    Subscribed {
        /// Whose.
        token: Token,
        /// One answer for each Topic Filter, in their order (`[MQTT-3.9.3-1]`).
        return_codes: Vec<SubackReturnCode>,
    },
    /// The server answered an UNSUBSCRIBE.
    Unsubscribed(Token),
    /// The server answered a PINGREQ.
    Alive,
    /// An acknowledgement came that nothing waits for. It does no harm.
    Unexpected(Unexpected),
    /// The Network Connection that CONNECT was sent on is over.
    Disconnected(Why),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected { session_present: false } => f.write_str("a good CONNACK"),
            Self::Connected { session_present: true } => {
                f.write_str("a good CONNACK with Session Present 1")
            }
            Self::Refused(code) => write!(f, "a refusal, {code}"),
            Self::Message(message) => {
                write!(f, "a message on {} at QoS {}", message.topic, message.qos.level())?;
                f.write_str(if message.retain { " with RETAIN 1" } else { "" })
            }
            Self::Published(_) => f.write_str("the last acknowledgement of another PUBLISH"),
            Self::Dropped(_) => f.write_str("the loss of a PUBLISH"),
            Self::Subscribed { .. } => f.write_str("SUBACK"),
            Self::Unsubscribed(_) => f.write_str("UNSUBACK"),
            Self::Alive => f.write_str("PINGRESP"),
            Self::Unexpected(unexpected) => unexpected.fmt(f),
            Self::Disconnected(why) => why.fmt(f),
        }
    }
}

/// Why a Network Connection is over. Its `Display` is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The client took its leave with a DISCONNECT.
    Requested,
    /// The server closed it, or the network failed: MQTT 3.1.1 has no packet that says why.
    Closed,
    /// CONNACK did not come in time (`MQTT 3.1.1 §3.1.4`).
    NoConnack {
        /// How long the client waited.
        waited: Duration,
    },
    /// PINGRESP did not come in time (`MQTT 3.1.1 §3.1.2.10`).
    NoPingresp {
        /// How long the client waited.
        waited: Duration,
    },
    /// The server sent bytes that are no packet (`[MQTT-4.8.0-1]`).
    Malformed(DecodeError),
    /// The server speaks TLS where the client spoke plain MQTT.
    AnsweredInTls,
    /// The server sent a good packet where it must not (`[MQTT-4.8.0-1]`).
    Violation {
        /// What it sent.
        packet_type: PacketType,
        /// The rule that it breaks.
        rule: &'static Rule,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested => f.write_str("the client took its leave"),
            Self::Closed => f.write_str(
                "the server closed the Network Connection, or the network failed; MQTT 3.1.1 has no \
                 packet that says why",
            ),
            Self::NoConnack { waited } => {
                write!(f, "no CONNACK came within {} s", waited.as_secs_f32())
            }
            Self::NoPingresp { waited } => {
                write!(f, "no PINGRESP came within {} s", waited.as_secs_f32())
            }
            Self::Malformed(error) => write!(f, "the server sent a {error}"),
            Self::AnsweredInTls => f.write_str(
                "the server answered in TLS: it speaks nothing else on this port. Name the authority \
                 to trust (--cafile), or take the port for plain MQTT, usually 1883",
            ),
            Self::Violation { packet_type, rule } => {
                write!(f, "the server sent {packet_type}: {} {rule}", rule.sentence)
            }
        }
    }
}
