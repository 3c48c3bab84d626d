//! What a client publishes, and what it acknowledges.

use wire::{Packet, Puback, Pubcomp, Publish, Pubrec, Pubrel};

use crate::broker::{Broker, ConnectionId, Output};
use crate::event::Event;
use crate::session::SessionId;

impl Broker {
    /// A PUBLISH: it is passed on, and then answered as its QoS asks, PUBACK or PUBREC with its Packet
    /// Identifier (`[MQTT-3.3.4-1]`, `[MQTT-2.3.1-6]`). Messages are passed on in the order in which
    /// they come, so every topic is an ordered one (`[MQTT-4.6.0-5]`, `[MQTT-4.6.0-6]`).
    pub(crate) fn publish(
        &mut self,
        id: ConnectionId,
        session: SessionId,
        publish: Publish,
        outputs: &mut Vec<Output>,
    ) {
        let Some(session) = self.sessions.get_mut(&session) else { return };
        let limit = self.configuration.max_unreleased;
        if session.has_too_many_unreleased(publish.delivery, limit) {
            let event = Event::TooManyUnreleased { client: session.client.clone(), limit };
            return self.close(id, event, outputs);
        }
        let receipt = session.incoming.publish(publish.delivery);
        if receipt.is_new {
            session.store_receipt(receipt.answer.as_ref(), outputs);
            if self.configuration.access.publish(session.who(), &publish.topic) {
                self.route(publish.into(), Some(id), outputs);
            } else {
                // It is answered all the same [MQTT-3.3.5-2].
                let (client, topic) = (session.client.clone(), publish.topic);
                outputs.push(Output::Event(Some(id), Event::PublishRefused { client, topic }));
            }
        } else if let Some(packet_identifier) = publish.delivery.packet_identifier() {
            let event = Event::Repeated { client: session.client.clone(), packet_identifier };
            outputs.push(Output::Event(Some(id), event));
        }
        outputs.extend(receipt.answer.map(|answer| Output::Send(id, answer)));
    }

    /// PUBACK, PUBREC, PUBREL or PUBCOMP. One that belongs to no exchange does no harm.
    pub(crate) fn acknowledgement(
        &mut self,
        id: ConnectionId,
        id_of_session: SessionId,
        packet: &Packet,
        outputs: &mut Vec<Output>,
    ) {
        let Some(session) = self.sessions.get_mut(&id_of_session) else { return };
        match *packet {
            Packet::Puback(Puback { packet_identifier }) => {
                let before = session.under_way(packet_identifier);
                let result = session.outgoing.puback(packet_identifier).map(drop);
                session.store_progress(before, packet_identifier, outputs);
                session.acknowledged(id, result, outputs);
            }
            Packet::Pubrec(Pubrec { packet_identifier }) => {
                let before = session.under_way(packet_identifier);
                let result = session
                    .outgoing
                    .pubrec(packet_identifier)
                    .map(|pubrel| outputs.push(Output::Send(id, pubrel.into())));
                session.store_progress(before, packet_identifier, outputs);
                session.acknowledged(id, result, outputs);
            }
            Packet::Pubcomp(Pubcomp { packet_identifier }) => {
                let before = session.under_way(packet_identifier);
                let result = session.outgoing.pubcomp(packet_identifier).map(drop);
                session.store_progress(before, packet_identifier, outputs);
                session.acknowledged(id, result, outputs);
            }
            Packet::Pubrel(Pubrel { packet_identifier }) => {
                session.released(id, packet_identifier, outputs);
            }
            _ => {}
        }
        self.replay(id_of_session, outputs);
    }
}
