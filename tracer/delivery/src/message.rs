//! A message, apart from the packet that carries it on one leg of its way.

use bytes::Bytes;
use wire::{Delivery, Publish, Qos, TopicName};

/// An Application Message (MQTT 3.1.1 §1.2): what a publisher says, at the QoS at which one leg carries
/// it. Topic and payload are shared, so that a copy for each subscriber costs next to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The label of the message.
    pub topic: TopicName,
    /// The message itself: any bytes, also none.
    pub payload: Bytes,
    /// How hard the two ends of this leg try.
    pub qos: Qos,
    /// The RETAIN flag that this leg carries (§3.3.1.3).
    pub retain: bool,
}

impl Message {
    /// How many bytes topic and payload are.
    pub fn size(&self) -> usize {
        self.topic.len() + self.payload.len()
    }

    /// The packet that carries this message on its leg. The delivery decides on QoS, Packet Identifier
    /// and DUP.
    pub(crate) fn publish(self, delivery: Delivery) -> Publish {
        Publish { delivery, retain: self.retain, topic: self.topic, payload: self.payload }
    }
}

impl From<Publish> for Message {
    fn from(publish: Publish) -> Self {
        Self {
            qos: publish.delivery.qos(),
            topic: publish.topic,
            payload: publish.payload,
            retain: publish.retain,
        }
    }
}
