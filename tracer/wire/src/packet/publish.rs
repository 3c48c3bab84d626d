//! PUBLISH (MQTT 3.1.1 §3.3): a message, on its way to the server or from it to a subscriber.

use bytes::Bytes;

use super::header::{FIRST_BYTE, PACKET_TYPE, PacketType};
use crate::field::{Field, Group, Part, Prefixed};
use crate::packet_identifier::PacketIdentifier;
use crate::qos::Qos;
use crate::rules;
use crate::topic::TopicName;
use crate::walk::{Condition, Walk, placeholder};

/// A PUBLISH packet (§3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// The QoS of this leg, with what that QoS brings along.
    pub delivery: Delivery,
    /// To the server: keep this message for later subscribers. To a subscriber: this message was
    /// kept, you come late (§3.3.1.3).
    pub retain: bool,
    /// The label of the message.
    pub topic: TopicName,
    /// The message itself: any bytes, also none.
    pub payload: Bytes,
}

/// The QoS of a PUBLISH with what belongs to it: only above QoS 0 is there a Packet Identifier
/// (`[MQTT-2.3.1-5]`), and only there can DUP be set (`[MQTT-3.3.1-2]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// QoS 0.
    AtMostOnce,
    /// QoS 1: PUBACK follows.
    AtLeastOnce {
        /// The number that PUBACK will repeat.
        packet_identifier: PacketIdentifier,
        /// Whether this packet was sent before (§3.3.1.1).
        dup: bool,
    },
    /// QoS 2: PUBREC, PUBREL and PUBCOMP follow.
    ExactlyOnce {
        /// The number that the other three will repeat.
        packet_identifier: PacketIdentifier,
        /// Whether this packet was sent before (§3.3.1.1).
        dup: bool,
    },
}

impl Delivery {
    /// A delivery at this QoS; `None` at QoS 1 and 2 without a Packet Identifier. At QoS 0 neither
    /// identifier nor `dup` count.
    pub fn new(qos: Qos, packet_identifier: Option<PacketIdentifier>, dup: bool) -> Option<Self> {
        match (qos, packet_identifier) {
            (Qos::AtMostOnce, _) => Some(Self::AtMostOnce),
            (Qos::AtLeastOnce, Some(packet_identifier)) => {
                Some(Self::AtLeastOnce { packet_identifier, dup })
            }
            (Qos::ExactlyOnce, Some(packet_identifier)) => {
                Some(Self::ExactlyOnce { packet_identifier, dup })
            }
            (_, None) => None,
        }
    }

    /// The QoS of this delivery.
    pub fn qos(self) -> Qos {
        match self {
            Self::AtMostOnce => Qos::AtMostOnce,
            Self::AtLeastOnce { .. } => Qos::AtLeastOnce,
            Self::ExactlyOnce { .. } => Qos::ExactlyOnce,
        }
    }

    /// The Packet Identifier, above QoS 0.
    pub fn packet_identifier(self) -> Option<PacketIdentifier> {
        match self {
            Self::AtMostOnce => None,
            Self::AtLeastOnce { packet_identifier, .. }
            | Self::ExactlyOnce { packet_identifier, .. } => Some(packet_identifier),
        }
    }

    /// Whether DUP is set.
    pub fn dup(self) -> bool {
        match self {
            Self::AtMostOnce => false,
            Self::AtLeastOnce { dup, .. } | Self::ExactlyOnce { dup, .. } => dup,
        }
    }
}

impl Publish {
    #[inline]
    pub(crate) fn walk<W: Walk>(w: &mut W, publish: &Self) -> Result<Self, W::Error> {
        let byte = PACKET_TYPE.put(PacketType::Publish.number())
            | DUP.put(publish.delivery.dup().into())
            | QOS.put(publish.delivery.qos().level())
            | RETAIN.put(publish.retain.into());
        let byte = w.group(&PUBLISH, byte)?;
        let qos = Qos::new(QOS.get(byte));
        w.ensure(qos.is_some(), &QOS, &rules::MQTT_3_3_1_4)?;
        let qos = qos.unwrap_or_default();
        let dup = DUP.is_set(byte);
        w.ensure(qos > Qos::AtMostOnce || !dup, &DUP, &rules::MQTT_3_3_1_2)?;
        w.framed(|w| {
            let rules = [&rules::MQTT_3_3_2_2, &rules::MQTT_4_7_3_1];
            let topic = w.topic(&TOPIC_NAME, &rules, &publish.topic)?;
            let acknowledged = Condition {
                holds: qos > Qos::AtMostOnce,
                words: "QoS is 1 or 2",
                missing: &rules::MQTT_2_3_1_1,
                surplus: Some(&rules::MQTT_2_3_1_5),
            };
            let identifier = publish.delivery.packet_identifier();
            let identifier = w.when(&acknowledged, identifier.as_ref(), |w, &identifier| {
                PacketIdentifier::walk(w, identifier)
            })?;
            let payload = w.rest(&PAYLOAD, &publish.payload)?;
            let delivery = Delivery::new(qos, identifier, dup).unwrap_or(Delivery::AtMostOnce);
            Ok(Self { delivery, retain: RETAIN.is_set(byte), topic, payload })
        })
    }
}

placeholder!(
    Publish,
    Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic: TopicName::EMPTY,
        payload: Bytes::new(),
    }
);

pub(super) static PUBLISH: Group =
    Group { whole: FIRST_BYTE, parts: &[&PACKET_TYPE, &DUP, &QOS, &RETAIN] };

static DUP: Field = Field::new("DUP", "dup")
    .at("3.3.1.1", Part::FixedHeader)
    .bits(3, 3)
    .filter("mqtt.dupflag")
    .about("Whether this packet was sent before, on this leg.")
    .explain(|value| match value.number() {
        0 => "The packet is sent for the first time.".into(),
        _ => "The packet may have been sent before, with the same Packet Identifier: no \
              acknowledgement came. It says nothing about what the receiver has seen."
            .into(),
    });

static QOS: Field = Field::new("QoS", "qos")
    .at("3.3.1.2", Part::FixedHeader)
    .bits(2, 1)
    .filter("mqtt.qos")
    .about("How hard the two ends of this leg try: at most once, at least once, exactly once.")
    .symbol(|number| match number {
        0 => "at most once",
        1 => "at least once",
        2 => "exactly once",
        _ => "forbidden",
    })
    .explain(|value| match value.number() {
        0 => "Sent once and forgotten: no Packet Identifier, no answer.".into(),
        1 => "Kept until PUBACK comes: the message may arrive twice. At 0 there would be no \
              answer, at 2 there would be four packets."
            .into(),
        2 => "PUBREC, PUBREL and PUBCOMP follow, so that the message arrives once. On the next \
              leg it may be less: QoS is agreed for each leg alone."
            .into(),
        _ => "3 is no QoS: the receiver hangs up.".into(),
    });

static RETAIN: Field = Field::new("RETAIN", "retain")
    .at("3.3.1.3", Part::FixedHeader)
    .bits(0, 0)
    .filter("mqtt.retain")
    .about("To the server: keep this message. To a subscriber: this message had been kept.")
    .explain(|value| match value.number() {
        0 => {
            "To the server: pass it on, keep nothing. To a subscriber: the message is fresh.".into()
        }
        _ => "To the server: keep it for later subscribers of this topic, or delete the kept one \
              if the payload is empty. To a subscriber: it had been kept, you came later."
            .into(),
    });

static TOPIC_NAME: Prefixed = Prefixed {
    length: Field::new("Topic Name length", "topic_name_length")
        .at("3.3.2.1", Part::VariableHeader)
        .filter("mqtt.topic_len")
        .about("How many bytes the Topic Name has.")
        .explain(|value| crate::explain::length(value, "Topic Name")),
    content: Field::new("Topic Name", "topic_name")
        .at("3.3.2.1", Part::VariableHeader)
        .filter("mqtt.topic")
        .about("The label of the message, which the server compares with its Topic Filters.")
        .explain(|_| {
            "Whoever has a Topic Filter that matches this gets the message. Every character \
             counts, upper and lower case too; a wildcard here would be malformed."
                .into()
        }),
    well_formed: Some(&rules::MQTT_3_3_2_1),
    shown_as_text: true,
};

static PAYLOAD: Field = Field::new("Application Message", "application_message")
    .at("3.3.3", Part::Payload)
    .filter("mqtt.msg")
    .about("The message itself: any bytes. It has no length of its own.")
    .explain(|value| match value.size() {
        1 => "The one byte that is left of the Remaining Length; MQTT does not look at it.".into(),
        size => format!(
            "The {size} bytes that are left of the Remaining Length; MQTT does not look at them."
        )
        .into(),
    });
