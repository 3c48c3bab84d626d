//! The broker and its connections, shared by their tasks.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use broker_core::{Broker, Configuration, ConnectionId, Input, Output};
use tap::{Connection, Direction, Side, What};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::authentication::Examiner;
use crate::outbox::{End, Outbox};
use crate::pause::Pause;
use crate::recording::TurnClock;
use crate::settings::Settings;
use crate::store::{Store, Unwritten};

/// The one broker, the outbox of each connection, and the tap. One input is taken at a time, with all
/// that comes out of it, so that what is recorded has the order in which the broker decided.
pub(crate) struct Hub {
    pub(crate) settings: Settings,
    pub(crate) examiner: Option<Examiner>,
    pub(crate) origin: Instant,
    /// When packets pass.
    pub(crate) clock: TurnClock,
    state: Mutex<State>,
    /// The broker's next deadline has changed.
    pub(crate) rescheduled: Notify,
    /// Where everything is kept that has to outlive the process; `None` for nowhere.
    pub(crate) store: Option<Arc<dyn Store>>,
    /// There is something to write to the store.
    pub(crate) changed: Notify,
    /// A batch was written.
    pub(crate) written: Notify,
    /// How many bytes wait in all outboxes, and came and were not taken yet.
    pub(crate) buffered: Arc<AtomicUsize>,
}

pub(crate) struct State {
    pub(crate) broker: Broker,
    /// Boxed: keys come in rising order, so that the map's nodes stay half empty.
    pub(crate) links: BTreeMap<ConnectionId, Box<Link>>,
    last: ConnectionId,
    pub(crate) deadline: Option<Duration>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) crowd: Option<Pause>,
    pub(crate) unwritten: Unwritten,
    /// What was done since the turn began: packets that were sent, events told, and each packet that came
    /// for several of them.
    pub(crate) turn: usize,
}

pub(crate) struct Link {
    pub(crate) connection: Connection,
    pub(crate) outbox: Arc<Outbox>,
    /// Whether the broker has forgotten it already.
    pub(crate) is_closing: bool,
    /// Whether somebody waited for its acknowledgements in vain, and it has sent nothing since:
    /// nobody waits again.
    pub(crate) is_stuck: bool,
    /// How many bytes came that were not taken yet: a packet that is not whole, or what has to wait.
    pub(crate) untaken: usize,
}

impl Hub {
    pub(crate) fn new(settings: Settings) -> Self {
        let state = State {
            broker: Broker::new(settings.configuration.clone()),
            links: BTreeMap::new(),
            last: ConnectionId(0),
            deadline: None,
            outputs: Vec::new(),
            crowd: None,
            unwritten: Unwritten::default(),
            turn: 0,
        };
        Self {
            examiner: settings.authentication.clone().map(Examiner::new),
            settings,
            origin: Instant::now(),
            clock: TurnClock::default(),
            state: Mutex::new(state),
            rescheduled: Notify::new(),
            store: None,
            changed: Notify::new(),
            written: Notify::new(),
            buffered: Arc::default(),
        }
    }

    /// A Network Connection was accepted; `None` if there are too many, and it is to be closed.
    pub(crate) fn open(
        &self,
        client: SocketAddr,
        server: SocketAddr,
    ) -> Option<(ConnectionId, Arc<Outbox>)> {
        let mut state = self.state();
        let limit = self.settings.max_connections;
        if state.links.len() >= limit {
            let text = format!("{client} was sent away: {limit} Network Connections are open");
            self.record(None, || What::Event(text));
            return None;
        }
        state.last = ConnectionId(state.last.0 + 1);
        let (id, outbox) = (state.last, Arc::new(Outbox::new(Arc::clone(&self.buffered))));
        let connection = Connection { client, server };
        let link = Link {
            connection,
            outbox: Arc::clone(&outbox),
            is_closing: false,
            is_stuck: false,
            untaken: 0,
        };
        state.links.insert(id, Box::new(link));
        self.record(Some(connection), || What::Opened { client_name: None });
        self.step(&mut state, id, Input::Opened);
        Some((id, outbox))
    }

    /// The Network Connection ended before MQTT began on it.
    #[cfg(feature = "tls")]
    pub(crate) fn failed(&self, id: ConnectionId, by: Side) {
        let mut state = self.state();
        if let Some(connection) = state.connection(id) {
            self.record(Some(connection), || What::Closed { by });
            self.step(&mut state, id, Input::Closed);
        }
        self.forget(&mut state, id);
    }

    /// The Network Connection has ended, with these bytes left that are no packet yet.
    pub(crate) fn closed(&self, id: ConnectionId, rest: &[u8]) {
        let mut state = self.state();
        if let Some(connection) = state.connection(id) {
            if !rest.is_empty() {
                self.record_packet(connection, Direction::ToServer, rest);
            }
            self.record(Some(connection), || What::Closed { by: Side::Client });
            self.step(&mut state, id, Input::Closed);
        }
        self.forget(&mut state, id);
    }

    /// Waits until the broker's next deadline, and lets it act.
    pub(crate) async fn tick(&self) {
        let deadline = self.state().deadline;
        let reached = async {
            match deadline {
                Some(deadline) => tokio::time::sleep_until(self.origin + deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = reached => {
                let mut state = self.state();
                let mut outputs = std::mem::take(&mut state.outputs);
                state.broker.tick(self.origin.elapsed(), &mut outputs);
                self.settle(&mut state, outputs);
            }
            () = self.rescheduled.notified() => {}
        }
    }

    /// Closes every Network Connection. No will is published: everybody who could get it is closed
    /// along with its sender. Where there is a store, wills are published when it is opened again.
    pub(crate) fn stop(&self) {
        let mut state = self.state();
        self.record(None, || What::Event("the broker stops".to_owned()));
        for link in state.links.values_mut() {
            self.close(link, End::Flushed);
        }
    }

    /// Cuts whatever Network Connection is still open.
    pub(crate) fn cut(&self) {
        for link in self.state().links.values_mut() {
            self.close(link, End::Dropped);
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.clock.begin();
        state
    }

    pub(crate) fn configuration(&self) -> Configuration {
        self.settings.configuration.clone()
    }

    /// From now on this is the broker, and this is what it said already.
    pub(crate) fn go_on(&self, broker: Broker, outputs: Vec<Output>) {
        let mut state = self.state();
        state.broker = broker;
        self.settle(&mut state, outputs);
    }
}

impl State {
    /// The two ends of a Network Connection that the broker has not closed.
    pub(crate) fn connection(&self, id: ConnectionId) -> Option<Connection> {
        let link = self.links.get(&id).filter(|link| !link.is_closing);
        link.map(|link| link.connection)
    }
}
