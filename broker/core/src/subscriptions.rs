//! Which sessions want which topics.

use std::collections::BTreeMap;

use wire::{Qos, TopicFilter, TopicName};

use crate::levels::Levels;
use crate::session::SessionId;

/// The sessions that one Topic Filter belongs to, with the QoS granted to each.
type Subscribers = BTreeMap<SessionId, Qos>;

/// All subscriptions, as a tree by topic level. A publish takes one step for each of its levels, and more
/// where a `+` meets it as well: at worst twice as many with each level, since each step may lead on by
/// name and by `+`. How many subscriptions there are that do not match makes no difference. To add or to
/// remove one takes a step for each level of its filter.
///
/// ```text
///   kitchen/temperature, kitchen/+ and kitchen/#:
///
///   root ── kitchen ─┬─ temperature   [subscribers]
///                    ├─ +             [subscribers]
///                    └─ #             [subscribers]: kept with kitchen, which it matches too
/// ```
///
/// The tree is as deep as the longest filter, so the broker bounds the levels of a filter.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions(Node);

#[derive(Debug, Default)]
struct Node {
    /// Of the filter that ends here.
    exact: Subscribers,
    /// Of the filter that goes on with `#` and ends.
    multi_level: Subscribers,
    /// Filters that go on with `+`.
    single_level: Option<Box<Self>>,
    /// Filters that go on with a level of this name. Boxed, since a map keeps some places empty.
    below: Levels<Box<Self>>,
}

impl Subscriptions {
    /// Adds a subscription. One to the very same filter is replaced (`[MQTT-3.8.4-3]`).
    pub(crate) fn insert(&mut self, filter: &TopicFilter, session: SessionId, qos: Qos) {
        let mut node = &mut self.0;
        for level in filter.levels() {
            match level {
                "#" => {
                    node.multi_level.insert(session, qos);
                    return;
                }
                "+" => node = node.single_level.get_or_insert_default(),
                _ => {
                    if node.below.get(level).is_none() {
                        node.below.add(level, Box::default());
                    }
                    match node.below.get_mut(level) {
                        Some(below) => node = below,
                        None => return, // it was inserted right above
                    }
                }
            }
        }
        node.exact.insert(session, qos);
    }

    /// Removes the subscription to exactly this filter (`[MQTT-3.10.4-1]`).
    pub(crate) fn remove(&mut self, filter: &TopicFilter, session: SessionId) {
        self.0.remove(Some(filter), session);
    }

    /// Shows the subscribers of each filter that matches the topic. A session comes once for each of
    /// its filters.
    pub(crate) fn matching<'a>(&'a self, topic: &TopicName, see: &mut impl FnMut(&'a Subscribers)) {
        // Wildcards at the front do not reach into topics that begin with $ [MQTT-4.7.2-1].
        self.0.visit(Some(topic), !topic.begins_with_dollar(), see);
    }
}

impl Node {
    /// `rest` is what of the topic is below this node; `None` where the topic ends here.
    fn visit<'a>(
        &'a self,
        rest: Option<&str>,
        wildcards: bool,
        see: &mut impl FnMut(&'a Subscribers),
    ) {
        if wildcards && !self.multi_level.is_empty() {
            see(&self.multi_level);
        }
        let Some(rest) = rest else {
            if !self.exact.is_empty() {
                see(&self.exact);
            }
            return;
        };
        let (level, rest) = first_level(rest);
        if let Some(below) = self.below.get(level) {
            below.visit(rest, true, see);
        }
        if let Some(single_level) = self.single_level.as_ref().filter(|_| wildcards) {
            single_level.visit(rest, true, see);
        }
    }

    /// Removes the subscriber, and on the way back each node that nothing is left in.
    fn remove(&mut self, rest: Option<&str>, session: SessionId) {
        match rest.map(first_level) {
            None => {
                self.exact.remove(&session);
            }
            Some(("#", _)) => {
                self.multi_level.remove(&session);
            }
            Some(("+", rest)) => {
                if let Some(below) = &mut self.single_level {
                    below.remove(rest, session);
                    if below.is_empty() {
                        self.single_level = None;
                    }
                }
            }
            Some((level, rest)) => {
                if let Some(below) = self.below.get_mut(level) {
                    below.remove(rest, session);
                    if below.is_empty() {
                        self.below.remove(level);
                    }
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.exact.is_empty()
            && self.multi_level.is_empty()
            && self.single_level.is_none()
            && self.below.is_empty()
    }
}

/// The first level, and what comes behind its `/`.
fn first_level(topic: &str) -> (&str, Option<&str>) {
    topic.split_once('/').map_or((topic, None), |(level, rest)| (level, Some(rest)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filter(text: &str) -> TopicFilter {
        TopicFilter::try_from(text).unwrap()
    }

    fn sessions(subscriptions: &Subscriptions, topic: &str) -> Vec<u64> {
        let mut sessions = Vec::new();
        let topic = TopicName::try_from(topic).unwrap();
        subscriptions
            .matching(&topic, &mut |found| sessions.extend(found.keys().map(|session| session.0)));
        sessions.sort_unstable();
        sessions
    }

    #[test]
    fn a_removed_filter_leaves_nothing_behind() {
        let mut subscriptions = Subscriptions::default();
        let filters = ["a/b", "a/+/c", "a/#", "#", "+", "/"];
        for text in filters {
            subscriptions.insert(&filter(text), SessionId(1), Qos::AtMostOnce);
        }
        for text in filters {
            subscriptions.remove(&filter(text), SessionId(2));
            assert!(!subscriptions.0.is_empty(), "{text} of another session");
            subscriptions.remove(&filter(text), SessionId(1));
        }
        assert!(subscriptions.0.is_empty());
    }

    #[test]
    fn the_same_filter_again_replaces_the_qos_mqtt_3_8_4_3() {
        let mut subscriptions = Subscriptions::default();
        for qos in [Qos::ExactlyOnce, Qos::AtLeastOnce] {
            subscriptions.insert(&filter("a"), SessionId(1), qos);
        }
        let mut granted = Vec::new();
        subscriptions.matching(&TopicName::try_from("a").unwrap(), &mut |found| {
            granted.extend(found.values().copied());
        });
        assert_eq!(granted, [Qos::AtLeastOnce]);
    }

    #[test]
    fn wildcards_at_the_front_leave_dollar_topics_alone_mqtt_4_7_2_1() {
        let mut subscriptions = Subscriptions::default();
        for (session, text) in [(1, "#"), (2, "+/x"), (3, "$SYS/#"), (4, "$SYS/+")] {
            subscriptions.insert(&filter(text), SessionId(session), Qos::AtMostOnce);
        }
        assert_eq!(sessions(&subscriptions, "$SYS/x"), [3, 4]);
        assert_eq!(sessions(&subscriptions, "a/x"), [1, 2]);
    }

    proptest! {
        /// The tree finds what [`TopicFilter::matches`] finds one by one.
        #[test]
        fn the_tree_finds_what_a_search_one_by_one_finds(
            filters in proptest::collection::vec("(\\+|a|b|\\$|)(/(\\+|a|b|)){0,3}(/#)?", 0..20),
            removed in proptest::collection::vec(any::<proptest::sample::Index>(), 0..5),
            topic in "\\$?[ab]?(/[ab]?){0,4}",
        ) {
            let mut kept: Vec<_> = (0..).zip(filters.iter())
                .filter_map(|(id, text)| Some((id, TopicFilter::try_from(text.as_str()).ok()?)))
                .collect();
            let mut subscriptions = Subscriptions::default();
            for (session, filter) in &kept {
                subscriptions.insert(filter, SessionId(*session), Qos::AtMostOnce);
            }
            for index in removed {
                if !kept.is_empty() {
                    let (session, filter) = kept.remove(index.index(kept.len()));
                    subscriptions.remove(&filter, SessionId(session));
                }
            }
            if let Ok(name) = TopicName::try_from(topic.as_str()) {
                let expected: Vec<_> = kept.iter()
                    .filter(|(_, filter)| filter.matches(&name))
                    .map(|(session, _)| *session)
                    .collect();
                prop_assert_eq!(sessions(&subscriptions, &topic), expected);
            }
        }
    }
}
