//! The wills that clients leave with the server.

use std::collections::{BTreeMap, BTreeSet};

use wire::Will;

use super::published::{Content, content};

/// The wills of a capture, told by topic and message.
#[derive(Debug, Default)]
pub(super) struct Wills {
    known: BTreeMap<Content, Known>,
    /// The topics of those that are to be retained.
    retained: BTreeSet<Content>,
    /// Whether there were too many to remember, so that nothing can be said.
    is_full: bool,
}

/// The wills with the same content.
#[derive(Debug, Default)]
struct Known {
    /// Those that may still be published, or were.
    live: u32,
    /// Those that a DISCONNECT removed.
    dropped: u32,
}

/// Wills that are remembered, at the most.
const MOST: usize = 200_000;

impl Wills {
    /// A client leaves a will with the server.
    pub(super) fn add(&mut self, will: &Will) {
        let known = self.known.entry(content(&will.topic, &will.message)).or_default();
        known.live += 1;
        if will.retain {
            self.retained.insert(content(&will.topic, &[]));
        }
        if self.known.len() > MOST {
            self.is_full = true;
            self.known.clear();
            self.retained.clear();
        }
    }

    /// The client took its leave: its will is dropped.
    pub(super) fn remove(&mut self, will: &Will) {
        if let Some(known) = self.known.get_mut(&content(&will.topic, &will.message)) {
            known.live = known.live.saturating_sub(1);
            known.dropped += 1;
        }
    }

    /// Whether a message may be a will.
    pub(super) fn has(&self, content: Content) -> bool {
        self.is_full || self.known.contains_key(&content)
    }

    /// Whether a will may become the retained message of this topic, whenever its client goes.
    pub(super) fn may_be_retained_on(&self, topic: Content) -> bool {
        self.is_full || self.retained.contains(&topic)
    }

    /// Whether a message that is a will can be none but one that was dropped.
    pub(super) fn is_dropped(&self, content: Content) -> bool {
        let known = self.known.get(&content);
        known.is_some_and(|known| known.live == 0 && known.dropped > 0)
    }
}
