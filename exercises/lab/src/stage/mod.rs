//! Where a scenario is played: the same play, over links and a clock of our own or over real TCP.

#[cfg(feature = "tcp")]
mod barrier;
mod part;
#[cfg(feature = "tcp")]
mod participant;
#[cfg(feature = "tcp")]
mod tally;
#[cfg(feature = "tcp")]
pub(crate) mod tcp;
#[cfg(feature = "tls")]
mod tls;
mod usual;
pub(crate) mod virtual_network;
#[cfg(feature = "tcp")]
pub(crate) mod way;

use std::time::Duration;

use client_core::{Configuration, Event, Request};

pub use part::{ClientPart, ServerPart};
pub use usual::usual_answer;

use crate::error::LabError;

/// A client on the stage. It stays the same over all its Network Connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Actor(pub(crate) usize);

/// How the network, or the client's machine, lets a client down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The Network Connection is gone, without a DISCONNECT.
    Cut,
    /// The Network Connection stands, but the client sends and reads nothing more.
    Freeze,
    /// What the broker sends does not reach the client any more.
    Deaf,
}

/// Why a client does not trust the server that it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The certificate is signed by an authority that it does not know.
    OtherAuthority,
    /// The certificate is for another name than that by which it called.
    OtherName,
}

/// What became of a doubt.
#[cfg_attr(not(feature = "tls"), allow(dead_code))] // without TLS there is the last one alone
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doubted {
    /// The client connected all the same.
    InVain,
    /// It gave up on the connection, and says why.
    Rightly(String),
    /// Nobody can have this doubt here.
    Never,
}

/// A broker, and clients that do what they are told.
pub(crate) trait Stage {
    /// A new client, which waits for [`open`](Self::open).
    fn enter(&mut self, configuration: Configuration) -> Actor;

    /// Opens a Network Connection for the client, whose session goes on. What comes of it comes as
    /// an event.
    fn open(&mut self, actor: Actor) -> Result<(), LabError>;

    /// Asks the client for something.
    fn request(&mut self, actor: Actor, request: Request);

    /// Lets the client down.
    fn fault(&mut self, actor: Actor, fault: Fault);

    /// Lets things happen until a client has something to tell, or until this much time has passed.
    fn turn(&mut self, limit: Duration) -> Option<(Actor, Event)>;

    /// Lets things happen until nothing is on the way any more: all that was sent was read, but by
    /// clients that read no more.
    fn settle(&mut self);

    /// From now on clients connect over TLS; false if there is none here.
    fn secure(&mut self) -> Result<bool, LabError> {
        Ok(false)
    }

    /// Opens a Network Connection for a client that has reason to give up on it.
    fn open_in_doubt(&mut self, _actor: Actor, _doubt: Doubt) -> Result<Doubted, LabError> {
        Ok(Doubted::Never) // without TLS nobody doubts
    }

    /// The TLS records that somebody in between has seen since the last call, a line for each.
    fn overheard(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// The time on the stage's clock, since any fixed moment.
    fn now(&self) -> Duration;

    /// A number of five digits that nobody else is likely to have drawn.
    fn draw(&mut self) -> u16;
}
