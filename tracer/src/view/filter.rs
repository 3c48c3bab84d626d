//! Which lines are shown: what passes a filter over Wireshark's names, or else what has the words.
//!
//! While somebody types, `mqtt.qos >` is no filter yet: until it is one, its words are looked for.

use crate::conversation::Entry;
use crate::filter;

/// What was typed, and how it is understood.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    typed: String,
    asked: Asked,
}

#[derive(Clone, Debug, Default)]
enum Asked {
    #[default]
    Nothing,
    /// A question in the filter's language.
    Fields(filter::Filter),
    /// Words in lower case, all of which a line has to have.
    Words(Vec<String>),
}

impl Filter {
    pub(super) fn typed(&self) -> &str {
        &self.typed
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self.asked, Asked::Nothing)
    }

    /// How it is understood, in a word or two; empty for nothing.
    pub(super) fn kind(&self) -> &'static str {
        match self.asked {
            Asked::Nothing => "words, or a filter such as mqtt.qos > 0",
            Asked::Fields(_) => "a filter",
            Asked::Words(_) => "words",
        }
    }

    pub(super) fn set(&mut self, typed: String) {
        self.asked = match typed.parse() {
            _ if typed.trim().is_empty() => Asked::Nothing,
            Ok(filter) => Asked::Fields(filter),
            Err(_) => Asked::Words(typed.split_whitespace().map(str::to_lowercase).collect()),
        };
        self.typed = typed;
    }

    /// Whether a line is shown: `searched` is all that it says, in lower case, and `entry` what it stands
    /// for, which is asked for only where it is needed.
    pub(super) fn takes<'e>(&self, searched: &str, entry: impl FnOnce() -> Entry<'e>) -> bool {
        match &self.asked {
            Asked::Nothing => true,
            Asked::Fields(filter) => filter.passes(&entry()),
            Asked::Words(words) => words.iter().all(|word| searched.contains(word)),
        }
    }
}
