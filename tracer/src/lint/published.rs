//! What was published in the whole capture, by whom it may be: a message that a subscriber gets must
//! come from somewhere.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use wire::{Publish, Qos};

/// Topic and payload of a message, as a hash: a capture may be larger than memory.
pub(super) type Content = u64;

/// The messages that clients sent, told by topic and payload.
#[derive(Debug, Default)]
pub(super) struct Published {
    contents: BTreeMap<Content, Origin>,
    /// What one connection published on one topic at one QoS, in order.
    routes: BTreeMap<Route, VecDeque<(u64, Content)>>,
    /// Topics of messages that nobody in the capture published: somebody does who is out of sight.
    strangers: BTreeSet<Content>,
    /// Streams whose clients the server refused.
    refused: BTreeSet<u32>,
    /// Whether there were too many to remember, so that nothing can be said.
    is_full: bool,
}

/// Messages that keep their order (`[MQTT-4.6.0-6]`): stream, topic and QoS.
pub(super) type Route = (u32, Content, Qos);

/// When and how a message was published.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The first packet that published it, and when that passed.
    pub(super) first: u64,
    pub(super) first_at: Duration,
    /// When the last one passed.
    pub(super) last_at: Duration,
    /// Whether the last one had RETAIN set.
    pub(super) is_retained: bool,
    /// Whether any had.
    pub(super) was_retained: bool,
    /// The lowest and the highest QoS at which it was published.
    pub(super) lowest: Qos,
    pub(super) highest: Qos,
    /// How many packets published it, copies among them.
    pub(super) copies: u32,
    /// The stream of the first one, and its topic.
    pub(super) stream: u32,
    pub(super) topic: Content,
    /// Whether the server acknowledged it to the end.
    pub(super) is_taken: bool,
}

impl Origin {
    /// Where it has its place in an order, if it has one: a message that was published once.
    pub(super) fn route(&self) -> Option<Route> {
        (self.copies == 1).then_some((self.stream, self.topic, self.highest))
    }
}

/// Messages that are remembered, at the most.
const MOST: usize = 200_000;

/// Messages of one route that are remembered, at the most.
const MOST_OF_ROUTE: usize = 256;

impl Published {
    /// A client publishes.
    pub(super) fn add(&mut self, publish: &Publish, stream: u32, number: u64, at: Duration) {
        let qos = publish.delivery.qos();
        let topic = content(&publish.topic, &[]);
        let content = content(&publish.topic, &publish.payload);
        let origin = Origin {
            first: number,
            first_at: at,
            last_at: at,
            is_retained: publish.retain,
            was_retained: publish.retain,
            lowest: qos,
            highest: qos,
            copies: 0,
            stream,
            topic,
            is_taken: false,
        };
        let known = self.contents.entry(content).or_insert(origin);
        known.copies += 1;
        (known.last_at, known.is_retained) = (at, publish.retain);
        known.was_retained |= publish.retain;
        (known.lowest, known.highest) = (known.lowest.min(qos), known.highest.max(qos));
        if known.copies == 1 && qos > Qos::AtMostOnce {
            let route = self.routes.entry((stream, topic, qos)).or_default();
            route.push_back((number, content));
            if route.len() > MOST_OF_ROUTE {
                route.pop_front();
            }
        }
        if self.contents.len() > MOST {
            self.is_full = true;
            self.contents.clear();
            self.routes.clear();
        }
    }

    /// The server has acknowledged a message to the end.
    pub(super) fn taken(&mut self, content: Content) {
        if let Some(known) = self.contents.get_mut(&content) {
            known.is_taken = true;
        }
    }

    /// The server refuses the client of this stream: what it publishes counts for nothing.
    pub(super) fn refuse(&mut self, stream: u32) {
        if self.refused.len() < MOST {
            self.refused.insert(stream);
        }
    }

    /// Whether all that published a message was refused by the server.
    pub(super) fn is_refused(&self, origin: &Origin) -> bool {
        origin.copies == 1 && self.refused.contains(&origin.stream)
    }

    /// Where a message comes from, if it was published in this capture.
    pub(super) fn origin(&self, content: Content) -> Option<Origin> {
        self.contents.get(&content).copied().filter(|_| !self.is_full)
    }

    /// Whether nobody in this capture published the message.
    pub(super) fn is_unknown(&self, content: Content) -> bool {
        !self.is_full && !self.contents.contains_key(&content)
    }

    /// A message on this topic comes from out of sight.
    pub(super) fn meet_stranger(&mut self, topic: Content) {
        if self.strangers.len() < MOST {
            self.strangers.insert(topic);
        }
    }

    /// Whether somebody publishes on this topic who is out of sight.
    pub(super) fn has_stranger(&self, topic: Content) -> bool {
        self.strangers.len() >= MOST || self.strangers.contains(&topic)
    }

    /// The messages of a route between these two packets that were published once.
    pub(super) fn between(&self, route: Route, after: u64, before: u64) -> Vec<(u64, Content)> {
        let messages = self.routes.get(&route).into_iter().flatten();
        messages
            .filter(|(number, _)| after < *number && *number < before)
            .filter(|(_, content)| self.origin(*content).is_some_and(|it| it.copies == 1))
            .copied()
            .collect()
    }
}

/// The content of a message.
pub(super) fn content(topic: &str, payload: &[u8]) -> Content {
    let mut hasher = DefaultHasher::new();
    (topic, payload).hash(&mut hasher);
    hasher.finish()
}
