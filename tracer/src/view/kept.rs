//! The lines that are kept: not all that comes, which would fill the memory sooner or later.
//!
//! A line costs some 200 bytes beside those of its packet; what it says is read from them whenever it is
//! drawn.

use std::collections::VecDeque;

use super::item::Item;

/// Which lines are kept of more than so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The first ones: of a file, which can be read again.
    First(usize),
    /// The last ones: of what happens now.
    Last(usize),
}

/// How many bytes of packets are kept at the most, however few lines they are.
const MOST_BYTES: usize = 256 << 20;

/// Lines by their number, from 0 in the order in which they came.
#[derive(Debug)]
pub(super) struct Kept {
    keep: Keep,
    items: VecDeque<Item>,
    /// How many lines were forgotten: the number of the first one that is there.
    forgotten: usize,
    bytes: usize,
    is_full: bool,
}

impl Kept {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, items: VecDeque::new(), forgotten: 0, bytes: 0, is_full: false }
    }

    /// Keeps the line, if there is room or can be made: its number then.
    pub(super) fn add(&mut self, item: Item) -> Option<usize> {
        let size = item.size();
        match self.keep {
            Keep::First(_) if !self.has_room(size) => self.is_full = true,
            Keep::First(_) => {}
            Keep::Last(_) => {
                while !self.has_room(size) && !self.items.is_empty() {
                    let size = self.items.pop_front().map_or(0, |item| item.size());
                    self.bytes -= size;
                    self.forgotten += 1;
                }
            }
        }
        if self.is_full {
            return None;
        }
        self.bytes += size;
        self.items.push_back(item);
        Some(self.forgotten + self.items.len() - 1)
    }

    fn has_room(&self, size: usize) -> bool {
        let (Keep::First(most) | Keep::Last(most)) = self.keep;
        self.items.len() < most && self.bytes + size <= MOST_BYTES
    }

    /// Whether a line came for which there was no room, and none will be.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// How many lines were forgotten to make room for others.
    pub(super) fn forgotten(&self) -> usize {
        self.forgotten
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn get(&self, number: usize) -> Option<&Item> {
        self.items.get(number.checked_sub(self.forgotten)?)
    }

    /// All lines with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Item)> {
        (self.forgotten..).zip(&self.items)
    }
}
