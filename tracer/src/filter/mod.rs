//! Which packets of a conversation are to be seen: a small language over Wireshark's names.
//!
//! ```text
//!   "mqtt.msgtype == 3 && mqtt.qos > 0" ─▶ words ─▶ parser ─▶ Filter ─▶ passes(entry)?
//!                                                     │
//!                             names: the fields that `wire` describes, and who, where, how large
//! ```
//!
//! # The language
//!
//! | | |
//! | --- | --- |
//! | `mqtt.qos == 1` | also `!=`, `<`, `<=`, `>`, `>=`; or `eq`, `ne`, `lt`, `le`, `gt`, `ge` |
//! | `mqtt.topic contains "kitchen"` | text or bytes somewhere in the field |
//! | `mqtt.topic matches "^home/.*door$"` | a regular expression, in which case does not matter |
//! | `mqtt.willtopic` | the packet has this field |
//! | `len(mqtt.msg) > 100` | how many bytes the field has |
//! | `!`, `&&`, <code>\|\|</code>, `( )` | also `not`, `and`, `or` |
//!
//! Values are numbers (`3`, `0x03`), text in quotes (`"a"`, `'a'`), bytes (`68:69`), and the words that
//! stand behind a number in the dump (`mqtt.msgtype == PUBLISH`).
//!
//! Beside Wireshark's names and those of the JSON Lines for fields (`topic_name`) there are `client`,
//! `from`, `to`, `type`, `stream`, `number`, `size`, and `malformed`: the rule that the packet breaks.
//!
//! As in Wireshark, a comparison with a field that the packet has not is false, one with several
//! fields of the name (the topics of a SUBSCRIBE) is true if it is for any of them, and `!=` if it is
//! for all of them.
//!
//! An event, which no packet carries, passes where `client` and `stream` alone decide.

mod error;
mod evaluate;
mod names;
mod parser;
mod sieve;
mod words;

use std::str::FromStr;

use wire::{PacketType, TopicFilter};

use crate::conversation::Entry;
use evaluate::{Node, Term, Test};
use names::{Name, Own};

pub use error::FilterError;
pub use names::names;
pub use sieve::Sieve;

/// Tells which entries of a conversation are to be seen. The default one lets all of them pass.
///
/// ```
/// use tracer::Filter;
///
/// let filter: Filter = "mqtt.msgtype == PUBLISH && mqtt.qos > 0".parse()?;
/// let error = "mqtt.qqs > 0".parse::<Filter>().unwrap_err();
/// assert!(error.to_string().contains("did you mean one of mqtt.qos"));
/// # Ok::<(), tracer::FilterError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Filter(Vec<Node>);

impl Filter {
    /// What passes both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// What concerns one of these clients.
    pub fn clients<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self::any(names.into_iter().map(|name| (Own::Client, Test::equals(name.as_bytes()))))
    }

    /// Packets of one of these types.
    pub fn types(types: impl IntoIterator<Item = PacketType>) -> Self {
        let terms =
            types.into_iter().map(|packet_type| Test::equals(packet_type.name().as_bytes()));
        Self::any(terms.map(|test| (Own::Type, test)))
    }

    /// Packets with a topic that one of these Topic Filters matches (MQTT 3.1.1 §4.7), or which ask
    /// for one of them in just these words.
    pub fn topics(filters: impl IntoIterator<Item = TopicFilter>) -> Self {
        let tests = filters.into_iter().map(Test::Topic);
        Self::any(tests.map(|test| (Own::Topic, test)))
    }

    /// Whether the entry is to be seen.
    pub fn passes(&self, entry: &Entry<'_>) -> bool {
        self.0.iter().all(|node| node.holds(entry) == Some(true))
    }

    /// Whether everything passes.
    pub fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    fn any(terms: impl Iterator<Item = (Own, Test)>) -> Self {
        let term = |(own, test)| Node::Term(Term { name: Name::Own(own), is_length: false, test });
        let terms: Vec<Node> = terms.map(term).collect();
        Self(if terms.is_empty() { terms } else { vec![Node::Any(terms)] })
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Ok(Self(vec![parser::parse(text)?]))
    }
}
