//! The stage over TCP: the real broker and the real clients, on a free port of the loopback.
//!
//! All of them run in one thread, and only while a verb of the lab waits for something. What the
//! audience sees is what the broker's tap tells, in the order in which the broker decided.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::future::poll_fn;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use broker::{Server, Settings};
use client::{Driver, connect_tcp};
use client_core::{Configuration, Event, Request};
use tap::{Connection, Side, Tap};
use tokio::runtime::Runtime;
use tokio::time::Instant;

use super::tally::{Counted, Tally};
use super::{Actor, Fault, Stage};
use crate::error::LabError;
use crate::house::House;

/// For how long [`settle`](Stage::settle) waits at the most: only a fault in the lab takes longer.
const REST: Duration = Duration::from_secs(10);

/// The size of the largest packet that a client takes, in bytes.
const MAX_PACKET_SIZE: usize = 1 << 20;

pub(crate) struct TcpStage {
    runtime: Runtime,
    server: SocketAddr,
    clients: Vec<Participant>,
    tally: Arc<Tally>,
    told: VecDeque<(Actor, Event)>,
    origin: Instant,
}

struct Participant {
    driver: Driver,
    ends: Option<Connection>,
    /// It does nothing any more.
    is_frozen: bool,
    /// It reads nothing any more.
    is_deaf: bool,
}

impl TcpStage {
    pub(crate) fn new(audience: Arc<dyn Tap>, house: Arc<House>) -> Result<Self, LabError> {
        let network = |trying| move |error: io::Error| LabError::Network { trying, error };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(network("start the runtime"))?;
        let tally = Arc::new(Tally::default());
        let tap =
            Counted { tally: Arc::clone(&tally), side: Side::Server, audience: Some(audience) };
        let configuration =
            broker_core::Configuration { access: house, ..broker_core::Configuration::default() };
        let settings = Settings {
            configuration,
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            tap: Some(Arc::new(tap)),
            ..Settings::default()
        };
        let server =
            runtime.block_on(Server::bind(settings)).map_err(|it| network("listen")(it.error))?;
        let address = server.local_address();
        runtime.spawn(server.run(std::future::pending()));
        Ok(Self {
            runtime,
            server: address,
            clients: Vec::new(),
            tally,
            told: VecDeque::new(),
            origin: Instant::now(),
        })
    }
}

impl Stage for TcpStage {
    fn enter(&mut self, configuration: Configuration) -> Actor {
        let tap = Counted { tally: Arc::clone(&self.tally), side: Side::Client, audience: None };
        let driver = Driver::new(configuration, MAX_PACKET_SIZE, Some(Arc::new(tap)));
        self.clients.push(Participant { driver, ends: None, is_frozen: false, is_deaf: false });
        Actor(self.clients.len() - 1)
    }

    fn open(&mut self, actor: Actor) -> Result<(), LabError> {
        let opening = connect_tcp("127.0.0.1", self.server.port());
        let transport = self
            .runtime
            .block_on(opening)
            .map_err(|error| LabError::Network { trying: "connect to the broker", error })?;
        let client = &mut self.clients[actor.0];
        client.ends = Some(transport.ends());
        client.driver.open(transport);
        (client.is_frozen, client.is_deaf) = (false, false);
        Ok(())
    }

    fn request(&mut self, actor: Actor, request: Request) {
        self.clients[actor.0].driver.request(request);
    }

    fn fault(&mut self, actor: Actor, fault: Fault) {
        let client = &mut self.clients[actor.0];
        match fault {
            Fault::Freeze => client.is_frozen = true,
            Fault::Deaf => {
                client.is_deaf = true;
                client.driver.reads(false);
            }
            Fault::Cut => {
                client.driver.cut();
                client.is_frozen = false; // it notices
            }
        }
    }

    fn turn(&mut self, limit: Duration) -> Option<(Actor, Event)> {
        let Self { runtime, clients, told, .. } = self;
        let happening = async {
            while told.is_empty() {
                told.extend(one_turn(clients).await);
            }
        };
        let _ = runtime.block_on(async { tokio::time::timeout(limit, happening).await });
        told.pop_front()
    }

    fn settle(&mut self) {
        let Self { runtime, clients, told, tally, .. } = self;
        let settling = async {
            while !tally.is_at_rest(&deaf(clients)) {
                tokio::select! {
                    happened = one_turn(clients) => told.extend(happened),
                    () = tally.moved() => {}
                }
            }
        };
        let _ = runtime.block_on(async { tokio::time::timeout(REST, settling).await });
    }

    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    /// The standard library seeds its hash maps by chance: that is chance enough.
    fn draw(&mut self) -> u16 {
        let chance = RandomState::new().build_hasher().finish() % 50_000;
        10_000 + u16::try_from(chance).unwrap_or_default()
    }
}

/// Lets one thing happen to one of the clients. Nothing is lost if the wait is given up.
async fn one_turn(clients: &mut [Participant]) -> Option<(Actor, Event)> {
    let mut turns: Vec<_> = clients
        .iter_mut()
        .enumerate()
        .filter(|(_, client)| !client.is_frozen)
        .map(|(number, client)| (Actor(number), Box::pin(client.driver.turn())))
        .collect();
    poll_fn(|context| {
        for (actor, turn) in &mut turns {
            if let Poll::Ready(event) = Pin::new(turn).poll(context) {
                return Poll::Ready(event.map(|event| (*actor, event)));
            }
        }
        Poll::Pending
    })
    .await
}

/// The connections over which nothing reaches the client any more.
fn deaf(clients: &[Participant]) -> Vec<Connection> {
    let deaf = clients.iter().filter(|client| client.is_deaf || client.is_frozen);
    deaf.filter_map(|client| client.ends).collect()
}
