//! What a server delivers: to whom it is due, at which QoS, and with which RETAIN.

mod kept;

use std::net::SocketAddr;
use std::time::Duration;

use wire::{Publish, Qos, rules};

use crate::conversation::Seen;

use super::published::{self, Content, Origin, Published, content};
use super::remark::{Fault, Spot, keys};
use super::retained::Retained;
use super::session::Session;
use super::subscriptions::Subscribed;
use super::wills::Wills;

/// Two connections may be read in another order than the capture has them, within this time.
pub(super) const LEEWAY: Duration = Duration::from_secs(1);

/// What was seen of all clients.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) published: Published,
    pub(super) wills: Wills,
    pub(super) retained: Retained,
}

/// A message on its way to a subscriber.
pub(super) struct Delivery<'d> {
    publish: &'d Publish,
    server: SocketAddr,
    content: Content,
    topic: Content,
    /// The subscriptions that match, those among them that were given up.
    matching: Vec<&'d Subscribed>,
    /// Where it comes from, if it was published in this capture and is no will.
    pub(super) origin: Option<Origin>,
    /// Whether the retained message of the topic has not come, and nothing can wait from before.
    is_kept_due: bool,
}

impl Sources {
    /// A client publishes.
    pub(super) fn publish(&mut self, publish: &Publish, seen: &Seen<'_>) {
        self.published.add(publish, seen.stream, seen.number, seen.time);
        if publish.retain {
            self.retained.set(seen.connection.server, publish, seen.number, seen.time);
        }
    }

    /// The server has a message for sure, which it acknowledges to the end.
    pub(super) fn acknowledge(&mut self, content: Option<Content>) {
        if let Some(content) = content {
            self.published.taken(content);
        }
    }

    /// The rules that a delivery breaks. All of them need a session that was seen from its beginning.
    pub(super) fn deliver(
        &mut self,
        publish: &Publish,
        session: &mut Session,
        seen: &Seen<'_>,
    ) -> Vec<Fault> {
        if !session.is_known() {
            return Vec::new();
        }
        let content = content(&publish.topic, &publish.payload);
        session.due.arrive(content);
        let topic = published::content(&publish.topic, &[]);
        if !publish.retain {
            self.pass_on(publish, (topic, content), seen);
        }
        let mut faults = self.judge(publish, seen.connection.server, session);
        if publish.retain {
            session.arrivals.keep(topic);
        }
        if self.wills.has(content) || self.published.has_stranger(topic) {
            return faults;
        }
        if let Some(origin) = self.published.origin(content) {
            let spot = || Spot::of(seen, keys::QOS);
            session.lowered.arrive(publish, content, &origin, &session.subscriptions, spot);
        }
        let identifier = publish.delivery.packet_identifier();
        if !identifier.is_some_and(|identifier| session.server.waits_for(identifier, content)) {
            let Session { arrivals, subscriptions, .. } = session;
            let spot = || Spot::of(seen, keys::IDENTIFIER);
            faults.extend(arrivals.arrive(publish, content, subscriptions, &self.published, spot));
        }
        faults
    }

    /// A message passes as it is published.
    fn pass_on(
        &mut self,
        publish: &Publish,
        (topic, content): (Content, Content),
        seen: &Seen<'_>,
    ) {
        let key = (seen.connection.server, topic);
        self.retained.passed_on(key, content, seen.stream);
        let is_known = !self.published.is_unknown(content) || self.wills.has(content);
        if !is_known && !publish.delivery.dup() {
            self.published.meet_stranger(topic);
        }
    }

    fn judge(&self, publish: &Publish, server: SocketAddr, session: &Session) -> Vec<Fault> {
        let topic = content(&publish.topic, &[]);
        let content = content(&publish.topic, &publish.payload);
        let is_will = self.wills.has(content);
        let origin = self.published.origin(content).filter(|_| !is_will);
        let delivery = Delivery {
            publish,
            server,
            content,
            topic,
            matching: session.subscriptions.matching(&publish.topic),
            origin,
            is_kept_due: session.is_first() && !session.arrivals.is_kept(topic),
        };
        match delivery.due() {
            Ok(granted) => {
                let mut faults: Vec<_> = delivery.qos(granted).into_iter().collect();
                faults.extend(delivery.source(self));
                faults.extend(delivery.retain().or_else(|| kept::judge(&delivery, self)));
                faults
            }
            Err(topic) => {
                let but_for_dollar = session.subscriptions.but_for_dollar(topic);
                vec![nobody_asked(publish, but_for_dollar.map(|filter| &**filter))]
            }
        }
    }
}

impl Delivery<'_> {
    /// The highest QoS granted to a subscription that matches; the topic if there is none.
    fn due(&self) -> Result<Qos, &wire::TopicName> {
        self.matching.iter().map(|known| known.qos).max().ok_or(&self.publish.topic)
    }

    /// Whether the subscriber asked for this after that moment, not by chance of reading.
    fn asked_after(&self, moment: Duration) -> bool {
        self.matching.iter().all(|known| known.asked_at > moment + LEEWAY)
    }

    fn qos(&self, granted: Qos) -> Option<Fault> {
        let qos = self.publish.delivery.qos();
        let origin = self.origin.filter(|_| !self.publish.retain);
        if qos > granted {
            return Some(other_qos(qos, &format!("was granted at {granted}")));
        }
        let origin = origin.filter(|origin| qos > origin.highest)?;
        Some(other_qos(qos, &format!("was published at {}", origin.highest)))
    }

    /// The rules on where a message comes from.
    fn source(&self, sources: &Sources) -> Option<Fault> {
        let is_only_will = sources.published.is_unknown(self.content);
        if !self.publish.retain && is_only_will && sources.wills.is_dropped(self.content) {
            let detail = "it is the will of a client that took its leave with DISCONNECT";
            return Some(Fault::new(&rules::MQTT_3_14_4_3, keys::PACKET, detail));
        }
        let origin = self.origin?;
        if sources.published.is_refused(&origin) {
            let detail = format!("#{} published it, whose client was refused", origin.first);
            return Some(Fault::new(&rules::MQTT_3_1_4_5, keys::PACKET, detail));
        }
        let ends = self.matching.iter().map(|known| known.ended);
        let ends: Option<Vec<_>> = ends.collect(); // all of them ended
        let (last, at) = ends?.into_iter().max()?;
        let is_later = origin.first > last && origin.first_at > at + LEEWAY;
        (is_later && !self.publish.retain).then(|| {
            let detail =
                format!("#{last} ended the subscription before #{} published this", origin.first);
            Fault::new(&rules::MQTT_3_10_4_2, keys::TOPIC, detail)
        })
    }

    /// The rules on RETAIN that ask only when a message was published and when it was subscribed to.
    fn retain(&self) -> Option<Fault> {
        let origin = self.origin?;
        let stood =
            |known: &Subscribed| known.granted.is_some_and(|granted| granted < origin.first);
        if self.publish.retain && self.matching.iter().all(|known| stood(known)) {
            let detail =
                format!("the subscription stood before #{} published the message", origin.first);
            return Some(Fault::new(&rules::MQTT_3_3_1_9, keys::RETAIN, detail));
        }
        let is_late = self.is_kept_due && self.asked_after(origin.last_at);
        (!self.publish.retain && origin.is_retained && is_late).then(|| {
            let asked = self.matching.iter().map(|known| known.asked).max().unwrap_or_default();
            let detail = format!("the message was published before #{asked} subscribed to it");
            Fault::new(&rules::MQTT_3_3_1_8, keys::RETAIN, detail)
        })
    }
}

fn other_qos(qos: Qos, why: &str) -> Fault {
    let detail = format!("it is delivered at {qos}, and {why}");
    Fault::new(&rules::MQTT_3_8_4_6, keys::QOS, detail)
}

fn nobody_asked(publish: &Publish, but_for_dollar: Option<&str>) -> Fault {
    let topic = &*publish.topic;
    if let Some(filter) = but_for_dollar {
        let detail = format!("{filter} matches no topic that begins with $, and so not {topic}");
        return Fault::new(&rules::MQTT_4_7_2_1, keys::TOPIC, detail);
    }
    let detail = format!("no subscription of this client matches {topic}");
    Fault::new(&rules::MQTT_3_3_2_3, keys::TOPIC, detail)
}
