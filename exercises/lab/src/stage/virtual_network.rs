//! The virtual stage: the broker's core and the clients' cores, with links and a clock of our own.
//!
//! ```text
//!   client core ── packet ──▶ on the way (100 µs) ──▶ broker core
//!               ◀── packet ── on the way (100 µs) ◀──
//! ```
//!
//! The clock jumps from one thing that happens to the next: an arrival, or a deadline that a core has
//! named. A keep alive of an hour is over in a millisecond, and each run is like the last one.

mod effects;
mod links;

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use client_core::{Client, Configuration, Event, Request};
use tap::{Direction, Tap};
use wire::Version;

use super::{Actor, ClientPart, Fault, ServerPart, Stage};
use crate::error::LabError;

/// How long a packet is on the way, in either direction.
const LATENCY: Duration = Duration::from_micros(100);
/// The port of the first client; those that follow count up.
const FIRST_PORT: u16 = 50_001;
/// The numbers that are drawn begin here.
const FIRST_DRAW: u16 = 47_110;

pub(crate) struct VirtualNetwork {
    now: Duration,
    broker: Box<dyn ServerPart>,
    clients: Vec<Participant>,
    connections: Vec<Connection>,
    on_the_way: BTreeMap<(Duration, u64), Arrival>,
    /// How many things were sent: what was sent first arrives first.
    sent: u64,
    draws: u16,
    tap: Arc<dyn Tap>,
    told: VecDeque<(Actor, Event)>,
}

/// A client, and the Network Connection that it has or had last.
struct Participant {
    core: Box<dyn ClientPart>,
    version: Version,
    connection: Option<usize>,
}

/// A Network Connection.
struct Connection {
    client: Actor,
    ends: tap::Connection,
    client_end: ClientEnd,
    server_is_open: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ClientEnd {
    Open,
    Deaf,
    Frozen,
    Closed,
}

/// Something on its way to one end of a connection.
struct Arrival {
    connection: usize,
    to: Direction,
    cargo: Cargo,
}

enum Cargo {
    Opening,
    Packet(Bytes),
    Closing,
}

impl VirtualNetwork {
    pub(crate) fn new(tap: Arc<dyn Tap>, broker: Box<dyn ServerPart>) -> Self {
        Self {
            now: Duration::ZERO,
            broker,
            clients: Vec::new(),
            connections: Vec::new(),
            on_the_way: BTreeMap::new(),
            sent: 0,
            draws: FIRST_DRAW,
            tap,
            told: VecDeque::new(),
        }
    }

    /// A new client, played by somebody else than the lab's own core.
    pub(crate) fn bring(&mut self, core: Box<dyn ClientPart>, version: Version) -> Actor {
        self.clients.push(Participant { core, version, connection: None });
        Actor(self.clients.len() - 1)
    }
}

impl Stage for VirtualNetwork {
    fn enter(&mut self, configuration: Configuration) -> Actor {
        let version = configuration.version;
        self.bring(Box::new(Client::new(configuration)), version)
    }

    fn open(&mut self, actor: Actor) -> Result<(), LabError> {
        let number = self.connections.len();
        let port = FIRST_PORT + u16::try_from(number).unwrap_or_default();
        let ends = tap::Connection {
            client: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            server: SocketAddr::from((Ipv4Addr::LOCALHOST, 1883)),
        };
        let client_end = ClientEnd::Open;
        self.connections.push(Connection { client: actor, ends, client_end, server_is_open: true });
        self.clients[actor.0].connection = Some(number);
        self.send(number, Direction::ToServer, Cargo::Opening);
        self.client_step(actor, client_core::Input::Opened);
        Ok(())
    }

    fn request(&mut self, actor: Actor, request: Request) {
        self.client_step(actor, client_core::Input::Request(request));
    }

    fn fault(&mut self, actor: Actor, fault: Fault) {
        let Some(number) = self.clients[actor.0].connection else { return };
        let connection = &mut self.connections[number];
        if connection.client_end == ClientEnd::Closed {
            return;
        }
        match fault {
            Fault::Freeze => connection.client_end = ClientEnd::Frozen,
            Fault::Deaf => connection.client_end = ClientEnd::Deaf,
            Fault::Cut => {
                self.close_client_end(number);
                self.client_step(actor, client_core::Input::Closed);
            }
        }
    }

    fn turn(&mut self, limit: Duration) -> Option<(Actor, Event)> {
        let end = self.now + limit;
        while self.told.is_empty() {
            let Some(moment) = self.next_moment().filter(|moment| *moment <= end) else {
                self.now = end;
                return None;
            };
            self.advance(moment);
        }
        self.told.pop_front()
    }

    fn settle(&mut self) {
        while !self.on_the_way.is_empty()
            && let Some(moment) = self.next_moment()
        {
            self.advance(moment);
        }
    }

    fn now(&self) -> Duration {
        self.now
    }

    fn draw(&mut self) -> u16 {
        self.draws += 1;
        self.draws
    }
}

/// The clock.
impl VirtualNetwork {
    /// When the next thing happens by itself.
    fn next_moment(&self) -> Option<Duration> {
        let arrival = self.on_the_way.first_key_value().map(|((time, _), _)| *time);
        let clients = self.clients.iter().filter(|client| self.is_awake(client));
        let deadlines = clients.filter_map(|client| client.core.deadline());
        arrival.into_iter().chain(self.broker.deadline()).chain(deadlines).min()
    }

    /// Lets happen what happens at this moment: the oldest arrival, and the deadlines that are over.
    fn advance(&mut self, moment: Duration) {
        self.now = self.now.max(moment);
        if let Some(first) = self.on_the_way.first_entry()
            && first.key().0 <= self.now
        {
            let arrival = first.remove();
            self.arrive(arrival);
            return;
        }
        if self.is_due(self.broker.deadline()) {
            let mut outputs = Vec::new();
            self.broker.tick(self.now, &mut outputs);
            self.carry_out(outputs);
        }
        for number in 0..self.clients.len() {
            let client = &self.clients[number];
            if self.is_awake(client) && self.is_due(client.core.deadline()) {
                let mut outputs = Vec::new();
                self.clients[number].core.tick(self.now, &mut outputs);
                self.carry_out_for(Actor(number), outputs);
            }
        }
    }

    fn is_due(&self, deadline: Option<Duration>) -> bool {
        deadline.is_some_and(|moment| moment <= self.now)
    }

    /// Whether the client's own clock runs: that of a frozen one does not.
    fn is_awake(&self, client: &Participant) -> bool {
        client
            .connection
            .is_none_or(|number| self.connections[number].client_end != ClientEnd::Frozen)
    }
}
