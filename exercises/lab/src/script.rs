//! A client that says what stands in its script, be it allowed or not.

use std::collections::VecDeque;
use std::time::Duration;

use client_core::{Event, Input, Output, Why};
use wire::{ConnectReturnCode, Packet};

use crate::stage::ClientPart;

/// A client that sends one packet after the other: the first one when its Network Connection is open,
/// and each further one as soon as something came from the broker.
///
/// No good client says CONNECT twice, or speaks a version that the broker does not know. This one does
/// what an exercise needs to show how a broker has to answer.
#[derive(Debug)]
pub struct Script(VecDeque<Packet>);

impl Script {
    /// A client that sends these packets, in this order.
    pub fn new(packets: impl IntoIterator<Item = Packet>) -> Self {
        Self(packets.into_iter().collect())
    }
}

impl ClientPart for Script {
    fn step(&mut self, _now: Duration, input: Input, outputs: &mut Vec<Output>) {
        let is_turn = matches!(input, Input::Opened | Input::Received(_));
        match input {
            Input::Received(Packet::Connack(connack)) => {
                let session_present = connack.session_present;
                outputs.push(Output::Event(match connack.return_code {
                    ConnectReturnCode::ACCEPTED => Event::Connected { session_present },
                    code => Event::Refused(code),
                }));
            }
            Input::Closed => outputs.push(Output::Event(Event::Disconnected(Why::Closed))),
            _ => {}
        }
        if is_turn && let Some(packet) = self.0.pop_front() {
            outputs.push(Output::Send(packet));
        }
    }
}
