//! An MQTT 3.1.1 client as a state machine: packets, requests and time in, packets and events out.
//!
//! There is no socket here and no clock. Whoever drives a [`Client`] tells it what came over its Network
//! Connection, what its user asks for and what time it is, and does what it answers:
//!
//! ```text
//!   Input (Opened, Received, Malformed, Closed, Request) ──▶ Client ──▶ Output (Send, Close, Event)
//!   tick(now), at the latest at deadline() ──────────────▶   │
//!                                                            ├─ stage      no connection, CONNECT sent, let in
//!                                                            ├─ keep alive when to speak, how long to wait
//!                                                            └─ session    what outlives a Network Connection
//! ```
//!
//! A client has one Network Connection at a time and may have many of them in its life. What was asked
//! of it while it had none, or was not answered before the last one ended, is done on the next one.
//!
//! ```
//! use std::time::Duration;
//!
//! use client_core::{Client, Configuration, Event, Input, Output};
//! use wire::{Connack, ConnectReturnCode, Packet, Text};
//!
//! let mut client = Client::new(Configuration::new(Text::try_from("alice")?));
//! let (now, mut outputs) = (Duration::ZERO, Vec::new());
//! client.step(now, Input::Opened, &mut outputs);
//! assert!(matches!(outputs[..], [Output::Send(Packet::Connect(_))]));
//!
//! outputs.clear();
//! let connack = Connack { session_present: false, return_code: ConnectReturnCode::ACCEPTED };
//! client.step(now, Input::Received(connack.into()), &mut outputs);
//! assert_eq!(outputs, [Output::Event(Event::Connected { session_present: false })]);
//! assert_eq!(client.deadline(), Some(Duration::from_secs(57)), "a PINGREQ, well within 60 s");
//! # Ok::<(), wire::TextError>(())
//! ```

mod client;
mod configuration;
mod connecting;
mod event;
mod exchanging;
mod keep_alive;
mod request;
mod requesting;
mod subscribing;

#[cfg(test)]
mod tests;

pub use client::{Client, Input, Output};
pub use configuration::Configuration;
pub use event::{Event, Why};
pub use request::{Request, Token};
