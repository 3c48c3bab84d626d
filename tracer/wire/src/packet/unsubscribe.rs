//! UNSUBSCRIBE (MQTT 3.1.1 §3.10): a client wants no more of some messages.

use super::header::{self, PacketType};
use crate::field::{Field, Part, Prefixed};
use crate::packet_identifier::PacketIdentifier;
use crate::rules;
use crate::topic::TopicFilter;
use crate::walk::{Walk, placeholder};

/// An UNSUBSCRIBE packet (§3.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe {
    /// The number that UNSUBACK will repeat.
    pub packet_identifier: PacketIdentifier,
    /// The subscriptions to delete, character by character as they were made (`[MQTT-3.10.4-1]`); at
    /// least one (`[MQTT-3.10.3-2]`).
    pub topic_filters: Vec<TopicFilter>,
}

impl Unsubscribe {
    pub(crate) fn walk<W: Walk>(w: &mut W, unsubscribe: &Self) -> Result<Self, W::Error> {
        header::walk(w, PacketType::Unsubscribe)?;
        w.framed(|w| {
            let packet_identifier = PacketIdentifier::walk(w, unsubscribe.packet_identifier)?;
            let topic_filters = w.each(
                &TOPIC_FILTER.content,
                &rules::MQTT_3_10_3_2,
                &unsubscribe.topic_filters,
                |w, filter| filter.walk(w, &TOPIC_FILTER),
            )?;
            Ok(Self { packet_identifier, topic_filters })
        })
    }
}

placeholder!(
    Unsubscribe,
    Unsubscribe { packet_identifier: PacketIdentifier::FIRST, topic_filters: Vec::new() }
);

static TOPIC_FILTER: Prefixed = Prefixed {
    length: Field::new("Topic Filter length", "topic_filter_length")
        .at("3.10.3", Part::Payload)
        .filter("mqtt.topic_len")
        .about("How many bytes the Topic Filter has.")
        .explain(|value| crate::explain::length(value, "Topic Filter")),
    content: Field::new("Topic Filter", "topic_filter")
        .at("3.10.3", Part::Payload)
        .filter("mqtt.topic")
        .about("A subscription to delete.")
        .explain(|_| {
            "Only the subscription with exactly this Topic Filter goes; it is not matched against \
             others."
                .into()
        }),
    well_formed: Some(&rules::MQTT_3_10_3_1),
    shown_as_text: true,
};
