//! SUBSCRIBE (MQTT 3.1.1 §3.8): a client asks for messages.

use super::header::{self, PacketType};
use crate::field::{Field, Group, Part, Prefixed};
use crate::packet_identifier::PacketIdentifier;
use crate::qos::Qos;
use crate::rules;
use crate::topic::TopicFilter;
use crate::walk::{Walk, placeholder};

/// A SUBSCRIBE packet (§3.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    /// The number that SUBACK will repeat.
    pub packet_identifier: PacketIdentifier,
    /// What is asked for, at least one (`[MQTT-3.8.3-3]`). SUBACK answers in the same order.
    pub subscriptions: Vec<Subscription>,
}

/// One Topic Filter of a SUBSCRIBE, and the QoS that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Which topics.
    pub topic_filter: TopicFilter,
    /// The highest QoS at which the server may send their messages (§3.8.3).
    pub requested_qos: Qos,
}

impl Subscribe {
    pub(crate) fn walk<W: Walk>(w: &mut W, subscribe: &Self) -> Result<Self, W::Error> {
        header::walk(w, PacketType::Subscribe)?;
        w.framed(|w| {
            let packet_identifier = PacketIdentifier::walk(w, subscribe.packet_identifier)?;
            let subscriptions = w.each(
                &TOPIC_FILTER.content,
                &rules::MQTT_3_8_3_3,
                &subscribe.subscriptions,
                Subscription::walk,
            )?;
            Ok(Self { packet_identifier, subscriptions })
        })
    }
}

impl Subscription {
    fn walk<W: Walk>(w: &mut W, subscription: &Self) -> Result<Self, W::Error> {
        let topic_filter = subscription.topic_filter.walk(w, &TOPIC_FILTER)?;
        let byte = w.group(&REQUESTED_QOS, QOS.put(subscription.requested_qos.level()))?;
        w.ensure(!RESERVED.is_set(byte), &RESERVED, &rules::MQTT_3_8_3_4)?;
        let requested_qos = Qos::new(QOS.get(byte));
        w.ensure(requested_qos.is_some(), &QOS, &rules::MQTT_3_8_3_4)?;
        Ok(Self { topic_filter, requested_qos: requested_qos.unwrap_or_default() })
    }
}

impl TopicFilter {
    pub(super) fn walk<W: Walk>(
        &self,
        w: &mut W,
        field: &'static Prefixed,
    ) -> Result<Self, W::Error> {
        let rules = [&rules::MQTT_4_7_3_1, &rules::MQTT_4_7_1_2, &rules::MQTT_4_7_1_3];
        w.topic(field, &rules, self)
    }
}

placeholder!(
    Subscribe,
    Subscribe { packet_identifier: PacketIdentifier::FIRST, subscriptions: Vec::new() }
);
placeholder!(
    Subscription,
    Subscription { topic_filter: TopicFilter::EMPTY, requested_qos: Qos::AtMostOnce }
);

static TOPIC_FILTER: Prefixed = Prefixed {
    length: Field::new("Topic Filter length", "topic_filter_length")
        .at("3.8.3", Part::Payload)
        .filter("mqtt.topic_len")
        .about("How many bytes the Topic Filter has.")
        .explain(|value| crate::explain::length(value, "Topic Filter")),
    content: Field::new("Topic Filter", "topic_filter")
        .at("3.8.3", Part::Payload)
        .filter("mqtt.topic")
        .about("Which topics the client asks for.")
        .explain(crate::explain::topic_filter),
    well_formed: Some(&rules::MQTT_3_8_3_1),
    shown_as_text: true,
};

static REQUESTED_QOS: Group = Group {
    whole: Field::new("Requested QoS", "requested_qos")
        .at("3.8.3", Part::Payload)
        .filter("mqtt.sub.qos")
        .about("The byte behind each Topic Filter: the QoS that the client asks for."),
    parts: &[&RESERVED, &QOS],
};

static RESERVED: Field = Field::new("Reserved", "requested_qos_reserved")
    .at("3.8.3", Part::Payload)
    .bits(7, 2)
    .about("Six bits that are kept for later versions, and 0.")
    .explain(|value| match value.number() {
        0 => "Kept for later versions: anything but 0 makes the packet malformed.".into(),
        _ => "Kept for later versions: since they are not 0, the server hangs up.".into(),
    });

static QOS: Field = Field::new("Requested QoS", "requested_qos_level")
    .at("3.8.3", Part::Payload)
    .bits(1, 0)
    .about("The highest QoS at which the server may send these messages.")
    .symbol(|number| match number {
        0 => "at most once",
        1 => "at least once",
        2 => "exactly once",
        _ => "forbidden",
    })
    .explain(|value| match value.number() {
        0 => "Messages come at QoS 0, whatever QoS they were published with.".into(),
        1 => "Messages come at QoS 1 at the most: the smaller one of this and the QoS they were \
              published with."
            .into(),
        2 => "Messages come at the QoS they were published with; this one is the highest.".into(),
        _ => "3 is no QoS: the server hangs up.".into(),
    });
