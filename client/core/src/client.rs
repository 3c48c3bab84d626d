//! The client: what comes in, what goes out, and how its Network Connection lives.

use std::time::Duration;

use delivery::{Incoming, Outgoing};
use wire::{DecodeError, Packet};

use crate::configuration::Configuration;
use crate::event::{Event, Why};
use crate::keep_alive::{Due, KeepAlive};
use crate::request::{Request, Token};
use crate::subscribing::Subscribing;

/// What can happen to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A Network Connection was opened. If there was one already, it is over.
    Opened,
    /// A packet came over it.
    Received(Packet),
    /// Bytes came that are no packet.
    Malformed(DecodeError),
    /// Bytes of TLS came, before any packet.
    AnsweredInTls,
    /// It came to an end that the client did not ask for.
    Closed,
    /// The user asks for something.
    Request(Request),
}

/// What the client wants done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// This packet is to be sent.
    Send(Packet),
    /// What was sent is to be flushed, and the Network Connection closed. The client has forgotten it
    /// already: its [`Input::Closed`] is not needed.
    Close,
    /// The user is to be told.
    Event(Event),
}

/// An MQTT client without a socket and a clock. See the [crate] for an example.
///
/// Each Network Connection on which a CONNECT was sent ends with one [`Event::Refused`] or one
/// [`Event::Disconnected`].
#[derive(Debug)]
pub struct Client {
    pub(crate) configuration: Configuration,
    pub(crate) stage: Stage,
    pub(crate) outgoing: Outgoing<Token>,
    pub(crate) incoming: Incoming,
    pub(crate) subscribing: Subscribing,
}

/// How far the Network Connection is.
#[derive(Debug)]
pub(crate) enum Stage {
    /// There is none.
    Apart,
    /// CONNECT was sent, CONNACK is awaited until then.
    Connecting { until: Duration },
    /// The server let the client in.
    Connected(KeepAlive),
}

impl Client {
    /// A client without a Network Connection and without a session.
    pub fn new(configuration: Configuration) -> Self {
        Self {
            outgoing: Outgoing::new(configuration.in_flight),
            configuration,
            stage: Stage::Apart,
            incoming: Incoming::default(),
            subscribing: Subscribing::default(),
        }
    }

    /// Something happened. What is to be done about it comes to the end of `outputs`.
    ///
    /// `now` is the time since any fixed moment; it never goes backwards.
    pub fn step(&mut self, now: Duration, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Opened => self.opened(now, outputs),
            Input::Received(packet) => self.received(now, packet, outputs),
            Input::Malformed(error) => self.give_up(Why::Malformed(error), outputs),
            Input::AnsweredInTls => self.give_up(Why::AnsweredInTls, outputs),
            Input::Closed => self.leave(Why::Closed, outputs),
            Input::Request(request) => self.request(now, request, outputs),
        }
    }

    /// Time has passed: a PINGREQ is sent when it is time for one, and a server that does not answer is
    /// given up.
    pub fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        match &self.stage {
            Stage::Connecting { until } if *until <= now => {
                let waited = self.configuration.patience;
                self.give_up(Why::NoConnack { waited }, outputs);
            }
            Stage::Connected(keep_alive) => match keep_alive.due(now) {
                Some(Due::Ping) => self.ping(now, outputs),
                Some(Due::GiveUp) => {
                    let waited = keep_alive.patience;
                    self.give_up(Why::NoPingresp { waited }, outputs);
                }
                None => {}
            },
            Stage::Apart | Stage::Connecting { .. } => {}
        }
    }

    /// When [`tick`](Self::tick) is to be called at the latest; `None` if nothing is due.
    pub fn deadline(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Apart => None,
            Stage::Connecting { until } => Some(*until),
            Stage::Connected(keep_alive) => keep_alive.deadline(),
        }
    }

    /// Whether what the server sends is read from now on, which is so at the beginning of each Network
    /// Connection. While it is not, the client goes on sending, and misses no PINGRESP.
    pub fn listens(&mut self, now: Duration, listens: bool) {
        if let Stage::Connected(keep_alive) = &mut self.stage {
            keep_alive.listens(now, listens);
        }
    }

    /// Whether the server let the client in, and has not gone since.
    pub fn is_connected(&self) -> bool {
        matches!(self.stage, Stage::Connected(_))
    }

    /// Whether everything that was asked for is done.
    pub fn is_idle(&self) -> bool {
        self.outgoing.is_idle() && self.subscribing.is_idle()
    }

    /// What was chosen for this client.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }
}
