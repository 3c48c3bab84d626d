//! What arrives at one subscriber of what others publish: in which order, and what is missing.
//!
//! A message of QoS 1 or 2 that was overtaken has not come yet, or is lost. Which of the two is known when
//! it comes, or when the connection ends. Judged is what leaves no other reading: a message that was
//! published once, above QoS 0, behind the SUBACK of the only subscription that matches it, and that a
//! later message of the same connection, topic and QoS overtook.

use std::collections::{BTreeMap, BTreeSet};

use wire::{Publish, Qos, TopicName, rules};

use super::published::{Content, Published, Route};
use super::remark::{Fault, Remark, Spot, keys};
use super::subscriptions::{Subscribed, Subscriptions};

/// What a subscriber got of each route.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// The last message of each route that arrived, by the packet that published it.
    last: BTreeMap<Route, u64>,
    overtaken: BTreeMap<Content, Overtaken>,
    /// What was published up to this packet is not asked for.
    since: u64,
    /// The topics of which a retained message came.
    kept: BTreeSet<Content>,
    /// Between which packets the subscriber was away the last time.
    away: Option<(u64, u64)>,
}

/// A message that a later one overtook.
#[derive(Debug)]
struct Overtaken {
    /// The packet that published it.
    number: u64,
    /// The delivery of the later one, and the packet that published that.
    by: Spot,
    later: u64,
}

/// Routes and overtaken messages that are remembered, at the most.
const MOST: usize = 4096;

impl Arrivals {
    /// The connection ended behind this packet.
    pub(super) fn leave(&mut self, number: u64) {
        self.away = Some((number, u64::MAX));
    }

    /// The subscriber is back, with this packet.
    pub(super) fn come_back(&mut self, number: u64) {
        if let Some((_, until)) = &mut self.away {
            *until = (*until).min(number);
        }
    }

    /// The retained message of this topic arrives.
    pub(super) fn keep(&mut self, topic: Content) {
        if self.kept.len() < MOST {
            self.kept.insert(topic);
        }
    }

    /// Whether the retained message of this topic arrived before.
    pub(super) fn is_kept(&self, topic: Content) -> bool {
        self.kept.len() >= MOST || self.kept.contains(&topic)
    }

    /// Whether a message arrived that this connection published on this topic, whatever its QoS.
    pub(super) fn any_of(&self, stream: u32, topic: Content) -> bool {
        let qos = [Qos::AtLeastOnce, Qos::ExactlyOnce];
        qos.iter().any(|&qos| self.last.contains_key(&(stream, topic, qos)))
    }

    /// A message arrives, which is no copy of one that waits for its answer.
    pub(super) fn arrive(
        &mut self,
        publish: &Publish,
        content: Content,
        subscriptions: &Subscriptions,
        published: &Published,
        spot: impl FnOnce() -> Spot,
    ) -> Option<Fault> {
        let origin = published.origin(content)?;
        let route = origin.route()?;
        let subscribed = only(subscriptions, &publish.topic)?;
        let granted = subscribed.granted.filter(|granted| *granted < origin.first)?;
        if publish.retain || subscribed.qos.min(origin.highest) == Qos::AtMostOnce {
            return None;
        }
        if let Some(Overtaken { number, later, .. }) = self.overtaken.remove(&content) {
            let detail = format!("#{number} was published before #{later}, which came before it");
            return Some(Fault::new(&rules::MQTT_4_6_0_6, keys::PACKET, detail));
        }
        let last = self.last.get(&route).copied().unwrap_or_default();
        if origin.first <= last.max(self.since) {
            return None;
        }
        let after = last.max(self.since).max(granted);
        let overtaken = published.between(route, after, origin.first);
        if !overtaken.is_empty() {
            let by = spot();
            self.overtaken.extend(overtaken.into_iter().map(|(number, content)| {
                (content, Overtaken { number, by: by.clone(), later: origin.first })
            }));
        }
        self.last.insert(route, origin.first);
        if self.last.len() > MOST || self.overtaken.len() > MOST {
            self.last.clear();
            self.overtaken.clear();
            self.since = origin.first;
        }
        None
    }

    /// The connection ends behind this packet: what was overtaken, and never came.
    pub(super) fn end(&mut self, published: &Published, number: u64) -> Vec<Remark> {
        let overtaken = std::mem::take(&mut self.overtaken);
        let is_taken =
            |content: &Content| published.origin(*content).is_some_and(|origin| origin.is_taken);
        let lost = overtaken.into_iter().filter(|(content, _)| is_taken(content));
        let faults: Vec<_> = lost
            .map(|(_, Overtaken { number, by, later })| {
                let was_away = self.away.is_some_and(|(from, to)| from <= number && number < to);
                let rule = if was_away { &rules::MQTT_3_1_2_5 } else { &rules::MQTT_4_5_0_1 };
                let detail = format!(
                    "#{later} came, and #{number} never did, which was published before it on the \
                     same topic"
                );
                by.breaks(Fault::new(rule, keys::PACKET, detail))
            })
            .collect();
        if !faults.is_empty() {
            self.since = number;
        }
        faults
    }
}

/// The only subscription that a message can be due to.
pub(super) fn only<'s>(
    subscriptions: &'s Subscriptions,
    topic: &TopicName,
) -> Option<&'s Subscribed> {
    let [only] = subscriptions.matching(topic)[..] else { return None };
    only.ended.is_none().then_some(only)
}
