//! The lab's client, of which somebody else sends messages at QoS 1 and 2.

use std::collections::BTreeMap;
use std::time::Duration;

use client_core::{Client, Configuration, Event, Input, Output, Request, Token};
use delivery::Message;
use wire::{Packet, PacketIdentifier, Publish, Text};

use crate::error::LabError;
use crate::lab::Lab;
use crate::rehearsal::{Rehearsal, rehearse_client};
use crate::stage::{Actor, ClientPart};

/// The sending half of a session.
pub trait Sending: Send {
    /// This message is to be sent for the first time.
    fn publish(&mut self, message: Message) -> Publish;

    /// A PUBACK, PUBREC or PUBCOMP came. What is answered.
    fn acknowledged(&mut self, packet: &Packet) -> Option<Packet>;

    /// The session goes on over a new Network Connection. What is sent again.
    fn resumed(&mut self) -> Vec<Packet>;

    /// For how long it waits for an acknowledgement before it sends again over the same Network
    /// Connection. `None` if it does not.
    fn patience(&self) -> Option<Duration> {
        None
    }
}

/// No patience is shorter: with none at all, time would stand still.
const SHORTEST: Duration = Duration::from_millis(100);

/// Plays with the lab's client, in which `sending` is the sending half. It is called `alice` and keeps her
/// session.
///
/// # Errors
///
/// In the rehearsal: what went other than the play says.
pub fn rehearse_sending(
    sending: impl Sending + 'static,
    play: impl FnOnce(&mut Lab, Actor) -> Result<(), LabError>,
) -> Rehearsal {
    rehearse_client("alice", SendingClient::new(Box::new(sending)), play)
}

struct SendingClient {
    sending: Box<dyn Sending>,
    rest: Client,
    /// The messages that are not done, with the mark of who asked for them.
    waiting: BTreeMap<PacketIdentifier, Token>,
    /// When the last message was sent over the Network Connection that stands.
    sent: Option<Duration>,
}

impl ClientPart for SendingClient {
    fn step(&mut self, now: Duration, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Request(Request::Publish { message, token }) => {
                let publish = self.sending.publish(message);
                let identifier = publish.delivery.packet_identifier();
                self.waiting.extend(identifier.map(|identifier| (identifier, token)));
                self.send(now, publish.into(), outputs);
            }
            Input::Received(
                packet @ (Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubcomp(_)),
            ) => self.acknowledged(&packet, outputs),
            input => {
                self.rest.step(now, input, outputs);
                self.resume(now, outputs);
            }
        }
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        if self.is_impatient().is_some_and(|moment| moment <= now) {
            for packet in self.sending.resumed() {
                self.send(now, packet, outputs);
            }
        }
        if self.rest.deadline().is_some_and(|moment| moment <= now) {
            self.rest.tick(now, outputs);
        }
    }

    fn deadline(&self) -> Option<Duration> {
        self.rest.deadline().into_iter().chain(self.is_impatient()).min()
    }
}

impl SendingClient {
    fn new(sending: Box<dyn Sending>) -> Self {
        let mut configuration = Configuration::new(Text::try_from("alice").unwrap_or(Text::EMPTY));
        configuration.clean_session = false;
        Self { sending, rest: Client::new(configuration), waiting: BTreeMap::new(), sent: None }
    }

    fn send(&mut self, now: Duration, packet: Packet, outputs: &mut Vec<Output>) {
        self.sent = Some(now);
        outputs.push(Output::Send(packet));
    }

    fn acknowledged(&mut self, packet: &Packet, outputs: &mut Vec<Output>) {
        outputs.extend(self.sending.acknowledged(packet).map(Output::Send));
        let done = match packet {
            Packet::Puback(puback) => self.waiting.remove(&puback.packet_identifier),
            Packet::Pubcomp(pubcomp) => self.waiting.remove(&pubcomp.packet_identifier),
            _ => None,
        };
        outputs.extend(done.map(|token| Output::Event(Event::Published(token))));
    }

    /// Sends again what was not done, if the session has just gone on.
    fn resume(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        for index in 0..outputs.len() {
            match outputs[index] {
                Output::Event(Event::Connected { session_present: true }) => {
                    for packet in self.sending.resumed() {
                        self.send(now, packet, outputs);
                    }
                }
                Output::Event(Event::Disconnected(_)) => self.sent = None,
                _ => {}
            }
        }
    }

    /// When it sends again over the same Network Connection, if it ever does.
    fn is_impatient(&self) -> Option<Duration> {
        let sent = self.sent.filter(|_| !self.waiting.is_empty())?;
        sent.checked_add(self.sending.patience()?.max(SHORTEST))
    }
}
