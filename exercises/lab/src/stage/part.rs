//! Who can play a part on the virtual stage: the lab's own broker and client, or somebody else's.
//!
//! An exercise puts the learner's code into one part, and the real core plays the other one.

use std::time::Duration;

use broker_core::{Broker, ConnectionId};
use client_core::Client;

/// A broker: the lab's own, or one that is to be tried. See [`Broker`] for what is asked of it.
pub trait ServerPart: Send {
    /// Something happened to a Network Connection.
    fn step(
        &mut self,
        now: Duration,
        id: ConnectionId,
        input: broker_core::Input,
        outputs: &mut Vec<broker_core::Output>,
    );

    /// The moment that [`deadline`](Self::deadline) named has come.
    fn tick(&mut self, _now: Duration, _outputs: &mut Vec<broker_core::Output>) {}

    /// When [`tick`](Self::tick) is to be called; `None` if nothing is due.
    fn deadline(&self) -> Option<Duration> {
        None
    }
}

/// A client: the lab's own, or one that is to be tried. See [`Client`] for what is asked of it.
pub trait ClientPart: Send {
    /// Something happened.
    fn step(
        &mut self,
        now: Duration,
        input: client_core::Input,
        outputs: &mut Vec<client_core::Output>,
    );

    /// The moment that [`deadline`](Self::deadline) named has come.
    fn tick(&mut self, _now: Duration, _outputs: &mut Vec<client_core::Output>) {}

    /// When [`tick`](Self::tick) is to be called; `None` if nothing is due.
    fn deadline(&self) -> Option<Duration> {
        None
    }
}

impl ServerPart for Broker {
    fn step(
        &mut self,
        now: Duration,
        id: ConnectionId,
        input: broker_core::Input,
        outputs: &mut Vec<broker_core::Output>,
    ) {
        Self::step(self, now, id, input, outputs);
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<broker_core::Output>) {
        Self::tick(self, now, outputs);
    }

    fn deadline(&self) -> Option<Duration> {
        Self::deadline(self)
    }
}

impl ClientPart for Client {
    fn step(
        &mut self,
        now: Duration,
        input: client_core::Input,
        outputs: &mut Vec<client_core::Output>,
    ) {
        Self::step(self, now, input, outputs);
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<client_core::Output>) {
        Self::tick(self, now, outputs);
    }

    fn deadline(&self) -> Option<Duration> {
        Self::deadline(self)
    }
}
