//! The client's core, with everything that a server, a network and a user can do to it.
//!
//! The bytes of the input are a [script](crate::script): opening and cutting are those of the one Network
//! Connection, bytes over the first slots come from the server, and bytes over the last two are what the
//! user asks for.

use std::collections::BTreeSet;
use std::num::NonZeroU16;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use client_core::{Client, Configuration, Event, Input, Output, Request, Token, Why};
use delivery::Message;
use wire::{
    Packet, PacketIdentifier, PacketType, Qos, Subscription, Text, TopicFilter, TopicName, Version,
    take_frame,
};

use crate::script::{SLOTS, Step, steps};

/// The size of the largest packet that is taken, in bytes.
const MAX_PACKET_SIZE: usize = 1024;

/// How many messages may be on their way.
const IN_FLIGHT: NonZeroU16 = NonZeroU16::MIN.saturating_add(2);

/// The slots whose bytes are requests.
const USER: std::ops::Range<usize> = SLOTS - 2..SLOTS;

/// Plays the script, and looks at all that comes out: to a client with a clean session, and to one whose
/// session is kept.
///
/// # Panics
///
/// Where the client breaks its word.
pub fn check(script: &[u8]) {
    for clean_session in [true, false] {
        let mut world = World::new(clean_session);
        for step in steps(script) {
            world.play(step);
            world.look();
        }
    }
}

/// The client, and what is around it.
struct World {
    client: Client,
    now: Duration,
    buffer: BytesMut,
    outputs: Vec<Output>,
    last: Token,
    promises: Promises,
}

impl World {
    fn new(clean_session: bool) -> Self {
        let name = Text::try_from("alice").unwrap_or_else(|error| panic!("{error}"));
        let configuration = Configuration {
            clean_session,
            keep_alive: 20,
            in_flight: IN_FLIGHT,
            ..Configuration::new(name)
        };
        Self {
            client: Client::new(configuration),
            now: Duration::ZERO,
            buffer: BytesMut::new(),
            outputs: Vec::new(),
            last: Token(0),
            promises: Promises::default(),
        }
    }

    fn play(&mut self, step: Step<'_>) {
        match step {
            Step::Open(_) => {
                self.buffer.clear();
                self.promises.opening();
                self.step(Input::Opened);
            }
            Step::Cut(_) => {
                self.promises.is_open = false;
                self.step(Input::Closed);
            }
            Step::Wait(time) => {
                self.now += time;
                self.client.tick(self.now, &mut self.outputs);
            }
            Step::Bytes(slot, bytes) if USER.contains(&slot) => self.ask(bytes),
            Step::Bytes(_, bytes) => self.receive(bytes),
        }
    }

    fn step(&mut self, input: Input) {
        self.client.step(self.now, input, &mut self.outputs);
    }

    /// The user asks for something: the first byte says what, the others are what it is about.
    fn ask(&mut self, bytes: &[u8]) {
        let Some((&what, rest)) = bytes.split_first() else { return };
        let text = String::from_utf8_lossy(rest);
        let token = Token(self.last.0 + 1);
        let qos = Qos::new(what >> 4 & 3).unwrap_or_default();
        let request = match what % 6 {
            0 | 1 => TopicName::try_from(&*text).ok().map(|topic| {
                let payload = Bytes::copy_from_slice(rest);
                let message = Message { topic, payload, qos, retain: what & 8 != 0 };
                Request::Publish { message, token }
            }),
            2 => TopicFilter::try_from(&*text).ok().map(|topic_filter| {
                let subscription = Subscription { topic_filter, requested_qos: qos };
                Request::Subscribe { subscriptions: vec![subscription], token }
            }),
            3 => TopicFilter::try_from(&*text)
                .ok()
                .map(|filter| Request::Unsubscribe { topic_filters: vec![filter], token }),
            4 => Some(Request::Ping),
            _ => Some(Request::Disconnect),
        };
        let Some(request) = request else { return };
        if what % 6 < 4 {
            self.last = token;
            self.promises.asked.insert(token);
        }
        self.step(Input::Request(request));
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        loop {
            let input = match take_frame(&mut self.buffer, MAX_PACKET_SIZE) {
                Ok(None) => return,
                Ok(Some(frame)) => match Packet::decode(&frame, Version::V3_1_1) {
                    Ok(packet) => {
                        self.promises.received(&packet);
                        Input::Received(packet)
                    }
                    Err(error) => Input::Malformed(error),
                },
                Err(error) => {
                    self.buffer.clear();
                    Input::Malformed(error)
                }
            };
            self.step(input);
            self.look();
        }
    }

    fn look(&mut self) {
        for output in self.outputs.drain(..) {
            self.promises.check(output);
        }
        assert!(self.promises.under_way.len() <= usize::from(IN_FLIGHT.get()));
        assert!(!self.client.is_connected() || self.promises.is_open, "connected over nothing");
        let is_overdue = self.client.deadline().is_some_and(|at| at <= self.now);
        if is_overdue {
            self.client.tick(self.now, &mut self.outputs);
            for output in self.outputs.drain(..) {
                self.promises.check(output);
            }
            let is_done = self.client.deadline().is_none_or(|at| at > self.now);
            assert!(is_done, "a tick leaves nothing overdue");
        }
        let is_done = self.promises.asked.is_empty();
        assert_eq!(self.client.is_idle(), is_done, "idle once each request has its answer");
    }
}

/// What a caller may rely on, seen from outside.
#[derive(Default)]
struct Promises {
    is_open: bool,
    /// Whether CONNECT was sent over this Network Connection, and no event has ended it.
    is_begun: bool,
    /// Requests without an answer.
    asked: BTreeSet<Token>,
    /// Identifiers of messages under way.
    under_way: BTreeSet<PacketIdentifier>,
}

impl Promises {
    /// What was under way may be sent again over a new Network Connection.
    fn opening(&mut self) {
        self.is_open = true;
        self.under_way.clear();
    }

    fn received(&mut self, packet: &Packet) {
        match packet {
            Packet::Puback(puback) => self.under_way.remove(&puback.packet_identifier),
            Packet::Pubcomp(pubcomp) => self.under_way.remove(&pubcomp.packet_identifier),
            _ => return,
        };
    }

    fn check(&mut self, output: Output) {
        match output {
            Output::Send(packet) => self.sent(packet),
            Output::Close => {
                assert!(self.is_open, "closed twice");
                assert!(!self.is_begun, "closed without a word");
                self.is_open = false;
            }
            Output::Event(event) => self.told(&event),
        }
    }

    fn sent(&mut self, packet: Packet) {
        assert!(self.is_open, "{packet:?} over no Network Connection");
        let is_connect = packet.packet_type() == PacketType::Connect;
        assert_ne!(is_connect, self.is_begun, "CONNECT comes first, and once: {packet:?}");
        self.is_begun = true;
        if let Packet::Publish(publish) = &packet
            && let Some(identifier) = publish.delivery.packet_identifier()
        {
            let is_free = self.under_way.insert(identifier);
            assert!(is_free, "{identifier} is in use [MQTT-2.3.1-2]");
        }
        let bytes = packet.to_bytes();
        let bytes = bytes.unwrap_or_else(|error| panic!("{packet:?} has no bytes: {error}"));
        assert_eq!(Packet::decode(&bytes, Version::V3_1_1), Ok(packet));
    }

    fn told(&mut self, event: &Event) {
        match event {
            Event::Published(token)
            | Event::Dropped(token)
            | Event::Unsubscribed(token)
            | Event::Subscribed { token, .. } => {
                assert!(self.asked.remove(token), "{event:?} ends what nobody asked for");
            }
            Event::Refused(_) => self.end(),
            Event::Disconnected(why) => {
                self.end();
                assert_ne!(why.to_string(), "");
                assert!(!matches!(why, Why::Violation { rule, .. } if rule.id.is_empty()));
            }
            Event::Connected { .. } | Event::Message(_) | Event::Alive | Event::Unexpected(_) => {
                assert!(self.is_begun, "{event:?} over no Network Connection");
            }
        }
    }

    /// Each Network Connection on which a CONNECT was sent ends with one event.
    fn end(&mut self) {
        assert!(self.is_begun, "it ends twice");
        self.is_begun = false;
    }
}
