//! The broker's core, with everything that a network can do to it.
//!
//! ```text
//!   bytes ─ Script ─▶ open, cut, wait, bytes of a client ─▶ frames ─ decode ─▶ Broker ─▶ Promises
//! ```
//!
//! The bytes of the input are a script (see [`script`](crate::script)), so that any bytes are one, and a
//! small change of them is a small change of what happens.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU16;
use std::time::Duration;

use broker_core::{Broker, Change, Configuration, ConnectionId, Input, Output, Records};
use bytes::BytesMut;
use wire::{Packet, PacketIdentifier, Version, take_frame};

use crate::script::{SLOTS, Step, steps};

/// The size of the largest packet that is taken, in bytes.
const MAX_PACKET_SIZE: usize = 256;

/// Plays the script, and looks at all that comes out.
///
/// # Panics
///
/// Where the broker breaks its word.
pub fn check(script: &[u8]) {
    let mut world = World::new();
    for step in steps(script) {
        world.play(step);
        world.look();
    }
    world.restart();
}

/// Limits so small that each of them is reached.
fn configuration() -> Configuration {
    Configuration {
        connect_timeout: Duration::from_secs(10),
        max_unidentified: 4,
        max_kept_sessions: 3,
        in_flight: NonZeroU16::MIN.saturating_add(1),
        max_queued_messages: 8,
        max_queued_bytes: MAX_PACKET_SIZE, // one message may be larger than its limit
        max_unreleased: NonZeroU16::MIN.saturating_add(2),
        max_subscriptions: 4,
        max_subscription_bytes: 40,
        max_filter_levels: 5,
        max_retained_messages: 3,
        max_retained_bytes: 64,
        retained_page: 1,
        ..Configuration::default()
    }
}

/// The broker and its network.
struct World {
    broker: Broker,
    now: Duration,
    /// What each slot is connected by.
    slots: [Option<Link>; SLOTS],
    last: ConnectionId,
    outputs: Vec<Output>,
    promises: Promises,
}

/// A broker that goes on from these records.
fn restored(records: Records) -> Broker {
    let broker = Broker::restore(configuration(), records, &mut Vec::new());
    broker.unwrap_or_else(|error| panic!("what was stored is no good: {error}"))
}

/// A Network Connection, as the shell around the broker has it.
struct Link {
    id: ConnectionId,
    buffer: BytesMut,
    version: Version,
}

impl World {
    fn new() -> Self {
        Self {
            broker: restored(Records::new()),
            now: Duration::ZERO,
            slots: Default::default(),
            last: ConnectionId(0),
            outputs: Vec::new(),
            promises: Promises::default(),
        }
    }

    fn play(&mut self, step: Step<'_>) {
        match step {
            Step::Open(slot) => {
                self.cut(slot);
                self.open(slot);
            }
            Step::Cut(slot) => self.cut(slot),
            Step::Wait(time) => {
                self.now += time;
                self.broker.tick(self.now, &mut self.outputs);
                self.look();
                // Time in which all could write one page.
                for id in std::mem::take(&mut self.promises.more) {
                    self.broker.step(self.now, id, Input::Ready, &mut self.outputs);
                }
            }
            Step::Bytes(slot, bytes) => {
                if self.slots[slot].is_none() {
                    self.open(slot);
                }
                self.receive(slot, bytes);
            }
        }
    }

    fn open(&mut self, slot: usize) {
        self.last = ConnectionId(self.last.0 + 1);
        let link = Link { id: self.last, buffer: BytesMut::new(), version: Version::default() };
        self.slots[slot] = Some(link);
        self.promises.open.insert(self.last);
        self.broker.step(self.now, self.last, Input::Opened, &mut self.outputs);
    }

    fn cut(&mut self, slot: usize) {
        if let Some(link) = self.slots[slot].take() {
            self.promises.open.remove(&link.id);
            self.broker.step(self.now, link.id, Input::Closed, &mut self.outputs);
            self.look();
        }
    }

    fn receive(&mut self, slot: usize, bytes: &[u8]) {
        let Some(link) = &mut self.slots[slot] else { return };
        link.buffer.extend_from_slice(bytes);
        loop {
            let input = match take_frame(&mut link.buffer, MAX_PACKET_SIZE) {
                Ok(None) => return,
                Ok(Some(frame)) => match Packet::decode(&frame, link.version) {
                    Ok(packet) => {
                        if let Packet::Connect(connect) = &packet {
                            link.version = connect.version;
                        }
                        self.promises.received(link.id, &packet);
                        Input::Received(packet)
                    }
                    Err(error) => Input::Malformed(error),
                },
                Err(error) => {
                    link.buffer.clear();
                    Input::Malformed(error)
                }
            };
            self.broker.step(self.now, link.id, input, &mut self.outputs);
            self.promises.check(self.outputs.drain(..));
        }
    }

    /// When everybody is gone, what was stored makes a broker that holds the same.
    fn restart(mut self) {
        for slot in 0..SLOTS {
            self.cut(slot);
        }
        let after = restored(self.promises.stored).usage();
        assert_eq!(after, self.broker.usage(), "what is stored is what is held");
    }

    /// Looks at what came out, and at what the broker holds.
    fn look(&mut self) {
        self.promises.check(self.outputs.drain(..));
        let usage = self.broker.usage();
        let limits = configuration();
        assert_eq!(usage.connections, self.promises.open.len(), "the broker knows who is there");
        assert!(usage.unidentified <= limits.max_unidentified);
        assert!(usage.kept_sessions <= limits.max_kept_sessions);
        assert!(usage.clean_sessions <= usage.connections - usage.unidentified);
        assert!(usage.retained_messages <= limits.max_retained_messages);
        assert!(usage.retained_bytes <= limits.max_retained_bytes);
        let session = usage.largest;
        assert!(session.queued_messages <= limits.max_queued_messages);
        assert!(session.held_bytes <= limits.max_queued_bytes + limits.max_retained_bytes);
        assert!(session.in_flight <= usize::from(limits.in_flight.get()));
        assert!(session.unreleased <= usize::from(limits.max_unreleased.get()));
        assert!(session.subscriptions <= limits.max_subscriptions);
        assert!(session.subscription_bytes <= limits.max_subscription_bytes);
        assert!(self.broker.deadline().is_none_or(|at| at > self.now), "nothing is overdue");
    }
}

/// What a caller may rely on, seen from outside.
#[derive(Default)]
struct Promises {
    open: BTreeSet<ConnectionId>,
    /// To whom a first packet was sent.
    greeted: BTreeSet<ConnectionId>,
    /// What was to be stored.
    stored: Records,
    /// Identifiers of messages under way over each connection.
    under_way: BTreeMap<ConnectionId, BTreeSet<PacketIdentifier>>,
    /// For whom there is more to send.
    more: BTreeSet<ConnectionId>,
}

impl Promises {
    /// An acknowledgement may end an exchange, so that its number is free.
    fn received(&mut self, from: ConnectionId, packet: &Packet) {
        let identifier = match packet {
            Packet::Puback(puback) => puback.packet_identifier,
            Packet::Pubcomp(pubcomp) => pubcomp.packet_identifier,
            _ => return,
        };
        self.under_way.entry(from).or_default().remove(&identifier);
    }

    fn check(&mut self, outputs: impl Iterator<Item = Output>) {
        for output in outputs {
            match output {
                Output::Send(to, packet) => self.sent(to, packet),
                Output::Close(id) => assert!(self.open.remove(&id), "{id:?} is closed twice"),
                Output::Store(Change { key, packet: Some(packet) }) => {
                    self.stored.insert(key, packet);
                }
                Output::Store(Change { key, packet: None }) => {
                    self.stored.remove(&key);
                }
                Output::More(id) => {
                    assert!(self.open.contains(&id), "more for a closed {id:?}");
                    self.more.insert(id);
                }
                Output::Event(_, event) => assert_ne!(event.to_string(), ""),
            }
        }
    }

    fn sent(&mut self, to: ConnectionId, packet: Packet) {
        assert!(self.open.contains(&to), "{packet:?} to a closed {to:?}");
        let is_connack = matches!(packet, Packet::Connack(_));
        let is_first = self.greeted.insert(to);
        assert_eq!(is_connack, is_first, "CONNACK comes first, and once: {packet:?}");
        if let Packet::Publish(publish) = &packet
            && let Some(identifier) = publish.delivery.packet_identifier()
        {
            let is_free = self.under_way.entry(to).or_default().insert(identifier);
            assert!(is_free, "{identifier} is in use [MQTT-2.3.1-4]");
        }
        let bytes = packet.to_bytes();
        let bytes = bytes.unwrap_or_else(|error| panic!("{packet:?} has no bytes: {error}"));
        assert_eq!(Packet::decode(&bytes, Version::V3_1_1), Ok(packet));
    }
}
