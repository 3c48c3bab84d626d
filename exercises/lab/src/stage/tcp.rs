//! The stage over TCP: the real clients, and the real broker on a free port of the loopback, or
//! somebody else's broker.
//!
//! All that is ours runs in one thread, and only while a verb of the lab waits for something. What the
//! audience sees is what our broker's tap tells, in the order in which the broker decided; where the
//! broker is another, it is what the clients tell.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use broker::{Server, Settings};
use client::{Driver, Transport};
use client_core::{Configuration, Event, Request};
use tap::{Side, Tap};
use tokio::runtime::Runtime;
use tokio::time::Instant;

use super::barrier::Barrier;
use super::participant::{Participant, ask_until_rest, count_until_rest, one_turn};
use super::tally::{Counted, Tally};
#[cfg(feature = "tls")]
use super::tls::Secured;
use super::way::Way;
use super::{Actor, Fault, Stage};
#[cfg(feature = "tls")]
use super::{Doubt, Doubted};
use crate::audience::Audience;
use crate::error::LabError;
use crate::house::House;

/// For how long [`settle`](Stage::settle) waits at the most: only a fault in the lab takes longer.
const REST: Duration = Duration::from_secs(10);

/// The size of the largest packet that a client takes, in bytes.
const MAX_PACKET_SIZE: usize = 1 << 20;

pub(crate) struct TcpStage {
    runtime: Runtime,
    way: Way,
    clients: Vec<Participant>,
    rest: Rest,
    told: VecDeque<(Actor, Event)>,
    origin: Instant,
    /// Our own broker, if it is that.
    #[cfg(feature = "tls")]
    own: Option<Own>,
}

/// A broker of our own: how it is started, who watches, and one with TLS, once there is one.
#[cfg(feature = "tls")]
struct Own {
    settings: Settings,
    audience: Arc<dyn Audience>,
    secured: Option<Secured>,
}

/// How the stage knows that nothing is on its way.
enum Rest {
    /// Both ends tell what they sent and took.
    Counted(Arc<Tally>),
    /// The clients ask the server.
    Asked(Arc<Barrier>),
}

impl TcpStage {
    /// On a broker of our own.
    pub(crate) fn new(audience: &Arc<dyn Audience>, house: Arc<House>) -> Result<Self, LabError> {
        let runtime = runtime()?;
        let tally = Arc::new(Tally::default());
        let tap = Counted {
            tally: Arc::clone(&tally),
            side: Side::Server,
            audience: Some(Arc::clone(audience) as _),
        };
        let configuration =
            broker_core::Configuration { access: house, ..broker_core::Configuration::default() };
        let settings = Settings {
            configuration,
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            tap: Some(Arc::new(tap)),
            ..Settings::default()
        };
        let server = runtime
            .block_on(Server::bind(settings.clone()))
            .map_err(|it| LabError::network("listen", it.error))?;
        let address = server.local_address();
        runtime.spawn(server.run(std::future::pending()));
        let way = Way::plain(&address.ip().to_string(), address.port());
        Ok(Self {
            #[cfg(feature = "tls")]
            own: Some(Own { settings, audience: Arc::clone(audience), secured: None }),
            ..Self::on(runtime, way, Rest::Counted(tally))
        })
    }

    /// On a broker that somebody else runs.
    pub(crate) fn elsewhere(way: Way, audience: Arc<dyn Tap>) -> Result<Self, LabError> {
        Ok(Self::on(runtime()?, way, Rest::Asked(Arc::new(Barrier::new(audience)))))
    }

    fn on(runtime: Runtime, way: Way, rest: Rest) -> Self {
        Self {
            runtime,
            way,
            clients: Vec::new(),
            rest,
            told: VecDeque::new(),
            origin: Instant::now(),
            #[cfg(feature = "tls")]
            own: None,
        }
    }

    /// The client goes on over this Network Connection.
    fn go_on(&mut self, actor: Actor, transport: Transport) {
        let client = &mut self.clients[actor.0];
        client.ends = Some(transport.ends());
        client.driver.open(transport);
        (client.is_frozen, client.is_deaf) = (false, false);
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
        let transport = self.runtime.block_on(self.way.connect())?;
        self.go_on(actor, transport);
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

    #[cfg(feature = "tls")]
    fn secure(&mut self) -> Result<bool, LabError> {
        if let (Some(Own { settings, audience, secured: secured @ None }), Rest::Counted(tally)) =
            (&mut self.own, &self.rest)
        {
            let starting =
                Secured::start(settings.clone(), Arc::clone(tally), Arc::clone(audience));
            let secured = secured.insert(self.runtime.block_on(starting)?);
            self.way = secured.way.clone();
        }
        Ok(self.way.tls.is_some())
    }

    #[cfg(feature = "tls")]
    fn open_in_doubt(&mut self, actor: Actor, doubt: Doubt) -> Result<Doubted, LabError> {
        let is_ours = self.own.is_some();
        if self.way.tls.is_none() || (doubt == Doubt::OtherName && !is_ours) {
            return Ok(Doubted::Never); // nobody knows which other names lead to somebody else's broker
        }
        let way = super::tls::in_doubt(&self.way, doubt)?;
        match self.runtime.block_on(way.connect()) {
            Ok(transport) => {
                self.go_on(actor, transport);
                Ok(Doubted::InVain)
            }
            Err(LabError::NoTls(error)) => {
                if let (Some(Own { secured: Some(secured), .. }), Rest::Counted(tally)) =
                    (&self.own, &self.rest)
                    && let Some(connection) = secured.last()
                {
                    tally.given_up(connection);
                }
                Ok(Doubted::Rightly(error.to_string()))
            }
            Err(error) => Err(error),
        }
    }

    #[cfg(feature = "tls")]
    fn overheard(&mut self) -> Vec<String> {
        match &self.own {
            Some(Own { secured: Some(secured), .. }) => secured.outsider().take(),
            _ => Vec::new(),
        }
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

fn runtime() -> Result<Runtime, LabError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| LabError::network("start the runtime", error))
}
