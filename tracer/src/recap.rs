//! A conversation once more, in a line a packet.

use std::collections::VecDeque;
use std::fmt::Write;

use crate::conversation::Entry;
use crate::ladder::{Ladder, Rung};
use crate::page::Page;

/// Remembers of a conversation what its ladder needs, up to some length.
pub(crate) struct Recap {
    page: Page,
    rungs: VecDeque<Rung>,
    /// How many rungs were forgotten, since there were too many.
    forgotten: usize,
}

/// The rungs of a recap at the most: more of them nobody reads.
const MOST_RUNGS: usize = 1000;

impl Recap {
    pub(crate) fn new(page: Page) -> Self {
        Self { page, rungs: VecDeque::new(), forgotten: 0 }
    }

    pub(crate) fn add(&mut self, entry: &Entry<'_>) {
        self.rungs.extend(Rung::introduction(entry));
        let mut text = String::new();
        while self.rungs.len() >= MOST_RUNGS {
            text = self.rungs.pop_front().map(Rung::into_text).unwrap_or_default();
            self.forgotten += 1;
        }
        self.rungs.push_back(Rung::of(entry, text));
    }

    /// Writes the ladder to the end of `out`.
    pub(crate) fn write(&self, out: &mut String) {
        if self.forgotten > 0 {
            // A string takes whatever is written to it.
            let _ = writeln!(out, "({} lines before these are left out)", self.forgotten);
        }
        Ladder::new(self.page).rungs(self.rungs.iter(), out);
    }
}
