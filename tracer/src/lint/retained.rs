//! Which message of a topic the server has to keep for later subscribers.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use wire::{Publish, Qos};

use super::published::{Content, content};

/// The retained messages of a capture, as far as somebody in it set them.
#[derive(Debug, Default)]
pub(super) struct Retained(BTreeMap<(SocketAddr, Content), Kept>);

/// The retained message of a topic.
#[derive(Debug)]
pub(super) struct Kept {
    /// The packet that set it, and when that passed.
    pub(super) number: u64,
    pub(super) at: Duration,
    pub(super) content: Content,
    pub(super) qos: Qos,
    /// Whether it is none: the packet had no payload.
    pub(super) is_empty: bool,
    /// Whether a subscriber got it, so that the server has taken it over for sure: it may drop what a
    /// client is not allowed to publish (`[MQTT-3.3.5-2]`).
    pub(super) is_taken: bool,
    /// The contents that it replaced, the last ones of them.
    before: VecDeque<Content>,
}

impl Kept {
    /// Whether this was the retained message once.
    pub(super) fn replaced(&self, content: Content) -> bool {
        self.before.contains(&content)
    }
}

/// Topics that are remembered, at the most. Beyond them nothing is said on new ones.
const MOST: usize = 100_000;

/// Contents before the last one that are remembered.
const BEFORE: usize = 8;

impl Retained {
    /// A client publishes with RETAIN set.
    pub(super) fn set(&mut self, server: SocketAddr, publish: &Publish, number: u64, at: Duration) {
        let key = (server, content(&publish.topic, &[]));
        let fresh = Kept {
            number,
            at,
            content: content(&publish.topic, &publish.payload),
            qos: publish.delivery.qos(),
            is_empty: publish.payload.is_empty(),
            is_taken: false,
            before: VecDeque::new(),
        };
        let Some(kept) = self.0.get_mut(&key) else {
            if self.0.len() < MOST {
                self.0.insert(key, fresh);
            }
            return;
        };
        let mut before = std::mem::take(&mut kept.before);
        before.push_back(kept.content);
        before.retain(|content| *content != fresh.content);
        if before.len() > BEFORE {
            before.pop_front();
        }
        *kept = Kept { before, ..fresh };
    }

    /// A subscriber gets a message as it is published.
    pub(super) fn passed_on(&mut self, server: SocketAddr, topic: Content, content: Content) {
        if let Some(kept) = self.0.get_mut(&(server, topic)) {
            kept.is_taken |= kept.content == content;
        }
    }

    /// The retained message of this topic, if the server has taken it over for sure.
    pub(super) fn of(&self, server: SocketAddr, topic: Content) -> Option<&Kept> {
        self.0.get(&(server, topic)).filter(|kept| kept.is_taken)
    }
}
