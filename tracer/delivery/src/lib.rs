//! How one end of a connection delivers messages at QoS 0, 1 and 2, and how it receives them.
//!
//! QoS is a contract between the two ends of one connection, and it is the same contract whichever end
//! sends (MQTT 3.1.1 §4.3). So broker and client share these two halves; a session holds one of each.
//!
//! ```text
//!   enqueue ──▶ Outgoing ── next ────────────▶ PUBLISH, PUBREL
//!                  ▲ └───── puback, pubcomp ─▶ the caller's mark: this message is done
//!                  └─ PUBACK, PUBREC, PUBCOMP
//!
//!   PUBLISH, PUBREL ──▶ Incoming ────────────▶ PUBACK, PUBREC, PUBCOMP, and: is this message new?
//! ```
//!
//! There is no clock here: MQTT 3.1.1 sends a packet again when a session goes on over a new Network
//! Connection, and at no other time (§4.4).

mod flights;
mod identifiers;
mod incoming;
mod message;
mod outgoing;
mod unexpected;

pub use flights::{Flight, Stage};
pub use incoming::{Incoming, Receipt};
pub use message::Message;
pub use outgoing::{Departure, Outgoing};
pub use unexpected::Unexpected;
