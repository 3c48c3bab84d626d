//! The retained messages: the last one of each topic that was published with RETAIN 1.

use std::collections::BTreeMap;
use std::ops::Bound;

use delivery::Message;
use wire::{TopicFilter, TopicName};

use crate::configuration::Configuration;

/// The retained messages, in the order of their topics (MQTT 3.1.1 §3.3.1.3). They belong to no
/// session, and stay when a session ends (`[MQTT-3.1.2-7]`).
///
/// All topics that a filter can match begin with what stands before its first wildcard, and they stand
/// side by side. A map costs no more than the messages, however many levels their topics have.
#[derive(Debug, Default)]
pub(crate) struct Retained {
    messages: BTreeMap<TopicName, Message>,
    /// Of topics and payloads.
    bytes: usize,
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
        let older = self.messages.remove(&message.topic);
        self.bytes -= older.as_ref().map_or(0, Message::size);
        if message.payload.is_empty() {
            return older.map_or(Change::Nothing, |_| Change::Deleted);
        }
        let bytes = self.bytes.saturating_add(message.size());
        if self.messages.len() >= configuration.max_retained_messages
            || bytes > configuration.max_retained_bytes
        {
            return Change::Refused;
        }
        self.bytes = bytes;
        self.messages.insert(message.topic.clone(), message);
        Change::Kept
    }

    /// Takes up a message that was retained before this process began, whatever the limits are now.
    pub(crate) fn take_up(&mut self, message: Message) {
        self.bytes += message.size();
        let older = self.messages.insert(message.topic.clone(), message);
        self.bytes -= older.as_ref().map_or(0, Message::size);
    }

    /// How many messages there are.
    pub(crate) fn messages(&self) -> usize {
        self.messages.len()
    }

    /// How many bytes their topics and payloads are.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The messages that belong to a filter, in the order of their topics (`[MQTT-3.3.1-6]`).
    pub(crate) fn matching(&self, filter: &TopicFilter) -> impl Iterator<Item = &Message> {
        let prefix = literal_prefix(filter).to_owned();
        let first = TopicName::try_from(prefix.as_str()); // no text, no topic: then from the start
        let from = first.map_or(Bound::Unbounded, Bound::Included);
        self.messages
            .range((from, Bound::Unbounded))
            .take_while(move |(topic, _)| topic.starts_with(&prefix))
            .filter(|(topic, _)| filter.matches(topic))
            .map(|(_, message)| message)
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
    use bytes::Bytes;
    use proptest::prelude::*;
    use wire::Qos;

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
                let found: Vec<_> = retained.matching(&filter).map(|m| m.topic.clone()).collect();
                let expected: Vec<_> =
                    retained.messages.keys().filter(|topic| filter.matches(topic)).cloned().collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
