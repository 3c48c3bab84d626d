//! What the broker wants stored, at the moment at which it changes.
//!
//! Only what outlives a Network Connection is: a session with Clean Session 1 has no number in the store
//! and says nothing here, and where nothing is stored at all, no session has one.

use delivery::Message;
use wire::{Packet, PacketIdentifier, Pubrec, Qos, Subscribe, Subscription, TopicFilter};

use crate::broker::{Broker, Output};
use crate::configuration::Configuration;
use crate::connection::Client;
use crate::record::{self, Change, Key};
use crate::session::{Session, SessionId};

/// What belongs to no session.
impl Broker {
    /// A retained message was replaced, or deleted by an empty one.
    pub(crate) fn store_retained(&self, message: &Message, outputs: &mut Vec<Output>) {
        if self.stores {
            let key = Key::Retained(message.topic.clone());
            let packet = (!message.payload.is_empty()).then(|| record::message(message));
            outputs.push(Output::Store(Change { key, packet }));
        }
    }

    /// A client came in, with a will or without.
    pub(crate) fn store_will(&self, client: &Client, outputs: &mut Vec<Output>) {
        if let (Some(will), Some(session)) = (&client.will, self.sessions.get(&client.session))
            && self.stores
        {
            let packet = record::connect(&session.client, session.owner.as_ref(), Some(will));
            outputs.push(Output::Store(Change::put(Key::Will(client.session.0), packet)));
        }
    }

    /// A will was published or dropped.
    pub(crate) fn erase_will(&self, session: SessionId, outputs: &mut Vec<Output>) {
        if self.stores {
            outputs.push(Output::Store(Change::delete(Key::Will(session.0))));
        }
    }
}

/// What belongs to a session.
impl Session {
    /// The session began, or went on under another User Name.
    pub(crate) fn store(&self, outputs: &mut Vec<Output>) {
        if let Some(SessionId(session)) = self.stored_as {
            let packet = record::connect(&self.client, self.owner.as_ref(), None);
            outputs.push(Output::Store(Change::put(Key::Session(session), packet)));
        }
    }

    /// The session ended, and all that belongs to it.
    pub(crate) fn erase(&self, outputs: &mut Vec<Output>) {
        outputs.extend(self.keys().into_iter().map(Change::delete).map(Output::Store));
    }

    /// The keys of all that is stored of this session.
    fn keys(&self) -> Vec<Key> {
        let Some(SessionId(session)) = self.stored_as else { return Vec::new() };
        let filters = self.filters.iter().map(|(_, number)| Key::Subscription { session, number });
        let unreleased = self.incoming.identifiers();
        let unreleased =
            unreleased.map(|packet_identifier| Key::Unreleased { session, packet_identifier });
        let waiting = self.outgoing.waiting().filter_map(|(_, number)| *number);
        let waiting = waiting.map(|number| Key::Waiting { session, number });
        let under_way = self.outgoing.flights();
        let under_way = under_way.map(|(_, it)| Key::UnderWay { session, number: it.step });
        let itself = std::iter::once(Key::Session(session));
        itself.chain(filters).chain(unreleased).chain(waiting).chain(under_way).collect()
    }

    /// A subscription was added or replaced. Its number in the store comes back.
    pub(crate) fn store_subscription(
        &mut self,
        topic_filter: &TopicFilter,
        qos: Qos,
        outputs: &mut Vec<Output>,
    ) -> u64 {
        let Some(SessionId(session)) = self.stored_as else { return 0 };
        let known = self.filters.number(topic_filter);
        let number = known.unwrap_or_else(|| self.next_number());
        let subscription = Subscription { topic_filter: topic_filter.clone(), requested_qos: qos };
        let packet = Subscribe {
            packet_identifier: PacketIdentifier::FIRST,
            subscriptions: vec![subscription],
        };
        let key = Key::Subscription { session, number };
        outputs.push(Output::Store(Change::put(key, packet)));
        number
    }

    pub(crate) fn erase_subscription(&self, number: u64, outputs: &mut Vec<Output>) {
        if let Some(SessionId(session)) = self.stored_as {
            outputs.push(Output::Store(Change::delete(Key::Subscription { session, number })));
        }
    }

    /// A new message came from the client; at QoS 2 it is answered with PUBREC.
    pub(crate) fn store_receipt(&self, answer: Option<&Packet>, outputs: &mut Vec<Output>) {
        if let (Some(SessionId(session)), Some(Packet::Pubrec(pubrec))) = (self.stored_as, answer) {
            let Pubrec { packet_identifier } = *pubrec;
            let key = Key::Unreleased { session, packet_identifier };
            outputs.push(Output::Store(Change::put(key, *pubrec)));
        }
    }

    /// The PUBREL of a message came from the client.
    pub(crate) fn erase_receipt(
        &self,
        packet_identifier: PacketIdentifier,
        outputs: &mut Vec<Output>,
    ) {
        if let Some(SessionId(session)) = self.stored_as {
            let key = Key::Unreleased { session, packet_identifier };
            outputs.push(Output::Store(Change::delete(key)));
        }
    }

    /// A message goes to the end of the queue; it is stored there if it has to stay for a while, and
    /// then has a number. One at QoS 0 never is (MQTT 3.1.1 §3.1.2.4).
    pub(crate) fn store_waiting(
        &mut self,
        message: &Message,
        configuration: &Configuration,
        outputs: &mut Vec<Output>,
    ) -> Option<u64> {
        let SessionId(session) = self.stored_as?;
        if message.qos == Qos::AtMostOnce || !self.makes_wait(configuration) {
            return None;
        }
        let number = self.next_number();
        let key = Key::Waiting { session, number };
        outputs.push(Output::Store(Change::put(key, record::message(message))));
        Some(number)
    }

    /// A packet goes out. If it is a PUBLISH for the first time, it waits no more, and is under way.
    pub(crate) fn store_departure(&self, packet: &Packet, outputs: &mut Vec<Output>) {
        let (Some(SessionId(session)), Packet::Publish(publish)) = (self.stored_as, packet) else {
            return;
        };
        let Some(packet_identifier) = publish.delivery.packet_identifier() else { return };
        let flight = self.outgoing.flight(packet_identifier);
        let Some(flight) = flight.filter(|_| !publish.delivery.dup()) else { return };
        if let Some(number) = flight.mark {
            outputs.push(Output::Store(Change::delete(Key::Waiting { session, number })));
        }
        let key = Key::UnderWay { session, number: flight.step };
        let packet = record::again(&flight.stage, packet_identifier);
        outputs.push(Output::Store(Change::put(key, packet)));
    }

    /// The key of a message that is under way, if it is stored.
    pub(crate) fn under_way(&self, packet_identifier: PacketIdentifier) -> Option<Key> {
        let SessionId(session) = self.stored_as?;
        let number = self.outgoing.flight(packet_identifier)?.step;
        Some(Key::UnderWay { session, number })
    }

    /// A message that was under way as `before` may have come to another stage, or be done.
    pub(crate) fn store_progress(
        &self,
        before: Option<Key>,
        packet_identifier: PacketIdentifier,
        outputs: &mut Vec<Output>,
    ) {
        let after = self.under_way(packet_identifier);
        let Some(before) = before.filter(|before| after.as_ref() != Some(before)) else { return };
        outputs.push(Output::Store(Change::delete(before)));
        if let (Some(key), Some(flight)) = (after, self.outgoing.flight(packet_identifier)) {
            let packet = record::again(&flight.stage, packet_identifier);
            outputs.push(Output::Store(Change::put(key, packet)));
        }
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}
