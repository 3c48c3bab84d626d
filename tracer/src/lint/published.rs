//! What was published in the whole capture, by whom it may be: a message that a subscriber gets must
//! come from somewhere.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use wire::{Publish, Qos, Will};

/// Topic and payload of a message, as a hash: a capture may be larger than memory.
pub(super) type Content = u64;

/// The messages that clients sent, told by topic and payload.
#[derive(Debug, Default)]
pub(super) struct Published {
    contents: BTreeMap<Content, Origin>,
    wills: BTreeMap<Content, Wills>,
    /// Whether there were too many to remember, so that nothing can be said.
    is_full: bool,
}

/// When and how a message was published.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The first packet that published it.
    pub(super) first: u64,
    /// When the last one passed.
    pub(super) last_at: Duration,
    /// Whether the last one had RETAIN set.
    pub(super) is_retained: bool,
    /// The highest QoS at which it was published.
    pub(super) qos: Qos,
}

/// The wills with the same content.
#[derive(Debug, Default)]
struct Wills {
    /// Those that may still be published, or were.
    live: u32,
    /// Those that a DISCONNECT removed.
    dropped: u32,
}

/// Messages that are remembered, at the most.
const MOST: usize = 200_000;

impl Published {
    /// A client publishes.
    pub(super) fn add(&mut self, publish: &Publish, number: u64, at: Duration) {
        let qos = publish.delivery.qos();
        let origin = Origin { first: number, last_at: at, is_retained: publish.retain, qos };
        let content = content(&publish.topic, &publish.payload);
        let known = self.contents.entry(content).or_insert(origin);
        (known.last_at, known.is_retained) = (at, publish.retain);
        known.qos = known.qos.max(qos);
        if self.contents.len() > MOST {
            self.is_full = true;
            self.contents.clear();
        }
    }

    /// A client leaves a will with the server.
    pub(super) fn will(&mut self, will: &Will) {
        self.wills.entry(content(&will.topic, &will.message)).or_default().live += 1;
        if self.wills.len() > MOST {
            self.is_full = true;
            self.wills.clear();
        }
    }

    /// The client took its leave: its will is dropped.
    pub(super) fn drop_will(&mut self, will: &Will) {
        if let Some(wills) = self.wills.get_mut(&content(&will.topic, &will.message)) {
            wills.live = wills.live.saturating_sub(1);
            wills.dropped += 1;
        }
    }

    /// Where a message comes from, if it was published and is no will.
    pub(super) fn origin(&self, publish: &Publish) -> Option<Origin> {
        let content = content(&publish.topic, &publish.payload);
        let is_will = self.wills.contains_key(&content);
        self.contents.get(&content).copied().filter(|_| !is_will && !self.is_full)
    }

    /// Whether a message can be nothing but a will that was dropped.
    pub(super) fn is_dropped_will(&self, publish: &Publish) -> bool {
        let content = content(&publish.topic, &publish.payload);
        let is_dropped =
            self.wills.get(&content).is_some_and(|wills| wills.live == 0 && wills.dropped > 0);
        is_dropped && !self.contents.contains_key(&content) && !self.is_full
    }
}

/// The content of a message.
pub(super) fn content(topic: &str, payload: &[u8]) -> Content {
    let mut hasher = DefaultHasher::new();
    (topic, payload).hash(&mut hasher);
    hasher.finish()
}
