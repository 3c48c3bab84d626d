//! An MQTT 3.1.1 server as a state machine: packets and time in, packets and effects out.
//!
//! There is no socket here and no clock. Whoever drives a [`Broker`] tells it what came over which
//! Network Connection and what time it is, and does what it answers:
//!
//! ```text
//!   Input (Opened, Received, Ready, Closed, …) ───▶ Broker ──▶ Output (Send, More, Close, Event, …)
//!   tick(now), at the latest at deadline() ───────▶   │
//!                                                     ├─ connections   who is there, until when, with which will
//!                                                     ├─ sessions      what outlives a Network Connection
//!                                                     ├─ subscriptions which session wants which topics
//!                                                     └─ retained      the last message of a topic
//! ```
//!
//! The same inputs give the same outputs in the same order, always: nothing here is left to chance.
//! Each rule of the standard that binds a server is kept at one place, which names it by its id.
//!
//! ```
//! use std::time::Duration;
//!
//! use broker_core::{Broker, Configuration, ConnectionId, Input, Output};
//! use wire::{Connect, Packet, Text, Version};
//!
//! let connect = Connect {
//!     version: Version::V3_1_1,
//!     clean_session: true,
//!     keep_alive: 60,
//!     client_identifier: Text::try_from("alice")?,
//!     will: None,
//!     credentials: None,
//! };
//! let mut broker = Broker::new(Configuration::default());
//! let (alice, now, mut outputs) = (ConnectionId(1), Duration::ZERO, Vec::new());
//! broker.step(now, alice, Input::Opened, &mut outputs);
//! broker.step(now, alice, Input::Received(connect.into()), &mut outputs);
//! assert!(matches!(outputs[..], [Output::Send(ConnectionId(1), Packet::Connack(_))]));
//! assert_eq!(broker.deadline(), Some(Duration::from_secs(90)), "1.5 times the Keep Alive");
//! # Ok::<(), wire::TextError>(())
//! ```

mod access;
mod admitting;
mod broker;
mod configuration;
mod connecting;
mod connection;
mod deadlines;
mod event;
mod filters;
mod leaving;
mod levels;
mod publishing;
mod record;
mod replaying;
mod restoring;
mod retained;
mod room;
mod routing;
mod session;
mod storing;
mod subscribing;
mod subscriptions;
mod usage;

#[cfg(test)]
mod tests;

pub use access::{Access, Admission, AllowAll, Who};
pub use broker::{Broker, ConnectionId, Input, Output};
pub use configuration::Configuration;
pub use event::Event;
pub use record::{Change, Key, Misfit, Records, RestoreError};
pub use room::SESSION_SHARE;
pub use usage::{SessionUsage, Usage};
