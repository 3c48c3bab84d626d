//! What a client has subscribed to, and how the server answered.

mod granted;

use std::collections::BTreeMap;
use std::time::Duration;

use wire::{
    PacketIdentifier, Qos, Suback, SubackReturnCode, Subscribe, Subscription, TopicFilter,
    TopicName, Unsubscribe, rules,
};

use super::remark::{Fault, Remark, Spot, keys};

/// The subscriptions of a session: also those that were given up, of which messages may still be on
/// their way (`[MQTT-3.10.4-3]`).
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    all: Vec<Subscribed>,
    waiting: BTreeMap<PacketIdentifier, Waiting>,
    /// Whether there were too many to remember.
    pub(super) is_full: bool,
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
    /// The UNSUBACK that ended it, and when that passed.
    pub(super) ended: Option<(u64, Duration)>,
}

/// A SUBSCRIBE or UNSUBSCRIBE that waits for its answer.
#[derive(Debug)]
struct Waiting {
    spot: Spot,
    request: Request,
    /// Whether a PINGREQ behind it was answered.
    is_passed_over: bool,
}

#[derive(Debug)]
enum Request {
    Subscribe(Vec<Subscription>),
    Unsubscribe(Vec<TopicFilter>),
}

/// Subscriptions of one session that are remembered, at the most.
const MOST: usize = 10_000;

impl Subscriptions {
    /// The session goes on over another connection: what was asked on the last one is answered no more.
    pub(super) fn resume(&mut self) {
        self.waiting.clear();
    }

    pub(super) fn subscribe(&mut self, subscribe: &Subscribe, spot: Spot) {
        for subscription in &subscribe.subscriptions {
            self.all.retain(|known| known.filter != subscription.topic_filter);
            self.all.push(Subscribed {
                filter: subscription.topic_filter.clone(),
                asked: spot.packet.number,
                asked_at: spot.packet.time,
                granted: None,
                qos: subscription.requested_qos,
                ended: None,
            });
        }
        if self.all.len() > MOST {
            self.all.clear();
            self.is_full = true;
        }
        let request = Request::Subscribe(subscribe.subscriptions.clone());
        self.wait(subscribe.packet_identifier, spot, request);
    }

    pub(super) fn unsubscribe(&mut self, unsubscribe: &Unsubscribe, spot: Spot) {
        let request = Request::Unsubscribe(unsubscribe.topic_filters.clone());
        self.wait(unsubscribe.packet_identifier, spot, request);
    }

    fn wait(&mut self, identifier: PacketIdentifier, spot: Spot, request: Request) {
        self.waiting.insert(identifier, Waiting { spot, request, is_passed_over: false });
    }

    /// SUBACK came, as the packet with this number.
    pub(super) fn suback(&mut self, suback: &Suback, number: u64) -> Option<Fault> {
        let identifier = suback.packet_identifier;
        let waiting = self.waiting.remove(&identifier);
        let Some(Waiting { spot, request: Request::Subscribe(asked), .. }) = waiting else {
            let detail = format!("no SUBSCRIBE with identifier {identifier} is waiting");
            return Some(Fault::new(&rules::MQTT_3_8_4_2, keys::IDENTIFIER, detail));
        };
        for (subscription, code) in asked.iter().zip(&suback.return_codes) {
            self.grant(&subscription.topic_filter, spot.packet.number, *code, number);
        }
        granted::judge(&asked, &suback.return_codes, spot.packet.number)
    }

    /// One filter of the SUBSCRIBE `asked` is answered by the SUBACK `number`.
    fn grant(&mut self, filter: &TopicFilter, asked: u64, code: SubackReturnCode, number: u64) {
        let is_it = |known: &Subscribed| known.asked == asked && known.filter == *filter;
        match code {
            SubackReturnCode::Granted(qos) => {
                if let Some(known) = self.all.iter_mut().find(|known| is_it(known)) {
                    (known.granted, known.qos) = (Some(number), qos);
                }
            }
            SubackReturnCode::Failure => self.all.retain(|known| !is_it(known)),
        }
    }

    /// UNSUBACK came, as the packet with this number, at this time.
    pub(super) fn unsuback(
        &mut self,
        identifier: PacketIdentifier,
        number: u64,
        time: Duration,
    ) -> Option<Fault> {
        let waiting = self.waiting.remove(&identifier);
        let Some(Waiting { spot, request: Request::Unsubscribe(filters), .. }) = waiting else {
            let detail = format!("no UNSUBSCRIBE with identifier {identifier} is waiting");
            return Some(Fault::new(&rules::MQTT_3_10_4_4, keys::IDENTIFIER, detail));
        };
        for known in &mut self.all {
            if known.asked < spot.packet.number && filters.contains(&known.filter) {
                known.ended.get_or_insert((number, time));
            }
        }
        None
    }

    /// The PINGREQ with this number was answered.
    pub(super) fn pinged(&mut self, number: u64) {
        for waiting in self.waiting.values_mut() {
            waiting.is_passed_over |= waiting.spot.packet.number < number;
        }
    }

    /// The connection ends: what was never answered, although a later PINGREQ was.
    pub(super) fn end(&mut self) -> Vec<Remark> {
        let waiting = std::mem::take(&mut self.waiting);
        let passed_over = waiting.into_values().filter(|waiting| waiting.is_passed_over);
        passed_over
            .map(|Waiting { spot, request, .. }| {
                let (rule, name) = match request {
                    Request::Subscribe(_) => (&rules::MQTT_3_8_4_1, "SUBACK"),
                    Request::Unsubscribe(_) => (&rules::MQTT_3_10_4_5, "UNSUBACK"),
                };
                let detail = format!("no {name} came up to the end of the connection");
                spot.breaks(Fault::new(rule, keys::IDENTIFIER, detail))
            })
            .collect()
    }

    /// The subscriptions that a message on this topic can be due to.
    pub(super) fn matching(&self, topic: &TopicName) -> Vec<&Subscribed> {
        self.all.iter().filter(|known| known.filter.matches(topic)).collect()
    }

    /// A filter that would match this topic, did the topic not begin with `$`.
    pub(super) fn but_for_dollar(&self, topic: &TopicName) -> Option<&TopicFilter> {
        let without = topic.strip_prefix('$').map(|rest| TopicName::try_from(&*format!("x{rest}")));
        let without = without?.ok()?;
        let filters = self.all.iter().map(|known| &known.filter);
        filters
            .into_iter()
            .find(|filter| filter.starts_with(['+', '#']) && filter.matches(&without))
    }
}
