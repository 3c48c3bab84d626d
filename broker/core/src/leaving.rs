//! How a client leaves, and why a Network Connection is closed.

use delivery::Message;
use wire::{Packet, Rule, Text};

use crate::access::Who;
use crate::broker::{Broker, ConnectionId, Output};
use crate::event::Event;
use crate::session::SessionId;

/// How a client leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// With a DISCONNECT.
    Disconnected,
    /// In any other way.
    Lost,
    /// Its session goes on over another Network Connection.
    TakenOver,
}

/// The will of a client that goes, and whose it is.
#[derive(Debug)]
pub(crate) struct LastWill {
    pub(crate) session: SessionId,
    pub(crate) client: Text,
    pub(crate) user_name: Option<Text>,
    pub(crate) message: Message,
}

impl LastWill {
    /// The client as permissions know it.
    pub(crate) fn who(&self) -> Who<'_> {
        Who { client_identifier: &self.client, user_name: self.user_name.as_ref() }
    }
}

impl Broker {
    /// A good packet where it must not be: the Network Connection is closed (`[MQTT-4.8.0-1]`).
    pub(crate) fn violation(
        &mut self,
        id: ConnectionId,
        packet: &Packet,
        rule: &'static Rule,
        outputs: &mut Vec<Output>,
    ) {
        let client = self.name(id);
        let event = Event::Violation { client, packet_type: packet.packet_type(), rule };
        self.close(id, event, outputs);
    }

    /// Closes the Network Connection, for a reason that the event tells.
    pub(crate) fn close(&mut self, id: ConnectionId, why: Event, outputs: &mut Vec<Output>) {
        outputs.push(Output::Event(Some(id), why));
        outputs.push(Output::Close(id));
        self.leave(id, Leaving::Lost, outputs);
    }

    /// Forgets the Network Connection. With it goes a clean session (`[MQTT-3.1.2-6]`), and the will
    /// is published or dropped.
    pub(crate) fn leave(&mut self, id: ConnectionId, how: Leaving, outputs: &mut Vec<Output>) {
        self.forget_deadline(id);
        self.unidentified.remove(&id);
        let connection = self.connections.remove(&id);
        let Some(client) = connection.and_then(|connection| connection.client) else { return };
        let Some(session) = self.sessions.get_mut(&client.session) else { return };
        session.suspend();
        let will = client.will.map(|message| LastWill {
            session: client.session,
            client: session.client.clone(),
            user_name: session.owner.clone(),
            message: *message,
        });
        if session.clean {
            self.end_session(client.session, outputs);
        }
        if let Some(will) = will {
            self.will(Some(id), will, how, outputs);
        }
        if let Some(session) = self.sessions.get(&client.session)
            && how != Leaving::TakenOver
        {
            let (client, queued) = (session.client.clone(), session.outgoing.queued());
            let event = Event::SessionKept { client, queued };
            outputs.push(Output::Event(Some(id), event));
        }
    }
}
