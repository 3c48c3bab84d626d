//! What a client has subscribed to, and how the server answered.

use std::collections::BTreeMap;
use std::time::Duration;

use wire::{
    PacketIdentifier, Qos, Suback, SubackReturnCode, Subscribe, TopicFilter, TopicName, rules,
};

use super::remark::{Fault, Place, keys};

/// The subscriptions of a session: also those that were given up, of which messages may still be on
/// their way (`[MQTT-3.10.4-3]`).
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    all: Vec<Subscribed>,
    waiting: BTreeMap<PacketIdentifier, Waiting>,
}

/// A subscription.
#[derive(Debug)]
pub(super) struct Subscribed {
    filter: TopicFilter,
    /// The SUBSCRIBE that asked for it.
    pub(super) asked: u64,
    /// When that passed.
    pub(super) asked_at: Duration,
    /// The SUBACK that granted it.
    pub(super) granted: Option<u64>,
    /// The highest QoS of its messages: as asked for, until SUBACK says.
    pub(super) qos: Qos,
}

/// A SUBSCRIBE or UNSUBSCRIBE that waits for its answer.
#[derive(Debug)]
struct Waiting {
    place: Place,
    /// How many filters it has; `None` for an UNSUBSCRIBE.
    filters: Option<usize>,
    /// Whether a PINGREQ behind it was answered.
    is_passed_over: bool,
}

impl Subscriptions {
    /// The session goes on over another connection: what was asked on the last one is answered no more.
    pub(super) fn resume(&mut self) {
        self.waiting.clear();
    }

    pub(super) fn subscribe(&mut self, subscribe: &Subscribe, place: Place) {
        for subscription in &subscribe.subscriptions {
            self.all.retain(|known| known.filter != subscription.topic_filter);
            self.all.push(Subscribed {
                filter: subscription.topic_filter.clone(),
                asked: place.number,
                asked_at: place.time,
                granted: None,
                qos: subscription.requested_qos,
            });
        }
        let filters = Some(subscribe.subscriptions.len());
        let waiting = Waiting { place, filters, is_passed_over: false };
        self.waiting.insert(subscribe.packet_identifier, waiting);
    }

    pub(super) fn unsubscribe(&mut self, identifier: PacketIdentifier, place: Place) {
        self.waiting.insert(identifier, Waiting { place, filters: None, is_passed_over: false });
    }

    /// SUBACK came, as the packet with this number.
    pub(super) fn suback(&mut self, suback: &Suback, number: u64) -> Option<Fault> {
        let identifier = suback.packet_identifier;
        let waiting = self.waiting.remove(&identifier).filter(|waiting| waiting.filters.is_some());
        let Some(Waiting { place, filters: Some(filters), .. }) = waiting else {
            let detail = format!("no SUBSCRIBE with identifier {identifier} is waiting");
            return Some(Fault::new(&rules::MQTT_3_8_4_2, keys::IDENTIFIER, detail));
        };
        let asked = self.all.iter_mut().filter(|known| known.asked == place.number);
        for (known, code) in asked.zip(&suback.return_codes) {
            if let SubackReturnCode::Granted(qos) = code {
                (known.granted, known.qos) = (Some(number), *qos);
            }
        }
        let codes = suback.return_codes.len();
        if codes == filters {
            self.forget_refused(place.number, suback);
            return None;
        }
        let detail =
            format!("#{} has {filters} filters, and the answer {codes} codes", place.number);
        Some(Fault::new(&rules::MQTT_3_8_4_5, keys::RETURN_CODE, detail))
    }

    fn forget_refused(&mut self, asked: u64, suback: &Suback) {
        let mut codes = suback.return_codes.iter();
        self.all.retain(|known| {
            known.asked != asked || codes.next() != Some(&SubackReturnCode::Failure)
        });
    }

    pub(super) fn unsuback(&mut self, identifier: PacketIdentifier) -> Option<Fault> {
        let waiting = self.waiting.remove(&identifier);
        let is_asked = waiting.is_some_and(|waiting| waiting.filters.is_none());
        (!is_asked).then(|| {
            let detail = format!("no UNSUBSCRIBE with identifier {identifier} is waiting");
            Fault::new(&rules::MQTT_3_10_4_4, keys::IDENTIFIER, detail)
        })
    }

    /// The PINGREQ with this number was answered.
    pub(super) fn pinged(&mut self, number: u64) {
        for waiting in self.waiting.values_mut() {
            waiting.is_passed_over |= waiting.place.number < number;
        }
    }

    /// The connection ends: what was never answered, although a later PINGREQ was.
    pub(super) fn end(&mut self) -> Vec<(Place, Fault)> {
        let waiting = std::mem::take(&mut self.waiting);
        let passed_over = waiting.into_values().filter(|waiting| waiting.is_passed_over);
        passed_over
            .map(|Waiting { place, filters, .. }| {
                let (rule, name) = match filters {
                    Some(_) => (&rules::MQTT_3_8_4_1, "SUBACK"),
                    None => (&rules::MQTT_3_10_4_5, "UNSUBACK"),
                };
                let detail = format!("no {name} came up to the end of the connection");
                (place, Fault::new(rule, keys::IDENTIFIER, detail))
            })
            .collect()
    }

    /// The subscriptions that a message on this topic can be due to.
    pub(super) fn matching(&self, topic: &TopicName) -> Vec<&Subscribed> {
        self.all.iter().filter(|known| known.filter.matches(topic)).collect()
    }
}
