//! What is wrong with a filter, and where.

use std::fmt;
use std::ops::Range;

/// A filter that cannot be understood: the column, what stands there, and what could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    text: String,
    place: Range<usize>,
    message: String,
}

impl FilterError {
    pub(super) fn new(text: &str, place: Range<usize>, message: impl Into<String>) -> Self {
        Self { text: text.to_owned(), place, message: message.into() }
    }

    /// The column at which it goes wrong, counted in characters from 1.
    pub fn column(&self) -> usize {
        self.text[..self.place.start].chars().count() + 1
    }
}

impl fmt::Display for FilterError {
    /// The message, the filter, and a mark under what is wrong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.column() - 1;
        let marks = self.text[self.place.clone()].chars().count().max(1);
        writeln!(f, "in the filter, column {}: {}", before + 1, self.message)?;
        writeln!(f, "  {}", self.text.replace(['\n', '\t'], " "))?;
        write!(f, "  {}{}", " ".repeat(before), "^".repeat(marks))
    }
}

impl std::error::Error for FilterError {}
