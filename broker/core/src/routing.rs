//! The way of a message from whoever publishes it to whoever is subscribed.

use bytes::Bytes;
use delivery::Message;
use wire::Qos;

use crate::broker::{Broker, ConnectionId, Output};
use crate::event::Event;
use crate::leaving::{LastWill, Leaving};
use crate::retained::Change;
use crate::room::MESSAGE;
use crate::session::{SessionId, own_message};

impl Broker {
    /// Passes a message on to every session with a subscription that matches (`[MQTT-4.5.0-1]`,
    /// `[MQTT-3.3.2-3]`), once to each, and retains it if it says so. `from` is the Network Connection
    /// that it came over.
    pub(crate) fn route(
        &mut self,
        message: Message,
        from: Option<ConnectionId>,
        outputs: &mut Vec<Output>,
    ) {
        // One copy that outlives the buffer it was read into, if anybody has to keep it.
        let mut kept = None;
        if message.retain {
            self.retain(&message, from, outputs);
        }
        let receivers = self.receivers(&message);
        if receivers.is_empty() {
            let event = Event::NoSubscriber { topic: message.topic };
            outputs.push(Output::Event(from, event));
            return;
        }
        let is_tight = self.is_tight(receivers.len() * (message.size() + MESSAGE));
        for (session, granted) in receivers {
            let Some(session) = self.sessions.get_mut(&session) else { continue };
            // The lower QoS counts [MQTT-3.8.4-6]. RETAIN is 0, since the subscription stood before
            // the message came [MQTT-3.3.1-9]. DUP does not travel [MQTT-3.3.1-3].
            let qos = message.qos.min(granted);
            let shared = if qos > Qos::AtMostOnce || session.makes_wait(&self.configuration) {
                kept.get_or_insert_with(|| own_message(&message))
            } else {
                &message
            };
            let copy = Message { qos, retain: false, ..shared.clone() };
            session.offer(copy, from, is_tight, &self.configuration, outputs);
            if session.is_crowded(&self.configuration) {
                self.crowded = session.connection.or(self.crowded);
            }
        }
    }

    /// A message with RETAIN 0 never comes here, and changes nothing (`[MQTT-3.3.1-12]`).
    fn retain(&mut self, message: &Message, from: Option<ConnectionId>, outputs: &mut Vec<Output>) {
        let topic = message.topic.clone();
        match self.retained.update(own_message(message), &self.configuration) {
            Change::Kept => {
                self.store_retained(message, outputs);
                outputs.push(Output::Event(from, Event::Retained { topic }));
            }
            Change::Refused => {
                let none = Message { payload: Bytes::new(), ..message.clone() };
                self.store_retained(&none, outputs);
                let (messages, bytes) = (self.retained.messages(), self.retained.bytes());
                let event = Event::RetainedRefused { topic, messages, bytes };
                outputs.push(Output::Event(from, event));
            }
            Change::Deleted => {
                self.store_retained(message, outputs);
                outputs.push(Output::Event(from, Event::RetainedDeleted { topic }));
            }
            Change::Nothing => {}
        }
    }

    /// Each session that wants the message, in the order in which they began. Where several filters of
    /// one session match, the highest QoS among them counts (`[MQTT-3.3.5-1]`).
    fn receivers(&self, message: &Message) -> Vec<(SessionId, Qos)> {
        let mut receivers = Vec::new();
        let mut filters = 0;
        self.subscriptions.matching(&message.topic, &mut |subscribers| {
            filters += 1;
            receivers.extend(subscribers.iter().map(|(session, qos)| (*session, *qos)));
        });
        if filters > 1 {
            receivers.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
            receivers.dedup_by_key(|(session, _)| *session);
        }
        receivers
    }

    /// What becomes of the will of a client that leaves: dropped after a DISCONNECT
    /// (`[MQTT-3.14.4-3]`), else published (`[MQTT-3.1.2-8]`). In both cases it is gone
    /// (`[MQTT-3.1.2-10]`); without one nothing is published (`[MQTT-3.1.2-12]`).
    pub(crate) fn will(
        &mut self,
        from: Option<ConnectionId>,
        will: LastWill,
        how: Leaving,
        outputs: &mut Vec<Output>,
    ) {
        self.erase_will(will.session, outputs);
        let may = how != Leaving::Disconnected
            && self.configuration.access.publish(will.who(), &will.message.topic);
        let LastWill { client, message, .. } = will;
        if how == Leaving::Disconnected {
            outputs.push(Output::Event(from, Event::WillDropped { client }));
        } else if may {
            let event = Event::WillPublished { client, topic: message.topic.clone() };
            outputs.push(Output::Event(from, event));
            self.route(message, from, outputs);
        } else {
            let event = Event::PublishRefused { client, topic: message.topic };
            outputs.push(Output::Event(from, event));
        }
    }
}
