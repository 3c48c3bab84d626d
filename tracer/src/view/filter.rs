//! Which lines are shown: what passes a filter over Wireshark's names, or else what has the words.
//!
//! While somebody types, `mqtt.qos >` is no filter yet: until it is one, its words are looked for.

use wire::Spans;

use super::item::Item;
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

    /// Understands what was typed. Whether it asks for no line that was not asked for before: where words
    /// grow, what they leave shrinks.
    pub(super) fn set(&mut self, typed: String) -> bool {
        let were_words = matches!(self.asked, Asked::Words(_));
        let grows = typed.starts_with(&self.typed);
        self.asked = match typed.parse() {
            _ if typed.trim().is_empty() => Asked::Nothing,
            Ok(filter) => Asked::Fields(filter),
            Err(_) => Asked::Words(typed.split_whitespace().map(str::to_lowercase).collect()),
        };
        self.typed = typed;
        were_words && grows && matches!(self.asked, Asked::Words(_))
    }

    /// Whether a line is shown. `spans` is where the fields of its packet go, if they matter.
    pub(super) fn takes(&self, item: &Item, spans: &mut Spans) -> bool {
        match &self.asked {
            Asked::Nothing => true,
            Asked::Fields(filter) => filter.passes(&item.entry(spans)),
            Asked::Words(words) => {
                let searched = item.searched();
                words.iter().all(|word| searched.contains(word))
            }
        }
    }
}
