//! The retained messages: the last one of each topic that was published with RETAIN 1.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use delivery::Message;
use wire::{Qos, TopicFilter, TopicName};

use crate::configuration::Configuration;

/// The retained messages, in the order of their topics (MQTT 3.1.1 §3.3.1.3). They belong to no
/// session, and stay when a session ends (`[MQTT-3.1.2-7]`).
///
/// All topics that a filter can match begin with what stands before its first wildcard, and they stand
/// side by side. To find them costs a search, and then as much as there are topics with this beginning:
/// those of `a/#` are all found, of `+/b` all topics are looked at. A message costs one search, which
/// grows with the logarithm of how many there are. A map costs no more memory than the messages, however
/// many levels their topics have.
#[derive(Debug, Default)]
pub(crate) struct Retained {
    messages: BTreeMap<TopicName, Kept>,
    /// Of topics and payloads.
    bytes: usize,
    /// The number of the last one that was kept.
    last_number: u64,
}

/// What is kept of a message beside its topic.
#[derive(Debug)]
struct Kept {
    payload: Bytes,
    qos: Qos,
    /// They are numbered in the order in which they came.
    number: u64,
}

/// What became of a message with RETAIN 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is kept, with its QoS.
    Kept,
    /// There is no room for it, and the one that was kept is gone.
    Refused,
    /// It was empty: the one that was kept is gone.
    Deleted,
    /// It was empty, and there was nothing to delete.
    Nothing,
}

impl Retained {
    /// Takes a message that was published with RETAIN 1. It replaces the one of its topic, whatever
    /// their QoS (`[MQTT-3.3.1-5]`, `[MQTT-3.3.1-7]`); an empty one deletes it and is not kept itself
    /// (`[MQTT-3.3.1-10]`, `[MQTT-3.3.1-11]`).
    pub(crate) fn update(&mut self, message: Message, configuration: &Configuration) -> Change {
        let was_there = self.remove(&message.topic);
        if message.payload.is_empty() {
            return if was_there { Change::Deleted } else { Change::Nothing };
        }
        if self.messages.len() >= configuration.max_retained_messages
            || self.bytes.saturating_add(message.size()) > configuration.max_retained_bytes
        {
            return Change::Refused;
        }
        self.take_up(message);
        Change::Kept
    }

    /// Takes up a message, whatever the limits are: one that was retained before this process began.
    pub(crate) fn take_up(&mut self, message: Message) {
        self.remove(&message.topic);
        self.bytes += message.size();
        self.last_number += 1;
        let Message { topic, payload, qos, .. } = message;
        self.messages.insert(topic, Kept { payload, qos, number: self.last_number });
    }

    fn remove(&mut self, topic: &TopicName) -> bool {
        let older = self.messages.remove(topic);
        self.bytes -= older.as_ref().map_or(0, |kept| topic.len() + kept.payload.len());
        older.is_some()
    }

    /// How many messages there are.
    pub(crate) fn messages(&self) -> usize {
        self.messages.len()
    }

    /// How many bytes their topics and payloads are.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of the last message that was kept: later ones have higher numbers.
    pub(crate) fn last_number(&self) -> u64 {
        self.last_number
    }

    /// Looks at the messages that may belong to a filter, in the order of their topics, behind this one.
    pub(crate) fn candidates<'a>(
        &'a self,
        filter: &'a TopicFilter,
        after: Option<&TopicName>,
    ) -> impl Iterator<Item = Candidate<'a>> {
        let prefix = literal_prefix(filter);
        let from = match after {
            Some(topic) => Bound::Excluded(topic.clone()),
            // No text, no topic: then from the start.
            None => TopicName::try_from(prefix).map_or(Bound::Unbounded, Bound::Included),
        };
        self.messages
            .range((from, Bound::Unbounded))
            .take_while(move |(topic, _)| topic.starts_with(prefix))
            .map(move |(topic, kept)| Candidate { filter, topic, kept })
    }
}

/// A retained message that may belong to a filter.
pub(crate) struct Candidate<'a> {
    filter: &'a TopicFilter,
    pub(crate) topic: &'a TopicName,
    kept: &'a Kept,
}

impl Candidate<'_> {
    /// The message, if it belongs to the filter (`[MQTT-3.3.1-6]`) and is none of those that were kept
    /// behind this number. It is as a new subscription gets it, with RETAIN 1 (`[MQTT-3.3.1-8]`) and no
    /// higher QoS than what is granted (`[MQTT-3.8.4-6]`).
    pub(crate) fn message(&self, last_number: u64, granted: Qos) -> Option<Message> {
        let Self { filter, topic, kept } = *self;
        (kept.number <= last_number && filter.matches(topic)).then(|| Message {
            topic: topic.clone(),
            payload: kept.payload.clone(),
            qos: kept.qos.min(granted),
            retain: true,
        })
    }
}

/// What every topic begins with that the filter matches.
fn literal_prefix(filter: &TopicFilter) -> &str {
    let end = filter.find(['+', '#']).unwrap_or(filter.len());
    let prefix = &filter[..end];
    // `a/#` matches `a` as well.
    if filter[end..].starts_with('#') { prefix.strip_suffix('/').unwrap_or(prefix) } else { prefix }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(topic: &str, payload: &'static str) -> Message {
        Message {
            topic: TopicName::try_from(topic).unwrap(),
            payload: Bytes::from_static(payload.as_bytes()),
            qos: Qos::AtMostOnce,
            retain: true,
        }
    }

    fn update(retained: &mut Retained, message: Message) -> Change {
        retained.update(message, &Configuration::default())
    }

    #[test]
    fn an_empty_message_deletes_mqtt_3_3_1_10_and_is_not_kept_mqtt_3_3_1_11() {
        let mut retained = Retained::default();
        assert_eq!(update(&mut retained, message("a", "")), Change::Nothing);
        assert_eq!((retained.messages(), retained.bytes()), (0, 0));
        assert_eq!(update(&mut retained, message("a", "x")), Change::Kept);
        assert_eq!(update(&mut retained, message("a", "")), Change::Deleted);
        assert_eq!((retained.messages(), retained.bytes()), (0, 0));
    }

    proptest! {
        #[test]
        fn the_range_finds_what_a_search_through_all_finds(
            topics in proptest::collection::vec("\\$?[ab.]?(/[ab.]?){0,3}", 0..30),
            filter in "(\\+|a|b|a\\.|\\$|)(/(\\+|a|b|)){0,3}(/#)?|#",
        ) {
            let mut retained = Retained::default();
            for topic in &topics {
                if !topic.is_empty() {
                    update(&mut retained, message(topic, "x"));
                }
            }
            if let Ok(filter) = TopicFilter::try_from(filter.as_str()) {
                let found: Vec<_> = retained.candidates(&filter, None)
                    .filter_map(|it| it.message(u64::MAX, Qos::AtMostOnce))
                    .map(|message| message.topic)
                    .collect();
                let expected: Vec<_> =
                    retained.messages.keys().filter(|topic| filter.matches(topic)).cloned().collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
