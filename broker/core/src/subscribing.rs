//! SUBSCRIBE and UNSUBSCRIBE.

use wire::{
    Packet, Qos, Suback, SubackReturnCode, Subscribe, Subscription, TopicFilter, Unsuback,
    Unsubscribe, Version,
};

use crate::broker::{Broker, ConnectionId, Output};
use crate::event::Event;
use crate::filters::Filters;
use crate::room::{MESSAGE, is_above_share};
use crate::session::{Session, SessionId};

impl Broker {
    /// A SUBSCRIBE: its filters one after the other, as if each came in a packet of its own
    /// (`[MQTT-3.8.4-4]`), and one SUBACK (`[MQTT-3.8.4-1]`) with the same Packet Identifier
    /// (`[MQTT-3.8.4-2]`, `[MQTT-2.3.1-7]`) and one code for each (`[MQTT-3.8.4-5]`) in their order
    /// (`[MQTT-3.9.3-1]`). Then come the retained messages.
    pub(crate) fn subscribe(
        &mut self,
        id: ConnectionId,
        session: SessionId,
        subscribe: Subscribe,
        outputs: &mut Vec<Output>,
    ) {
        let Subscribe { packet_identifier, subscriptions } = subscribe;
        let mut return_codes = Vec::with_capacity(subscriptions.len());
        let mut granted = Vec::with_capacity(subscriptions.len());
        for Subscription { topic_filter, requested_qos } in subscriptions {
            if self.has_room(id, session, &topic_filter, outputs)
                && self.may_subscribe(id, session, &topic_filter, outputs)
            {
                self.add(session, &topic_filter, requested_qos, outputs);
                return_codes.push(SubackReturnCode::Granted(requested_qos));
                granted.push((topic_filter, requested_qos));
            } else {
                return_codes.push(self.refusal(id, requested_qos));
            }
        }
        let suback = Suback { packet_identifier, return_codes };
        outputs.push(Output::Send(id, Packet::Suback(suback)));
        for (topic_filter, qos) in granted {
            if self.sessions.get(&session).is_some_and(|it| it.stored_as.is_some()) {
                self.queue_retained(id, session, &topic_filter, qos, outputs);
            } else {
                self.begin_replay(session, &topic_filter, qos);
            }
        }
        self.replay(session, outputs);
    }

    /// An UNSUBSCRIBE: filters that are there character by character are deleted (`[MQTT-3.10.4-1]`),
    /// one after the other (`[MQTT-3.10.4-6]`), and no new message comes for them (`[MQTT-3.10.4-2]`).
    /// Exchanges under way go on, since they belong to the session (`[MQTT-3.10.4-3]`). UNSUBACK comes
    /// in any case (`[MQTT-3.10.4-4]`, `[MQTT-3.10.4-5]`).
    pub(crate) fn unsubscribe(
        &mut self,
        id: ConnectionId,
        session: SessionId,
        unsubscribe: Unsubscribe,
        outputs: &mut Vec<Output>,
    ) {
        let Unsubscribe { packet_identifier, topic_filters } = unsubscribe;
        for filter in topic_filters {
            let Some(it) = self.sessions.get_mut(&session) else { continue };
            it.cancel_replay(&filter);
            if let Some(number) = it.filters.remove(&filter) {
                it.erase_subscription(number, outputs);
                self.subscriptions.remove(&filter, session);
            }
        }
        outputs.push(Output::Send(id, Unsuback { packet_identifier }.into()));
        self.replay(session, outputs);
    }

    /// Whether the limits leave room for this subscription. One that is there already needs none.
    fn has_room(
        &mut self,
        id: ConnectionId,
        session: SessionId,
        topic_filter: &TopicFilter,
        outputs: &mut Vec<Output>,
    ) -> bool {
        let more = Filters::taken_by(topic_filter);
        let is_tight = self.is_tight(more);
        let Some(session) = self.sessions.get(&session) else { return false };
        let Session { client, filters, .. } = &**session;
        let limits = &self.configuration;
        let (client, topic_filter) = (client.clone(), topic_filter.clone());
        let event = if topic_filter.levels().nth(limits.max_filter_levels).is_some() {
            Event::FilterTooDeep { client, topic_filter, limit: limits.max_filter_levels }
        } else if filters.number(&topic_filter).is_none()
            && ((is_tight && is_above_share(session, more))
                || filters.len() >= limits.max_subscriptions
                || filters.bytes() + topic_filter.len() > limits.max_subscription_bytes)
        {
            let (subscriptions, bytes) = (filters.len(), filters.bytes());
            Event::TooManySubscriptions { client, topic_filter, subscriptions, bytes }
        } else {
            return true;
        };
        outputs.push(Output::Event(Some(id), event));
        false
    }

    fn may_subscribe(
        &self,
        id: ConnectionId,
        session: SessionId,
        topic_filter: &TopicFilter,
        outputs: &mut Vec<Output>,
    ) -> bool {
        let Some(session) = self.sessions.get(&session) else { return false };
        let may = self.configuration.access.subscribe(session.who(), topic_filter);
        if !may {
            let (client, topic_filter) = (session.client.clone(), topic_filter.clone());
            let event = Event::SubscriptionRefused { client, topic_filter };
            outputs.push(Output::Event(Some(id), event));
        }
        may
    }

    /// What SUBACK says of a filter that is refused: 0x80 (`[MQTT-3.9.3-2]`). MQTT 3.1 has no such
    /// code; the client is told what it asked for, and no message comes.
    fn refusal(&self, id: ConnectionId, requested: Qos) -> SubackReturnCode {
        match self.version(id) {
            Some(Version::V3_1) => SubackReturnCode::Granted(requested),
            _ => SubackReturnCode::Failure,
        }
    }

    /// Adds a subscription, or replaces the one to the same filter (`[MQTT-3.8.4-3]`).
    fn add(
        &mut self,
        session: SessionId,
        topic_filter: &TopicFilter,
        qos: Qos,
        outputs: &mut Vec<Output>,
    ) {
        self.subscriptions.insert(topic_filter, session, qos);
        let Some(session) = self.sessions.get_mut(&session) else { return };
        let number = session.store_subscription(topic_filter, qos, outputs);
        session.filters.insert(topic_filter, number);
    }

    /// The retained messages for a subscription of a session that is stored, which has to have all that
    /// is decided in the step in which it is: so all of them go into its queue.
    fn queue_retained(
        &mut self,
        id: ConnectionId,
        session: SessionId,
        topic_filter: &TopicFilter,
        granted: Qos,
        outputs: &mut Vec<Output>,
    ) {
        let candidates = self.retained.candidates(topic_filter, None);
        let messages: Vec<_> = candidates.filter_map(|it| it.message(u64::MAX, granted)).collect();
        let size = messages.iter().map(|message| message.size() + MESSAGE).sum();
        let is_tight = self.is_tight(size);
        let Some(session) = self.sessions.get_mut(&session) else { return };
        for message in messages {
            session.offer(message, Some(id), is_tight, &self.configuration, outputs);
        }
    }
}
