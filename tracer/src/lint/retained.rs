//! Which message of a topic the server has to keep for later subscribers.
//!
//! Somebody out of sight may publish as well. So this is known only where a witness looks on: a subscriber
//! that got the message, and would have got any later one.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use wire::{Publish, Qos};

use super::published::{Content, content};

/// The retained messages of a capture, as far as somebody in it set them.
#[derive(Debug, Default)]
pub(super) struct Retained {
    kept: BTreeMap<(SocketAddr, Content), Kept>,
    /// The open streams whose clients have subscribed, and whether they kept all their subscriptions.
    witnesses: BTreeMap<u32, bool>,
}

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
    /// The stream of a subscriber that got it. So the server has taken it over for sure: it may drop what
    /// a client is not allowed to publish (`[MQTT-3.3.5-2]`).
    witness: Option<u32>,
    /// The contents that it replaced, the last ones of them.
    before: VecDeque<Content>,
    /// What else the witness got since, each once.
    others: Vec<Content>,
}

impl Kept {
    /// Whether this was the retained message once.
    pub(super) fn replaced(&self, content: Content) -> bool {
        self.before.contains(&content)
    }

    /// Whether this was published once since.
    pub(super) fn is_followed_by(&self, content: Content) -> bool {
        self.others.contains(&content)
    }
}

/// Topics that are remembered, at the most. Beyond them nothing is said on new ones.
const MOST: usize = 100_000;

/// Contents before the last one that are remembered, and those behind it.
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
            witness: None,
            before: VecDeque::new(),
            others: Vec::new(),
        };
        let Some(kept) = self.kept.get_mut(&key) else {
            if self.kept.len() < MOST {
                self.kept.insert(key, fresh);
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

    /// The client of this stream subscribes, and is a witness from now on.
    pub(super) fn attend(&mut self, stream: u32) {
        self.witnesses.entry(stream).or_insert(true);
    }

    /// The client of this stream gives a subscription up.
    pub(super) fn doubt(&mut self, stream: u32) {
        self.witnesses.insert(stream, false);
    }

    /// The stream ends.
    pub(super) fn leave(&mut self, stream: u32) {
        self.witnesses.remove(&stream);
    }

    /// The client of this stream gets a message as it is published.
    pub(super) fn passed_on(
        &mut self,
        (server, topic): (SocketAddr, Content),
        content: Content,
        stream: u32,
    ) {
        let Some(kept) = self.kept.get_mut(&(server, topic)) else { return };
        if kept.content == content {
            kept.witness.get_or_insert(stream);
        } else if kept.witness == Some(stream) {
            let is_again = kept.replaced(content) || kept.others.contains(&content);
            if is_again || kept.others.len() >= BEFORE {
                self.kept.remove(&(server, topic)); // by whom, and with RETAIN or without, nobody knows
            } else {
                kept.others.push(content);
            }
        }
    }

    /// The retained message of this topic, if that is known for sure.
    pub(super) fn of(&self, server: SocketAddr, topic: Content) -> Option<&Kept> {
        let kept = self.kept.get(&(server, topic))?;
        let witness = kept.witness.and_then(|witness| self.witnesses.get(&witness));
        (witness == Some(&true)).then_some(kept)
    }
}
