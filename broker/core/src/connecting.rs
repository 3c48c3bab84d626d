//! CONNECT: what happens when a client comes in, and which session goes on (MQTT 3.1.1 §3.1.4).

use std::time::Duration;

use wire::{Connack, Connect, ConnectReturnCode, Text, Version, rules};

use crate::access::Admission;
use crate::broker::{Broker, ConnectionId, Output};
use crate::connection::{Client, will_message};
use crate::event::Event;
use crate::leaving::Leaving;
use crate::session::{Session, SessionId, own_text};

impl Broker {
    pub(crate) fn connect(
        &mut self,
        now: Duration,
        id: ConnectionId,
        connect: Connect,
        admission: Admission,
        outputs: &mut Vec<Output>,
    ) {
        if self.connections.get(&id).is_none_or(|connection| connection.client.is_some()) {
            // One CONNECT is enough.
            return self.violation(id, &connect.into(), &rules::MQTT_3_1_0_2, outputs);
        }
        let return_code = self.examine(id, &connect, admission, outputs);
        if return_code != ConnectReturnCode::ACCEPTED {
            return self.refuse(id, return_code, outputs);
        }
        let identifier = self.identifier(id, &connect, outputs);
        self.take_over(id, &identifier, outputs);
        let (session, present) = self.session(id, identifier, connect.clean_session, outputs);
        self.let_in(now, id, connect, session, outputs);
        // The first packet of a server [MQTT-3.2.0-1], [MQTT-3.1.4-4]. MQTT 3.1 has no Session
        // Present: the bit is reserved there.
        let session_present = present && self.version(id) != Some(Version::V3_1);
        let connack = Connack { session_present, return_code: ConnectReturnCode::ACCEPTED };
        outputs.push(Output::Send(id, connack.into()));
        if let Some(session) = self.sessions.get_mut(&session) {
            session.renew_replays(&self.retained);
            session.resume(id, outputs);
        }
        self.replay(session, outputs);
    }

    /// A CONNECT of a protocol that is not spoken here: code 1, and close (`[MQTT-3.1.2-2]`). A client
    /// with another Protocol Name gets the same answer: it is not served (`[MQTT-3.1.2-1]`).
    pub(crate) fn foreign_connect(&mut self, id: ConnectionId, outputs: &mut Vec<Output>) {
        if let Some(client) = self.name(id) {
            let (packet_type, rule) = (wire::PacketType::Connect, &rules::MQTT_3_1_0_2);
            let event = Event::Violation { client: Some(client), packet_type, rule };
            return self.close(id, event, outputs);
        }
        self.refuse(id, ConnectReturnCode::UNACCEPTABLE_PROTOCOL_VERSION, outputs);
    }

    /// The name of the client: its own, or if it has none, a unique one that is made up here
    /// (`[MQTT-3.1.3-6]`).
    fn identifier(
        &mut self,
        id: ConnectionId,
        connect: &Connect,
        outputs: &mut Vec<Output>,
    ) -> Text {
        if !connect.client_identifier.is_empty() {
            return own_text(&connect.client_identifier);
        }
        loop {
            self.named += 1;
            let Ok(client) = Text::try_from(format!("unnamed-{}", self.named).as_str()) else {
                return own_text(&connect.client_identifier); // it is good text, so never here
            };
            if !self.session_of.contains_key(client.as_str()) {
                let event = Event::Named { client: client.clone() };
                outputs.push(Output::Event(Some(id), event));
                return client;
            }
        }
    }

    /// Closes the Network Connection over which a client of this name is connected
    /// (`[MQTT-3.1.4-2]`). It went without a DISCONNECT, so its will is published.
    fn take_over(&mut self, id: ConnectionId, identifier: &Text, outputs: &mut Vec<Output>) {
        let session = self.session_of.get(identifier.as_str()).and_then(|it| self.sessions.get(it));
        let Some(older) = session.and_then(|session| session.connection) else { return };
        let event = Event::TookOver { client: identifier.clone() };
        outputs.push(Output::Event(Some(id), event));
        outputs.push(Output::Close(older));
        self.leave(older, Leaving::TakenOver, outputs);
    }

    /// The session of this client (`[MQTT-3.1.4-3]`), and whether there was one to go on with. With
    /// Clean Session 0 a kept one goes on (`[MQTT-3.1.2-4]`, `[MQTT-3.2.2-2]`), with 1 it is thrown
    /// away (`[MQTT-3.1.2-6]`, `[MQTT-3.2.2-1]`); where there is none, a new one begins
    /// (`[MQTT-3.2.2-3]`).
    fn session(
        &mut self,
        id: ConnectionId,
        client: Text,
        clean: bool,
        outputs: &mut Vec<Output>,
    ) -> (SessionId, bool) {
        if let Some(&kept) = self.session_of.get(client.as_str()) {
            if let Some(session) = self.sessions.get(&kept).filter(|_| !clean) {
                let (queued, unacknowledged) =
                    (session.outgoing.queued(), session.outgoing.in_flight());
                let event = Event::SessionResumed { client, queued, unacknowledged };
                outputs.push(Output::Event(Some(id), event));
                return (kept, true);
            }
            let event = Event::SessionDiscarded { client: client.clone() };
            outputs.push(Output::Event(Some(id), event));
            self.end_session(kept, outputs);
        }
        self.last_session = SessionId(self.last_session.0 + 1);
        let stored_as = (self.stores && !clean).then_some(self.last_session);
        self.session_of.insert(client.as_str().into(), self.last_session);
        let session = Session::new(client, clean, stored_as, &self.configuration);
        self.sessions.insert(self.last_session, Box::new(session));
        (self.last_session, false)
    }

    /// From now on the Network Connection belongs to this client.
    fn let_in(
        &mut self,
        now: Duration,
        id: ConnectionId,
        connect: Connect,
        session: SessionId,
        outputs: &mut Vec<Output>,
    ) {
        let client = Client {
            version: connect.version,
            session,
            keep_alive: connect.keep_alive,
            will: connect.will.map(will_message).map(Box::new),
        };
        let user_name = connect.credentials.map(|credentials| own_text(&credentials.user_name));
        if let Some(session) = self.sessions.get_mut(&session) {
            session.owner = user_name;
            session.store(outputs);
        }
        self.store_will(&client, outputs);
        match client.patience() {
            Some(patience) => self.await_until(now + patience, id),
            None => self.forget_deadline(id),
        }
        self.unidentified.remove(&id);
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.client = Some(client);
        }
    }

    pub(crate) fn version(&self, id: ConnectionId) -> Option<Version> {
        self.connections.get(&id)?.client.as_ref().map(|client| client.version)
    }

    /// Forgets a session and its subscriptions.
    pub(crate) fn end_session(&mut self, id: SessionId, outputs: &mut Vec<Output>) {
        if let Some(session) = self.sessions.remove(&id) {
            session.erase(outputs);
            for (filter, _) in session.filters.iter() {
                self.subscriptions.remove(filter, id);
            }
            self.session_of.remove(session.client.as_str());
        }
    }
}
