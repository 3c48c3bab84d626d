//! Who may come in with a CONNECT, and how the others are sent away (MQTT 3.1.1 §3.1.4).

use wire::{Connack, Connect, ConnectReturnCode, Version};

use crate::access::{Admission, Who};
use crate::broker::{Broker, ConnectionId, Output};
use crate::event::Event;
use crate::leaving::Leaving;
use crate::room::SESSION;

/// The longest Client Identifier of MQTT 3.1, in characters (§3.1 there). MQTT 3.1.1 has no limit.
const LONGEST_IDENTIFIER_OF_3_1: usize = 23;

impl Broker {
    /// Whether this client may come in, as a Connect Return code. `admission` is what is known of its
    /// credentials already.
    pub(crate) fn examine(
        &mut self,
        id: ConnectionId,
        connect: &Connect,
        admission: Admission,
        outputs: &mut Vec<Output>,
    ) -> ConnectReturnCode {
        let identifier = &connect.client_identifier;
        let identifier_is_good = match connect.version {
            Version::V3_1 => (1..=LONGEST_IDENTIFIER_OF_3_1).contains(&identifier.chars().count()),
            // Every identifier is taken [MQTT-3.1.3-5]. Without one there is no session to come
            // back to [MQTT-3.1.3-8], [MQTT-3.1.3-9].
            // No CONNECT of MQTT 5 is read as one.
            Version::V3_1_1 | Version::V5 => connect.clean_session || !identifier.is_empty(),
        };
        if !identifier_is_good {
            return ConnectReturnCode::IDENTIFIER_REJECTED;
        }
        let admission = match admission {
            Admission::Allowed => {
                self.configuration.access.connect(identifier, connect.credentials.as_ref())
            }
            refused => refused,
        };
        if admission == Admission::Allowed && !self.may_take_over(connect) {
            let event = Event::SessionOfAnother { client: identifier.clone() };
            outputs.push(Output::Event(Some(id), event));
            return ConnectReturnCode::NOT_AUTHORIZED;
        }
        if admission == Admission::Allowed && !self.has_room_for_session(connect) {
            let (client, sessions) = (identifier.clone(), self.sessions.len());
            outputs.push(Output::Event(Some(id), Event::TooManySessions { client, sessions }));
            return ConnectReturnCode::SERVER_UNAVAILABLE;
        }
        admission.return_code()
    }

    /// Whether the client asks for no session that is kept, or has one, or may have one more.
    fn has_room_for_session(&mut self, connect: &Connect) -> bool {
        let limit = self.configuration.max_kept_sessions;
        let session = self.session_of.get(connect.client_identifier.as_str());
        let has_one = session.and_then(|it| self.sessions.get(it)).is_some_and(|it| !it.clean);
        let is_tight = self.is_tight(SESSION + names(connect));
        if connect.clean_session || has_one {
            return true;
        }
        // They are counted only where there are so many sessions at all.
        let is_below_limit = self.sessions.len() < limit
            || self.sessions.values().filter(|session| !session.clean).count() < limit;
        is_below_limit && !is_tight
    }

    /// CONNACK with a reason, and the end of this Network Connection (`[MQTT-3.2.2-5]`). Session
    /// Present is 0 (`[MQTT-3.2.2-4]`), and what the client sent behind its CONNECT is ignored
    /// (`[MQTT-3.1.4-5]`), since the Network Connection is not known any more.
    pub(crate) fn refuse(
        &mut self,
        id: ConnectionId,
        code: ConnectReturnCode,
        outputs: &mut Vec<Output>,
    ) {
        let connack = Connack { session_present: false, return_code: code };
        outputs.push(Output::Send(id, connack.into()));
        outputs.push(Output::Close(id));
        self.leave(id, Leaving::Lost, outputs);
    }

    /// Whether the session of this Client Identifier, if there is one, is the client's own or may
    /// become so.
    fn may_take_over(&self, connect: &Connect) -> bool {
        let identifier = &connect.client_identifier;
        let session = self.session_of.get(identifier.as_str()).and_then(|it| self.sessions.get(it));
        let user_name = connect.credentials.as_ref().map(|credentials| &credentials.user_name);
        session.is_none_or(|session| {
            let who = Who { client_identifier: identifier, user_name };
            session.owner.as_ref() == user_name
                || self.configuration.access.take_over(who, session.owner.as_ref())
        })
    }
}

/// How many bytes of names a session keeps.
fn names(connect: &Connect) -> usize {
    let user_name = connect.credentials.as_ref().map_or(0, |it| it.user_name.len());
    connect.client_identifier.len() + user_name
}
