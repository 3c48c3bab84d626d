//! The Topic Filters of one session.

use std::collections::BTreeMap;

use wire::TopicFilter;

/// The Topic Filters of one session, each once, in memory of their own, with their numbers in the store.
/// Knows how many bytes they are.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    numbers: BTreeMap<TopicFilter, u64>,
    bytes: usize,
    taken: usize,
}

/// About what a level of a Topic Filter takes up in the tree of subscriptions, in bytes.
const LEVEL: usize = 400;

impl Filters {
    /// Adds a filter. One that is there already stays.
    pub(crate) fn insert(&mut self, filter: &TopicFilter, number: u64) {
        if self.number(filter).is_none() {
            let own = TopicFilter::try_from(&**filter); // the packet's buffer is not kept
            self.numbers.insert(own.unwrap_or_else(|_| filter.clone()), number);
            self.bytes += filter.len();
            self.taken += Self::taken_by(filter);
        }
    }

    /// Removes a filter. Its number comes back, if it was there.
    pub(crate) fn remove(&mut self, filter: &TopicFilter) -> Option<u64> {
        let number = self.numbers.remove(filter)?;
        self.bytes -= filter.len();
        self.taken -= Self::taken_by(filter);
        Some(number)
    }

    /// The number of a filter, if it is there.
    pub(crate) fn number(&self, filter: &TopicFilter) -> Option<u64> {
        self.numbers.get(filter).copied()
    }

    /// All filters with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&TopicFilter, u64)> {
        self.numbers.iter().map(|(filter, number)| (filter, *number))
    }

    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// How many bytes all of them are.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// About how many bytes of memory they take up at most, here and in the tree of subscriptions.
    pub(crate) fn taken(&self) -> usize {
        self.taken
    }

    /// About how many bytes of memory one takes up: its text twice, and a branch of the tree.
    pub(crate) fn taken_by(filter: &TopicFilter) -> usize {
        2 * filter.len() + LEVEL * filter.levels().count()
    }
}
