//! What a capture is to have of a conversation: what passes the filter, and the connections around it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use tap::{Connection, Record, What};

use super::Filter;
use crate::capture::Note;
use crate::conversation::Conversation;

/// Lets records through that pass a filter, each with a [`Note`] on what it is.
///
/// That a connection was opened is told when something of it passes for the first time, and then also
/// that it was closed: so that what is left is a conversation still.
#[derive(Default)]
pub struct Sieve {
    filter: Filter,
    conversation: Conversation,
    /// Connections of which nothing has passed.
    opened: BTreeMap<Connection, Record>,
    /// Connections of which something has passed, and that are open.
    begun: BTreeSet<Connection>,
}

impl Sieve {
    /// A sieve that lets through what passes this filter.
    pub fn new(filter: Filter) -> Self {
        Self { filter, ..Self::default() }
    }

    /// Hands on what is to be told now: nothing, the record, or what was held back and the record.
    ///
    /// # Errors
    ///
    /// What `tell` reports.
    pub fn put(
        &mut self,
        record: &Record,
        mut tell: impl FnMut(&Record, &Note) -> io::Result<()>,
    ) -> io::Result<()> {
        let entry = self.conversation.add(record.clone());
        let passes = entry.as_ref().is_some_and(|entry| self.filter.passes(entry));
        let note = entry.as_ref().map(Note::of).unwrap_or_default();
        if self.filter.is_open() {
            return tell(record, &note);
        }
        match (&record.what, record.connection) {
            (What::Opened { .. }, Some(connection)) => {
                self.begun.remove(&connection);
                self.opened.insert(connection, record.clone());
                return Ok(());
            }
            (What::Closed { .. }, Some(connection)) => {
                self.opened.remove(&connection);
                return if self.begun.remove(&connection) { tell(record, &note) } else { Ok(()) };
            }
            _ if !passes => return Ok(()),
            (What::Packet { .. }, Some(connection)) => {
                self.begun.insert(connection);
                if let Some(opened) = self.opened.remove(&connection) {
                    tell(&opened, &Note::default())?;
                }
            }
            _ => {}
        }
        tell(record, &note)
    }
}
