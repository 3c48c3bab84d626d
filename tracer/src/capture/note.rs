//! What a capture tells of a record beside its bytes.

use std::sync::Arc;

use wire::Packet;

use crate::conversation::Entry;
use crate::dump::type_name;
use crate::printable::printable;
use crate::summary::in_words;

/// A comment on a packet, and the name of its client: what Wireshark shows beside its own reading. And
/// whether Wireshark has to expect TLS there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// How the client is called, where this packet tells.
    pub client: Option<Arc<str>>,
    /// What the packet is, in a line; nothing if it is empty.
    pub comment: String,
    /// Whether the bytes are TLS records, as somebody in between sees them.
    pub is_sealed: bool,
}

impl Note {
    /// A note on what belongs to a connection over TLS.
    pub fn sealed() -> Self {
        Self { is_sealed: true, ..Self::default() }
    }

    /// A note on this entry: `PUBLISH alice → broker: home/kitchen, QoS 1, identifier 10`. Events are
    /// comments already.
    pub fn of(entry: &Entry<'_>) -> Self {
        let Entry::Packet(seen) = entry else { return Self::default() };
        let (words, _) = in_words(&seen.outcome);
        let mark = if seen.outcome.is_err() { "✗ " } else { "" };
        let separator = if words.is_empty() { "" } else { ": " };
        let (name, from, to) = (type_name(seen), printable(seen.from()), printable(seen.to()));
        let tells_name = matches!(&seen.outcome, Ok(Packet::Connect(connect))
            if !connect.client_identifier.is_empty());
        Self {
            client: tells_name.then(|| Arc::clone(&seen.client)),
            comment: format!("{mark}{name} {from} → {to}{separator}{words}"),
            is_sealed: false,
        }
    }
}
