//! What the lint has to say about a packet.

use std::sync::Arc;
use std::time::Duration;

use tap::Direction;
use wire::{Field, Rule, Span};

use super::advice::Advice;
use crate::conversation::Seen;
use crate::dump::type_name;

/// A remark on a packet: a rule that it breaks, or advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What the remark is about.
    pub matter: Matter,
    /// What happened, in a sentence; empty where the rule and the field say it all.
    pub detail: String,
    /// The packet.
    pub packet: Place,
    /// The field to blame, and where it stands, if one is to blame.
    pub field: Option<(&'static Field, Span)>,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// A rule of the standard is broken.
    Breach(&'static Rule),
    /// What is lawful, and unwise.
    Advice(&'static Advice),
}

/// Which packet of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number in the whole conversation, from 1.
    pub number: u64,
    /// When, since the conversation's first record.
    pub time: Duration,
    /// The number of its stream, from 0.
    pub stream: u32,
    /// Where to.
    pub direction: Direction,
    /// Its number in its stream and direction, from 0.
    pub index: u64,
    /// How the client of its stream is called.
    pub client: Arc<str>,
    /// The name of its type.
    pub packet_type: &'static str,
}

impl Remark {
    /// That this packet breaks a rule.
    pub(super) fn breach(seen: &Seen<'_>, Fault { rule, key, nth, detail }: Fault) -> Self {
        let (matter, packet) = (Matter::Breach(rule), Place::of(seen));
        Self { matter, detail, packet, field: field(seen, key, nth) }
    }

    /// That this packet is unwise.
    pub(super) fn advice(seen: &Seen<'_>, advice: &'static Advice, key: &str, nth: usize) -> Self {
        let (matter, packet) = (Matter::Advice(advice), Place::of(seen));
        Self { matter, detail: String::new(), packet, field: field(seen, key, nth) }
    }

    /// Whether a rule is broken.
    pub fn is_breach(&self) -> bool {
        matches!(self.matter, Matter::Breach(_))
    }

    /// The id of the rule, or the name of the advice.
    pub fn id(&self) -> &'static str {
        match self.matter {
            Matter::Breach(rule) => rule.id,
            Matter::Advice(advice) => advice.id,
        }
    }
}

impl Place {
    pub(super) fn of(seen: &Seen<'_>) -> Self {
        Self {
            number: seen.number,
            time: seen.time,
            stream: seen.stream,
            direction: seen.direction,
            index: seen.index,
            client: Arc::clone(&seen.client),
            packet_type: type_name(seen),
        }
    }
}

/// A packet, and the field in it to blame, kept until it is known whether a rule is broken.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) packet: Place,
    field: Option<(&'static Field, Span)>,
}

impl Spot {
    /// The field of this key in a packet.
    pub(super) fn of(seen: &Seen<'_>, key: &str) -> Self {
        Self { packet: Place::of(seen), field: field(seen, key, 0) }
    }

    /// That it breaks a rule after all. The key of the fault was told before.
    pub(super) fn breaks(self, Fault { rule, detail, .. }: Fault) -> Remark {
        Remark { matter: Matter::Breach(rule), detail, packet: self.packet, field: self.field }
    }
}

fn field(seen: &Seen<'_>, key: &str, nth: usize) -> Option<(&'static Field, Span)> {
    let spanned = seen.spans.fields().filter(|spanned| spanned.field.key == key).nth(nth);
    spanned.map(|spanned| (spanned.field, spanned.span))
}

/// A broken rule, found by somebody who does not know the packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) rule: &'static Rule,
    /// The key of the field to blame; empty for the packet as a whole.
    pub(super) key: &'static str,
    /// Which one of the fields with that key, from 0.
    pub(super) nth: usize,
    pub(super) detail: String,
}

impl Fault {
    pub(super) fn new(rule: &'static Rule, key: &'static str, detail: impl Into<String>) -> Self {
        Self { rule, key, nth: 0, detail: detail.into() }
    }
}

/// The keys of the fields that behaviour is told by.
pub(super) mod keys {
    pub(in super::super) const PACKET: &str = "";
    pub(in super::super) const IDENTIFIER: &str = "packet_identifier";
    pub(in super::super) const DUP: &str = "dup";
    pub(in super::super) const QOS: &str = "qos";
    pub(in super::super) const RETAIN: &str = "retain";
    pub(in super::super) const TOPIC: &str = "topic_name";
    pub(in super::super) const TOPIC_FILTER: &str = "topic_filter";
    pub(in super::super) const SESSION_PRESENT: &str = "session_present";
    pub(in super::super) const CLIENT_IDENTIFIER: &str = "client_identifier";
    pub(in super::super) const KEEP_ALIVE: &str = "keep_alive";
    pub(in super::super) const PASSWORD: &str = "password";
    pub(in super::super) const RETURN_CODE: &str = "return_code";
    pub(in super::super) const CONNECT_RETURN_CODE: &str = "connect_return_code";
    pub(in super::super) const WILL_TOPIC: &str = "will_topic";
    #[cfg(test)]
    pub(in super::super) const ALL: [&str; 13] = [
        IDENTIFIER,
        DUP,
        QOS,
        RETAIN,
        TOPIC,
        TOPIC_FILTER,
        SESSION_PRESENT,
        CLIENT_IDENTIFIER,
        KEEP_ALIVE,
        PASSWORD,
        RETURN_CODE,
        CONNECT_RETURN_CODE,
        WILL_TOPIC,
    ];
}

#[cfg(test)]
mod tests {
    use wire::{PacketType, Version, outline};

    #[test]
    fn every_key_is_that_of_a_field() {
        let known = |key: &str| {
            let layouts = PacketType::ALL.into_iter();
            layouts
                .flat_map(|packet_type| outline(packet_type, Version::default()))
                .any(|row| row.field.key == key)
        };
        for key in super::keys::ALL {
            assert!(known(key), "{key}");
        }
    }
}
