//! The broker and its connections, shared by their tasks.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use broker_core::{Admission, Broker, Configuration, ConnectionId, Input, Output};
use bytes::{Bytes, BytesMut};
use tap::{Connection, Direction, Side, What};
use tokio::sync::Notify;
use tokio::time::Instant;
use wire::{Connect, Packet, Version, take_frame};

use crate::authentication::{Examiner, Refusal};
use crate::outbox::{End, Outbox};
use crate::pause::Pause;
use crate::settings::Settings;
use crate::store::{Store, Unwritten};

/// How much one client can make the broker do before others have their turn, in packets that go out, of
/// which a large one counts for each KiB: a few milliseconds. All that one receiver gets in a turn goes
/// out in one write, so shorter turns cost more where there are many receivers: each of a thousand gets
/// sixteen messages with a write, not one.
const TURN: usize = 16_000;

/// What a packet that comes in counts in a turn. To decode it and to decide costs more than to encode one.
const INCOMING: usize = 16;

/// The one broker, the outbox of each connection, and the tap. One input is taken at a time, with all
/// that comes out of it, so that what is recorded has the order in which the broker decided.
pub(crate) struct Hub {
    pub(crate) settings: Settings,
    pub(crate) examiner: Option<Examiner>,
    origin: Instant,
    state: Mutex<State>,
    /// The broker's next deadline has changed.
    rescheduled: Notify,
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
    pub(crate) links: BTreeMap<ConnectionId, Link>,
    last: ConnectionId,
    deadline: Option<Duration>,
    outputs: Vec<Output>,
    crowd: Option<Pause>,
    pub(crate) unwritten: Unwritten,
    /// What was done since the turn began: packets that were sent, events told, and each packet that came
    /// for [`INCOMING`] of them.
    turn: usize,
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
        state.links.insert(id, link);
        self.record(Some(connection), || What::Opened { client_name: None });
        self.step(&mut state, id, Input::Opened);
        Some((id, outbox))
    }

    /// Takes the whole packets off the front of what was read. It stops early where something has to
    /// be waited for: the sender is to [`pause`](Self::pause) before it goes on here.
    pub(crate) fn received(
        &self,
        id: ConnectionId,
        buffer: &mut BytesMut,
        version: &mut Version,
    ) -> Option<Pause> {
        let mut state = self.state();
        if let Some(link) = state.links.get_mut(&id) {
            link.is_stuck = false;
        }
        state.turn = 0;
        let pause = self.take_packets(&mut state, id, buffer, version);
        self.keep_untaken(&mut state, id, buffer.len());
        pause
    }

    fn take_packets(
        &self,
        state: &mut State,
        id: ConnectionId,
        buffer: &mut BytesMut,
        version: &mut Version,
    ) -> Option<Pause> {
        while let Some(connection) = state.connection(id) {
            if state.turn > TURN {
                return Some(Pause::Turn);
            }
            let input = match take_frame(buffer, self.max_packet_size(state, id)) {
                Ok(None) => return None,
                Ok(Some(frame)) => {
                    self.record_packet(connection, Direction::ToServer, &frame);
                    match decode(&frame, version) {
                        Input::Received(Packet::Connect(connect)) if self.examiner.is_some() => {
                            return Some(Pause::Examine(id, *connect));
                        }
                        input => input,
                    }
                }
                Err(error) => {
                    // No later packet can be found behind these bytes: all of them go on record.
                    self.record_packet(connection, Direction::ToServer, &buffer.split().freeze());
                    Input::Malformed(error)
                }
            };
            self.step(state, id, input);
            let crowd = state.crowd(id);
            if crowd.is_some() {
                return crowd;
            }
            if state.unwritten.is_full() {
                return Some(Pause::Unwritten);
            }
        }
        buffer.clear(); // whatever comes behind the last packet is nobody's
        None
    }

    /// The size of the largest packet that is taken from this client now.
    fn max_packet_size(&self, state: &State, id: ConnectionId) -> usize {
        let Settings { max_packet_size, max_connect_size, .. } = self.settings;
        if state.broker.is_connected(id) {
            max_packet_size
        } else {
            max_packet_size.min(max_connect_size)
        }
    }

    /// A CONNECT that was waited for comes to the broker, with what was found out about it.
    pub(crate) fn examined(&self, id: ConnectionId, connect: Connect, answer: Result<(), Refusal>) {
        let mut state = self.state();
        if let (Some(connection), Err(refusal)) = (state.connection(id), answer) {
            let client = match &*connect.client_identifier {
                "" => "a client without a Client Identifier",
                client => client,
            };
            let text = format!("{client} refused: {refusal}");
            self.record(Some(connection), || What::Event(text));
        }
        let admission = answer.map_or_else(Refusal::admission, |()| Admission::Allowed);
        self.step(&mut state, id, Input::Examined(connect, admission));
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
    pub(crate) fn closed(&self, id: ConnectionId, rest: BytesMut) {
        let mut state = self.state();
        if let Some(connection) = state.connection(id) {
            if !rest.is_empty() {
                self.record_packet(connection, Direction::ToServer, &rest.freeze());
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

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

/// What the broker says, and what is done about it.
impl Hub {
    pub(crate) fn step(&self, state: &mut State, id: ConnectionId, input: Input) {
        let mut outputs = std::mem::take(&mut state.outputs);
        state.broker.step(self.origin.elapsed(), id, input, &mut outputs);
        state.turn += INCOMING + outputs.len();
        self.settle(state, outputs);
    }

    /// Does what the broker wants, and what follows from that.
    fn settle(&self, state: &mut State, mut outputs: Vec<Output>) {
        loop {
            let mut lost = Vec::new();
            for output in outputs.drain(..) {
                self.put_out(state, output, &mut lost);
            }
            if lost.is_empty() {
                break;
            }
            for id in lost {
                state.broker.step(self.origin.elapsed(), id, Input::Closed, &mut outputs);
            }
        }
        state.outputs = outputs; // the next step uses its memory
        if self.store.is_some() && !state.unwritten.release() {
            self.changed.notify_one();
        }
        if state.broker.deadline() != state.deadline {
            state.deadline = state.broker.deadline();
            self.rescheduled.notify_one();
        }
    }

    fn put_out(&self, state: &mut State, output: Output, lost: &mut Vec<ConnectionId>) {
        match output {
            Output::Send(id, packet) => {
                let Some(link) = state.links.get_mut(&id).filter(|link| !link.is_closing) else {
                    return;
                };
                let connection = link.connection;
                let (limit, held) = (self.settings.max_unread_bytes, self.store.is_some());
                let taken = link.outbox.put(packet, limit, held, |bytes| {
                    if self.sees_packets() {
                        let bytes = Bytes::copy_from_slice(bytes);
                        self.record_packet(connection, Direction::ToClient, &bytes);
                    }
                });
                let Some(count) = taken else {
                    self.give_up_deaf(link);
                    lost.push(id);
                    return;
                };
                state.turn += count >> 10;
                if held {
                    state.unwritten.hold(id, &link.outbox, count);
                }
                if link.outbox.is_crowded() {
                    state.crowd = Some(Pause::Unread(Arc::clone(&link.outbox)));
                }
                lost.extend(self.give_up_largest(state));
            }
            Output::Close(id) => {
                if let Some(link) = state.links.get_mut(&id) {
                    self.close(link, End::Flushed);
                }
            }
            Output::Event(id, event) => {
                let is_told = if self.settings.tap_packets {
                    !event.is_seen_in_packets()
                } else {
                    !event.concerns_message()
                };
                if is_told {
                    let link = id.and_then(|id| state.links.get(&id));
                    let connection = link.map(|link| link.connection);
                    self.record(connection, || What::Event(event.to_string()));
                }
            }
            Output::Store(change) => state.unwritten.change(change),
        }
    }

    pub(crate) fn close(&self, link: &mut Link, end: End) {
        if !link.is_closing {
            link.is_closing = true;
            link.outbox.end(end);
            self.record(Some(link.connection), || What::Closed { by: Side::Server });
        }
    }
}

impl State {
    /// Whom the sender over there should wait for, after a step. Nobody waits for itself.
    fn crowd(&mut self, sender: ConnectionId) -> Option<Pause> {
        let crowded = self.broker.take_crowded().filter(|id| *id != sender);
        let is_awaited = |id: &ConnectionId| self.links.get(id).is_some_and(|it| !it.is_stuck);
        let crowd = crowded.filter(is_awaited).map(Pause::Unacknowledged);
        self.crowd.take().or(crowd)
    }

    /// The two ends of a Network Connection that the broker has not closed.
    pub(crate) fn connection(&self, id: ConnectionId) -> Option<Connection> {
        let link = self.links.get(&id).filter(|link| !link.is_closing);
        link.map(|link| link.connection)
    }
}

/// A CONNECT tells the version of everything behind it.
fn decode(frame: &Bytes, version: &mut Version) -> Input {
    match Packet::decode(frame, *version) {
        Ok(packet) => {
            if let Packet::Connect(connect) = &packet {
                *version = connect.version;
            }
            Input::Received(packet)
        }
        Err(error) => Input::Malformed(error),
    }
}
