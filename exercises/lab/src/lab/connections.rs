//! How Network Connections begin and end.

use client_core::{Event, Request};
use wire::ConnectReturnCode;

use super::{Cast, Lab, Whose};
use crate::error::LabError;
use crate::guest::Guest;
use crate::stage::{Actor, Fault};

/// Connections: how they begin and how they end.
impl Lab {
    /// A new client connects, and is accepted.
    ///
    /// # Errors
    ///
    /// [`LabError::Refused`] if it is not, [`LabError::Missing`] if no answer comes.
    pub fn connect(&mut self, guest: Guest) -> Result<Actor, LabError> {
        let actor = self.enter(guest)?;
        self.reconnect(actor)?;
        Ok(actor)
    }

    /// A new client connects. Tells the code if it is refused.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if no answer comes.
    pub fn try_connect(
        &mut self,
        guest: Guest,
    ) -> Result<Result<Actor, ConnectReturnCode>, LabError> {
        let actor = self.enter(guest)?;
        Ok(self.open(actor)?.map_or(Ok(actor), Err))
    }

    /// A new client connects, and goes again if it is let in. Tells the broker's answer.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if no answer comes.
    pub fn knock(&mut self, guest: Guest) -> Result<ConnectReturnCode, LabError> {
        match self.try_connect(guest)? {
            Ok(actor) => self.disconnect(actor).map(|()| ConnectReturnCode::ACCEPTED),
            Err(code) => Ok(code),
        }
    }

    /// A new client connects, and is refused. Tells the code of the refusal.
    ///
    /// # Errors
    ///
    /// [`LabError::NotRefused`] if it is accepted, [`LabError::Missing`] if no answer comes.
    pub fn connect_refused(&mut self, guest: Guest) -> Result<ConnectReturnCode, LabError> {
        let actor = self.enter(guest)?;
        match self.open(actor)? {
            Some(code) => Ok(code),
            None => Err(LabError::NotRefused { who: self.cast(actor).name.clone() }),
        }
    }

    /// A client that was here before connects again. Its session goes on, if it asked for that.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn reconnect(&mut self, actor: Actor) -> Result<(), LabError> {
        match self.open(actor)? {
            None => Ok(()),
            Some(code) => Err(LabError::Refused { who: self.cast(actor).name.clone(), code }),
        }
    }

    /// The client takes its leave with a DISCONNECT.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if its connection does not end.
    pub fn disconnect(&mut self, actor: Actor) -> Result<(), LabError> {
        self.stage.request(actor, Request::Disconnect);
        self.wait_until_closed(actor)
    }

    /// The client's Network Connection is cut, without a DISCONNECT.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if the client does not notice.
    pub fn cut(&mut self, actor: Actor) -> Result<(), LabError> {
        self.stage.fault(actor, Fault::Cut);
        self.wait_until_closed(actor)
    }

    /// The client falls silent: it sends and reads nothing more, but its Network Connection stands.
    pub fn freeze(&mut self, actor: Actor) {
        self.stage.fault(actor, Fault::Freeze);
    }

    /// From now on nothing that the broker sends reaches the client, and its Network Connection stands.
    pub fn deafen(&mut self, actor: Actor) {
        self.stage.fault(actor, Fault::Deaf);
    }

    /// Waits until the client's Keep Alive makes it send a PINGREQ, and the broker has answered.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if no answer comes.
    pub fn wait_for_pingresp(&mut self, actor: Actor) -> Result<(), LabError> {
        self.wait_for(actor, "PINGRESP", |event| matches!(event, Event::Alive).then_some(()))
    }

    /// Waits until the client's Network Connection has ended.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if it does not.
    pub fn wait_until_closed(&mut self, actor: Actor) -> Result<(), LabError> {
        let closed = |event: &Event| matches!(event, Event::Disconnected(_)).then_some(());
        self.wait_for(actor, "the end of its Network Connection", closed)
    }

    pub(super) fn enter(&mut self, guest: Guest) -> Result<Actor, LabError> {
        let guest = match &self.broker {
            Whose::Ours(_) => guest,
            Whose::Theirs(account) => guest.or_user(account.as_ref()),
        };
        self.leavings.guest(&guest);
        let name = guest.name().to_owned();
        let actor = self.stage.enter(guest.into_configuration()?);
        self.actors.push(Cast::new(name));
        Ok(actor)
    }

    /// Opens a Network Connection and waits for CONNACK. Tells the code of a refusal.
    fn open(&mut self, actor: Actor) -> Result<Option<ConnectReturnCode>, LabError> {
        let inbox = &mut self.cast(actor).inbox;
        inbox.retain(|event| !matches!(event, Event::Disconnected(_))); // that was another connection
        self.stage.open(actor)?;
        self.wait_for(actor, "CONNACK", |event| match event {
            Event::Connected { .. } => Some(None),
            Event::Refused(code) => Some(Some(*code)),
            _ => None,
        })
    }
}
