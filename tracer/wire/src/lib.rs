//! The MQTT wire format, described once.
//!
//! Each of the fourteen Control Packets of MQTT 3.1.1 (and the CONNECT of 3.1) has one function, its
//! `walk`, that names its fields in the order of the wire. Everything else comes from there:
//!
//! ```text
//!   bytes ── take_frame ──▶ one packet's bytes ── Packet::decode ──────────▶ Packet, or the broken rule
//!                                              └─ Packet::decode_observed ─▶ … and every field to an Observer
//!   Packet ── Packet::encode ──▶ bytes
//!   PacketType ── outline ─────▶ the layout as a table
//!   bytes, changes ── amend ───▶ bytes, with fields changed on purpose, against any rule
//! ```
//!
//! - A [`Field`] has the standard's name, its section, Wireshark's display filter, and a sentence on
//!   what this very value means.
//! - A [`Rule`] has the standard's id and a sentence; [`rules`] holds all 141 of them. Those on the
//!   form of the bytes are checked here, each right behind the field that it judges. Those on what a
//!   server or a client does are kept by the broker's and the client's core.
//! - An error says which byte and which bits of which field break which rule, and what to do.
//!
//! There is no input or output here and no clock.
//!
//! ```
//! use bytes::Bytes;
//! use wire::{Packet, Pingreq, Spans, Version};
//!
//! let bytes = Packet::from(Pingreq).to_bytes()?;
//! assert_eq!(bytes, Bytes::from_static(b"\xc0\x00"));
//!
//! let mut spans = Spans::default();
//! let packet = Packet::decode_observed(&bytes, Version::V3_1_1, &mut spans)?;
//! assert_eq!(packet, Packet::Pingreq(Pingreq));
//! let names: Vec<_> = spans.fields().map(|spanned| spanned.field.name).collect();
//! assert_eq!(names, ["Packet type", "Reserved flags", "Remaining Length"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amend;
mod decoder;
mod encoder;
mod error;
mod explain;
mod field;
mod frame;
mod observer;
mod outline;
mod packet;
mod packet_identifier;
mod qos;
pub mod requirements;
mod rule;
pub mod rules;
mod spans;
#[cfg(feature = "strategies")]
pub mod strategies;
mod text;
mod topic;
mod version;
mod walk;

pub use amend::{AmendError, NewValue, amend, flip};
pub use error::{DecodeError, EncodeError, Malformed};
pub use field::{Bits, Field, Group, Part, Prefixed, Span, UNDECODED, Value};
pub use frame::{Frame, MAX_PACKET, MAX_REMAINING_LENGTH, frame_size, take_frame};
pub use observer::Observer;
pub use outline::{OutlineRow, Size, outline};
pub use packet::{
    Connack, Connect, ConnectReturnCode, Credentials, Delivery, Disconnect, ForeignConnect,
    ForeignPacket, Packet, PacketType, Pingreq, Pingresp, Puback, Pubcomp, Publish, Pubrec, Pubrel,
    Suback, SubackReturnCode, Subscribe, Subscription, Unsuback, Unsubscribe, Will,
};
pub use packet_identifier::PacketIdentifier;
pub use qos::Qos;
pub use rule::{Binds, Rule};
pub use spans::{Spanned, Spans};
pub use text::{Text, TextError};
pub use topic::{TopicFilter, TopicName};
pub use version::Version;
