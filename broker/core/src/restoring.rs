//! How a broker takes up what another one has stored.

use delivery::{Flight, Message, Stage};
use wire::{Connect, Packet, PacketIdentifier, Publish, Qos, Subscribe};

use crate::broker::{Broker, Output};
use crate::configuration::Configuration;
use crate::connection::will_message;
use crate::leaving::{LastWill, Leaving};
use crate::record::{Key, Misfit, Records, RestoreError};
use crate::session::{Session, SessionId};

impl Broker {
    /// A broker that stores what has to outlive it, and goes on where the one that wrote `records` was
    /// stopped, in whatever way: every client is away, and every session is there. Without records it
    /// is a new one.
    ///
    /// Wills that were not published yet are published now: what follows from that comes to the end of
    /// `outputs`, as from [`step`](Self::step).
    ///
    /// # Errors
    ///
    /// [`RestoreError`] if the records are not what a broker has written.
    pub fn restore(
        configuration: Configuration,
        records: Records,
        outputs: &mut Vec<Output>,
    ) -> Result<Self, RestoreError> {
        let mut broker = Self { stores: true, ..Self::new(configuration) };
        broker.room.forget(); // how much there is, is counted when it is asked for
        let mut left = Vec::new();
        for (key, packet) in records {
            let packet_type = packet.packet_type();
            match (&key, packet) {
                // Their keys are the last ones: all that a will can meet is there then.
                (Key::Will(session), Packet::Connect(connect)) if connect.will.is_some() => {
                    let session = SessionId(*session);
                    broker.last_session = broker.last_session.max(session);
                    left.extend(last_will(session, *connect));
                }
                (_, packet) => {
                    let problem = match broker.take_up(&key, packet) {
                        Ok(()) => continue,
                        Err(None) => Misfit::Packet(packet_type),
                        Err(Some(problem)) => problem,
                    };
                    return Err(RestoreError { key, problem });
                }
            }
        }
        for will in left {
            broker.will(None, will, Leaving::Lost, outputs);
        }
        Ok(broker)
    }

    /// Takes up one record. `Err(None)` if its packet says nothing about it.
    fn take_up(&mut self, key: &Key, packet: Packet) -> Result<(), Option<Misfit>> {
        match (key, packet) {
            (Key::Session(session), Packet::Connect(connect)) => {
                self.take_up_session(SessionId(*session), *connect)?;
            }
            (Key::Subscription { session, number }, Packet::Subscribe(subscribe)) => {
                self.take_up_subscription(SessionId(*session), *number, &subscribe)?;
            }
            (Key::Unreleased { session, packet_identifier }, Packet::Pubrec(pubrec))
                if pubrec.packet_identifier == *packet_identifier =>
            {
                self.session_of_record(*session)?.incoming.take_up(*packet_identifier);
            }
            (Key::Waiting { session, number }, Packet::Publish(publish))
                if publish.delivery.qos() != Qos::AtMostOnce =>
            {
                let session = self.session_of_record(*session)?;
                session.last_number = session.last_number.max(*number);
                session.outgoing.enqueue(publish.into(), Some(*number));
            }
            (Key::UnderWay { session, number }, packet) => {
                let (packet_identifier, stage) = exchange(packet).ok_or(None)?;
                let flight = Flight { step: *number, stage, mark: None };
                self.session_of_record(*session)?.outgoing.take_up(packet_identifier, flight);
            }
            (Key::Retained(topic), Packet::Publish(publish))
                if publish.topic == *topic && !publish.payload.is_empty() =>
            {
                self.retained.take_up(publish.into());
            }
            _ => return Err(None),
        }
        Ok(())
    }

    fn take_up_session(&mut self, id: SessionId, connect: Connect) -> Result<(), Misfit> {
        let Connect { client_identifier, credentials, .. } = connect;
        if self.session_of.insert(client_identifier.as_str().into(), id).is_some() {
            return Err(Misfit::SecondSession);
        }
        let mut session = Session::new(client_identifier, false, Some(id), &self.configuration);
        session.owner = credentials.map(|credentials| credentials.user_name);
        self.sessions.insert(id, Box::new(session));
        self.last_session = self.last_session.max(id);
        Ok(())
    }

    fn take_up_subscription(
        &mut self,
        id: SessionId,
        number: u64,
        subscribe: &Subscribe,
    ) -> Result<(), Option<Misfit>> {
        let [subscription] = &subscribe.subscriptions[..] else { return Err(None) };
        let (filter, qos) = (&subscription.topic_filter, subscription.requested_qos);
        let session = self.session_of_record(id.0)?;
        session.last_number = session.last_number.max(number);
        session.filters.insert(filter, number);
        self.subscriptions.insert(filter, id, qos);
        Ok(())
    }

    fn session_of_record(&mut self, id: u64) -> Result<&mut Session, Misfit> {
        self.sessions.get_mut(&SessionId(id)).map(Box::as_mut).ok_or(Misfit::NoSession)
    }
}

/// The will of a client whose Network Connection ended with the process.
fn last_will(session: SessionId, connect: Connect) -> Option<LastWill> {
    Some(LastWill {
        session,
        client: connect.client_identifier,
        user_name: connect.credentials.map(|credentials| credentials.user_name),
        message: will_message(connect.will?),
    })
}

/// The exchange whose next packet this is.
fn exchange(packet: Packet) -> Option<(PacketIdentifier, Stage)> {
    match packet {
        Packet::Publish(publish @ Publish { delivery, .. }) => {
            let packet_identifier = delivery.packet_identifier()?;
            Some((packet_identifier, Stage::Published(Message::from(publish))))
        }
        Packet::Pubrel(pubrel) => Some((pubrel.packet_identifier, Stage::Released)),
        _ => None,
    }
}
