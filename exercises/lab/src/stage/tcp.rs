//! The stage over TCP: the real clients, and the real broker on a free port of the loopback, or
//! somebody else's broker.
//!
//! All that is ours runs in one thread, and only while a verb of the lab waits for something. What the
//! audience sees is what our broker's tap tells, in the order in which the broker decided; where the
//! broker is another, it is what the clients tell.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::future::poll_fn;
use std::hash::{BuildHasher, Hasher};
use std::net::Ipv4Addr;
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

use super::barrier::Barrier;
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
    host: String,
    port: u16,
    clients: Vec<Participant>,
    rest: Rest,
    told: VecDeque<(Actor, Event)>,
    origin: Instant,
}

/// How the stage knows that nothing is on its way.
enum Rest {
    /// Both ends tell what they sent and took.
    Counted(Arc<Tally>),
    /// The clients ask the server.
    Asked(Arc<Barrier>),
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
    /// On a broker of our own.
    pub(crate) fn new(audience: Arc<dyn Tap>, house: Arc<House>) -> Result<Self, LabError> {
        let runtime = runtime()?;
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
        let server = runtime
            .block_on(Server::bind(settings))
            .map_err(|it| LabError::Network { trying: "listen", error: it.error })?;
        let address = server.local_address();
        runtime.spawn(server.run(std::future::pending()));
        Ok(Self::on(runtime, address.ip().to_string(), address.port(), Rest::Counted(tally)))
    }

    /// On a broker that somebody else runs.
    pub(crate) fn elsewhere(
        host: &str,
        port: u16,
        audience: Arc<dyn Tap>,
    ) -> Result<Self, LabError> {
        let rest = Rest::Asked(Arc::new(Barrier::new(audience)));
        Ok(Self::on(runtime()?, host.to_owned(), port, rest))
    }

    fn on(runtime: Runtime, host: String, port: u16, rest: Rest) -> Self {
        let (clients, told) = (Vec::new(), VecDeque::new());
        Self { runtime, host, port, clients, rest, told, origin: Instant::now() }
    }
}

impl Stage for TcpStage {
    fn enter(&mut self, configuration: Configuration) -> Actor {
        let tap: Arc<dyn Tap> = match &self.rest {
            Rest::Counted(tally) => {
                Arc::new(Counted { tally: Arc::clone(tally), side: Side::Client, audience: None })
            }
            Rest::Asked(barrier) => Arc::clone(barrier) as _,
        };
        let driver = Driver::new(configuration, MAX_PACKET_SIZE, Some(tap));
        self.clients.push(Participant { driver, ends: None, is_frozen: false, is_deaf: false });
        Actor(self.clients.len() - 1)
    }

    fn open(&mut self, actor: Actor) -> Result<(), LabError> {
        let opening = connect_tcp(&self.host, self.port);
        let transport = self.runtime.block_on(opening).map_err(|error| LabError::Unreachable {
            broker: format!("{}:{}", self.host, self.port),
            error,
        })?;
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
        let Self { runtime, clients, told, rest, .. } = self;
        let settling = async {
            match rest {
                Rest::Counted(tally) => count_until_rest(clients, tally, told).await,
                Rest::Asked(barrier) => ask_until_rest(clients, barrier, told).await,
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

impl Participant {
    /// Whether it would answer the lab's question.
    fn answers(&self) -> bool {
        !self.is_frozen && !self.is_deaf && self.driver.core().is_connected()
    }

    /// Whether it has taken its leave, and the server has not closed its end yet.
    fn is_leaving(&self) -> bool {
        !self.is_frozen && self.driver.is_open() && !self.driver.core().is_connected()
    }
}

fn runtime() -> Result<Runtime, LabError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| LabError::Network { trying: "start the runtime", error })
}

/// Lets things happen until both ends of each connection have told the same.
async fn count_until_rest(
    clients: &mut [Participant],
    tally: &Tally,
    told: &mut VecDeque<(Actor, Event)>,
) {
    while !tally.is_at_rest(&deaf(clients)) {
        tokio::select! {
            happened = one_turn(clients) => told.extend(happened),
            () = tally.moved() => {}
        }
    }
}

/// Lets things happen until the server has nothing more to say, and those who leave are gone.
async fn ask_until_rest(
    clients: &mut [Participant],
    barrier: &Barrier,
    told: &mut VecDeque<(Actor, Event)>,
) {
    for client in clients.iter_mut().filter(|client| client.is_deaf && client.driver.is_open()) {
        client.driver.unread().await;
    }
    while clients.iter().any(Participant::is_leaving) {
        told.extend(one_turn(clients).await);
    }
    let mut quiet = 0;
    while quiet < 2 {
        let before = barrier.passed();
        ask(clients, barrier, told).await;
        quiet = if barrier.passed() == before { quiet + 1 } else { 0 };
    }
}

/// Each client sends a PINGREQ, and all that come with the answers happens.
async fn ask(clients: &mut [Participant], barrier: &Barrier, told: &mut VecDeque<(Actor, Event)>) {
    let mut asked = Vec::new();
    for (number, client) in clients.iter_mut().enumerate().filter(|(_, it)| it.answers()) {
        let Some(ends) = client.ends else { continue };
        barrier.asks(ends);
        client.driver.request(Request::Ping);
        asked.push(Actor(number));
    }
    while !asked.is_empty() {
        match one_turn(clients).await {
            Some((actor, Event::Alive)) => asked.retain(|it| *it != actor),
            happened => told.extend(happened),
        }
        asked.retain(|actor| clients[actor.0].answers()); // whoever was thrown out answers no more
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
