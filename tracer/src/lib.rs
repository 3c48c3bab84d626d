//! Shows every byte and every bit of MQTT traffic: its value, its meaning, the section of the standard
//! that defines it, and its name in Wireshark.
//!
//! ```text
//!   tap::Record ──▶ Conversation ──▶ Entry ──▶ Dump   text for people, in four levels of detail
//!   (bytes, facts)  who, when, what        ├─▶ Ladder one line a packet: a sequence diagram
//!                   decoded once more      └─▶ json   one object a line, for machines
//! ```
//!
//! Two packets, or two conversations, are compared by [`diff`]; [`lint`] holds a conversation to the
//! rules. [`craft`] makes packets, right or wrong, and [`probe`] shows what a broker does about them.
//!
//! A record is bytes and a time. It is decoded here, whenever somebody looks, by the same `wire` that
//! broker and client use, with an observer that remembers each field. [`Printer`] is all of it in one:
//! a [`tap::Tap`] that prints.
//!
//! Without its features (`capture`, `filter`, `json`, `proxy`) the crate builds in seconds and has the dump, the ladder,
//! [`diff`] and [`lint`] alone: that is what the exercises wait for.

#[cfg(feature = "capture")]
pub mod capture;
mod conversation;
#[cfg(feature = "json")]
pub mod craft;
pub mod diff;
mod dump;
#[cfg(feature = "filter")]
mod filter;
mod hex_input;
#[cfg(feature = "json")]
mod json;
mod ladder;
pub mod lint;
mod measure;
#[cfg(feature = "command")]
pub mod output;
mod page;
mod printable;
mod printer;
#[cfg(feature = "proxy")]
pub mod probe;
#[cfg(feature = "proxy")]
pub mod proxy;
mod queue;
mod reading;
mod recap;
#[cfg(feature = "filter")]
mod stats;
mod summary;
mod time;
#[cfg(feature = "view")]
pub mod view;
mod writer;

pub use conversation::{Conversation, Entry, Event, Seen};
pub use dump::{Detail, Dump, value_text};
#[cfg(feature = "filter")]
pub use filter::{Filter, FilterError, Sieve, names};
pub use hex_input::{HexError, parse_hex};
#[cfg(feature = "json")]
pub use json::Json;
pub use ladder::Ladder;
pub use page::{Page, Palette, Tone};
pub use printer::{Format, Printer};
pub use queue::{Queue, Records, queue};
#[cfg(feature = "filter")]
pub use stats::Stats;
pub use summary::summary;
