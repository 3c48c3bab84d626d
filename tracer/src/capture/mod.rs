//! Captures: MQTT traffic as Wireshark reads it, written and read.
//!
//! ```text
//!   tap::Record ─▶ Frames ─▶ blocks ─┬─▶ Writer, CaptureFile      a file: wireshark FILE, tracer read FILE
//!                  (made-up TCP)     ├─▶ Sink ──TCP──▶ Listener   another process: tracer listen
//!                                    └─▶ Server ◀──TCP── Wireshark   as many as look on
//!
//!   any capture ─▶ Frame ─▶ Segment ─▶ Flow ─▶ tap::Record        Reader: pcap and pcapng, live or not
//!                          (TCP)      (in order, whole packets)
//!   many Readers ─▶ Merger ─▶ tap::Record                         one story, each packet once
//! ```
//!
//! The format is pcapng throughout (draft-ietf-opsawg-pcapng): a broker and its clients stream to
//! `tracer listen` what they would write to a file, so there is one format to know, and a stream can be
//! saved as a file.
//!
//! # What is true in a written capture, and what is made up
//!
//! Bytes, order, times and addresses are as they were recorded. The segments around them are made up,
//! with these liberties:
//!
//! - The server's port is written as 1883 whatever it is, because that is the port at which Wireshark
//!   looks for MQTT without being told, and as 8883 for a connection over TLS. The real one is in the comment of the SYN, and in the server's
//!   Ethernet address, where the [`Reader`] finds it again.
//! - A packet is a segment. Where the real reads were cut is not known any more. Under load, a segment has
//!   as many packets as passed at one moment and fit.
//! - Sequence numbers begin at 0, the opening and the end take no time, nothing is ever resent.
//! - A connection of which nobody told that it was opened has a SYN all the same, whose comment says so.
//! - Events, which no packet carries, are comments on an ACK without data.
//!
//! # What is encrypted
//!
//! Of a connection over TLS a capture can have either the packets, as its two ends see them, or the TLS
//! records, as somebody in between sees them ([`Note::is_sealed`]). With the records go the session keys
//! ([`Writer::keys`]), in a block before the records that they are for: so Wireshark shows both, the
//! records and the MQTT in them. The [`Reader`] says that a connection is encrypted, and no more.

mod block;
mod blocks;
mod convention;
mod error;
mod file;
mod flow;
mod framer;
mod frames;
mod gathering;
mod generation;
mod half;
mod headers;
mod keys;
mod listener;
mod merger;
mod note;
mod reader;
mod segment;
mod server;
mod sink;
mod stream;
mod waiting;
mod writer;

#[cfg(feature = "tls")]
pub(crate) use convention::reverse;
pub use error::CaptureError;
pub use file::CaptureFile;
#[cfg(feature = "proxy")]
pub(crate) use framer::{Cut, Framer, begins_like_tls};
pub use keys::Keys;
pub use listener::{Counts, Listener, Stop};
pub use note::Note;
pub use reader::{Reader, Seen};
pub use server::{Served, Server};
pub use sink::Sink;
pub use writer::Writer;
