//! The broker: what comes in, what goes out, and how a Network Connection lives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use wire::{Connect, DecodeError, Packet, Pingresp, Text, rules};

use crate::access::Admission;
use crate::configuration::Configuration;
use crate::connection::Connection;
use crate::deadlines::Deadlines;
use crate::event::Event;
use crate::leaving::Leaving;
use crate::record::Change;
use crate::retained::Retained;
use crate::room::Room;
use crate::session::{Session, SessionId};
use crate::subscriptions::Subscriptions;

/// A Network Connection, by the number that the caller gave it: each a larger one than all before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// What can happen to a Network Connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// It was opened.
    Opened,
    /// A packet came over it.
    Received(Packet),
    /// A CONNECT came over it, and the caller knows already whether its credentials are good. What
    /// [`Access::connect`](crate::Access::connect) says counts as well.
    Examined(Connect, Admission),
    /// Bytes came that are no packet.
    Malformed(DecodeError),
    /// What was sent over it is on its way, and it can take [more](Output::More).
    Ready,
    /// It came to an end that the broker did not ask for.
    Closed,
}

/// What the broker wants done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// This packet is to be sent.
    Send(ConnectionId, Packet),
    /// There is more to send than goes out at a time: it comes with [`Input::Ready`], which is best given
    /// when what was sent is written, and others had their turn.
    More(ConnectionId),
    /// What was sent is to be flushed, and the Network Connection closed. The broker has forgotten it
    /// already: its [`Input::Closed`] is not needed, and whatever still comes over it is ignored.
    Close(ConnectionId),
    /// Something was decided that no packet shows; the Network Connection, if it is about one.
    Event(Option<ConnectionId>, Event),
    /// This is to be kept where it outlives the process; only a [restored](Broker::restore) broker says
    /// so. All changes of one step belong together: a store has all of them or none, and it has them
    /// before any packet of that step is sent. What was acknowledged is never lost then.
    Store(Change),
}

/// An MQTT server without sockets and clocks. See the [crate] for an example.
#[derive(Debug)]
pub struct Broker {
    pub(crate) configuration: Configuration,
    /// Boxed, as the sessions are: keys come in rising order, so a map's nodes stay half empty, and empty
    /// places are to be small.
    pub(crate) connections: BTreeMap<ConnectionId, Box<Connection>>,
    /// Those over which no client was let in yet, the one that was opened first in front.
    pub(crate) unidentified: BTreeSet<ConnectionId>,
    pub(crate) deadlines: Deadlines,
    /// The session of each Client Identifier (`[MQTT-3.1.3-2]`). Its text is the map's own, since it is
    /// smaller than one that is shared.
    pub(crate) session_of: BTreeMap<Box<str>, SessionId>,
    pub(crate) sessions: BTreeMap<SessionId, Box<Session>>,
    pub(crate) last_session: SessionId,
    /// How many Client Identifiers were made up.
    pub(crate) named: u64,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) retained: Retained,
    pub(crate) room: Room,
    /// The last connected client that was found crowded.
    pub(crate) crowded: Option<ConnectionId>,
    /// Whether somebody stores what has to outlive the broker.
    pub(crate) stores: bool,
}

impl Broker {
    /// A broker that nobody is connected to, and that keeps everything in memory.
    pub fn new(configuration: Configuration) -> Self {
        Self {
            configuration,
            connections: BTreeMap::new(),
            unidentified: BTreeSet::new(),
            deadlines: Deadlines::default(),
            session_of: BTreeMap::new(),
            sessions: BTreeMap::new(),
            last_session: SessionId(0),
            named: 0,
            subscriptions: Subscriptions::default(),
            retained: Retained::default(),
            room: Room::default(),
            crowded: None,
            stores: false,
        }
    }

    /// Something happened to this Network Connection. What is to be done about it comes to the end of
    /// `outputs`.
    ///
    /// `now` is the time since any fixed moment; it never goes backwards.
    pub fn step(
        &mut self,
        now: Duration,
        id: ConnectionId,
        input: Input,
        outputs: &mut Vec<Output>,
    ) {
        match input {
            Input::Opened => self.opened(now, id, outputs),
            Input::Received(packet) => {
                if self.heard(now, id) {
                    self.received(now, id, packet, outputs);
                }
            }
            Input::Examined(connect, admission) => {
                if self.heard(now, id) {
                    self.connect(now, id, connect, admission, outputs);
                }
            }
            Input::Malformed(error) => {
                // A malformed CONNECT gets no CONNACK either: [MQTT-3.1.4-1], [MQTT-3.2.2-6].
                if self.connections.contains_key(&id) {
                    let event = Event::Malformed { client: self.name(id), error };
                    self.close(id, event, outputs);
                }
            }
            Input::Ready => self.ready(id, outputs),
            Input::Closed => {
                if let Some(client) = self.name(id) {
                    outputs.push(Output::Event(Some(id), Event::Cut { client }));
                }
                self.leave(id, Leaving::Lost, outputs);
            }
        }
    }

    /// Time has passed: clients that were silent for too long are closed.
    pub fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        while let Some(id) = self.deadlines.take_reached(now) {
            let Some(connection) = self.connections.get_mut(&id) else { continue };
            connection.deadline = None;
            let patience = match &connection.client {
                None => Some(self.configuration.connect_timeout),
                Some(client) => client.patience(),
            };
            let Some(after) = patience else { continue };
            let until = connection.last_heard + after;
            if now < until {
                self.await_until(until, id);
                continue;
            }
            let event = match self.name(id) {
                None => Event::ConnectTimeout { after },
                Some(client) => Event::KeepAliveExpired { client, after },
            };
            self.close(id, event, outputs); // as if the network had failed [MQTT-3.1.2-24]
        }
    }

    /// When [`tick`](Self::tick) is to be called at the latest; `None` if nothing is due.
    pub fn deadline(&self) -> Option<Duration> {
        self.deadlines.earliest()
    }

    /// How a sentence calls the client over there, once it is known.
    pub(crate) fn name(&self, id: ConnectionId) -> Option<Text> {
        let client = self.connections.get(&id)?.client.as_ref()?;
        self.sessions.get(&client.session).map(|session| session.client.clone())
    }

    /// Whether a client was let in over this Network Connection, and has not gone since.
    pub fn is_connected(&self, id: ConnectionId) -> bool {
        self.connections.get(&id).is_some_and(|connection| connection.client.is_some())
    }

    /// A connected client that has not acknowledged for so long that its queue was found half full,
    /// since the last call. Whoever sent the messages may be made to wait for it: what its queue
    /// cannot take is lost.
    pub fn take_crowded(&mut self) -> Option<ConnectionId> {
        self.crowded.take()
    }

    /// How many messages wait for the client over there, if its queue is half full at least.
    pub fn crowd(&self, id: ConnectionId) -> Option<usize> {
        let client = self.connections.get(&id)?.client.as_ref()?;
        let session = self.sessions.get(&client.session)?;
        session.is_crowded(&self.configuration).then(|| session.outgoing.queued())
    }
}

/// The life of a Network Connection.
impl Broker {
    fn opened(&mut self, now: Duration, id: ConnectionId, outputs: &mut Vec<Output>) {
        let connection = Connection { last_heard: now, deadline: None, client: None };
        self.connections.entry(id).or_insert_with(|| Box::new(connection));
        self.await_until(now + self.configuration.connect_timeout, id);
        self.unidentified.insert(id);
        let limit = self.configuration.max_unidentified;
        if self.unidentified.len() > limit
            && let Some(first) = self.unidentified.pop_first()
        {
            self.close(first, Event::CrowdedOut { limit }, outputs);
        }
    }

    /// Notes that a packet came: any will do (`[MQTT-3.1.2-24]`). False if the Network Connection is
    /// closed already, so that the packet is ignored.
    fn heard(&mut self, now: Duration, id: ConnectionId) -> bool {
        let connection = self.connections.get_mut(&id);
        connection.is_some_and(|connection| {
            connection.last_heard = now;
            true
        })
    }

    /// Sets the deadline of this Network Connection, in place of the one it has.
    pub(crate) fn await_until(&mut self, at: Duration, id: ConnectionId) {
        self.forget_deadline(id);
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.deadline = Some(at);
            self.deadlines.set(at, id);
        }
    }

    pub(crate) fn forget_deadline(&mut self, id: ConnectionId) {
        let connection = self.connections.get_mut(&id);
        if let Some(at) = connection.and_then(|connection| connection.deadline.take()) {
            self.deadlines.remove(at, id);
        }
    }

    fn received(
        &mut self,
        now: Duration,
        id: ConnectionId,
        packet: Packet,
        outputs: &mut Vec<Output>,
    ) {
        let packet = match packet {
            Packet::Connect(connect) => {
                return self.connect(now, id, *connect, Admission::Allowed, outputs);
            }
            Packet::ForeignConnect(_) => return self.foreign_connect(id, outputs),
            packet => packet,
        };
        let connection = self.connections.get(&id);
        let Some(session) = connection.and_then(|it| it.client.as_ref()).map(|it| it.session)
        else {
            // CONNECT comes first.
            return self.violation(id, &packet, &rules::MQTT_3_1_0_1, outputs);
        };
        match packet {
            Packet::Publish(publish) => self.publish(id, session, publish, outputs),
            Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) => {
                self.acknowledgement(id, session, &packet, outputs);
            }
            Packet::Subscribe(subscribe) => self.subscribe(id, session, subscribe, outputs),
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(id, session, unsubscribe, outputs),
            // [MQTT-3.12.4-1]
            Packet::Pingreq(_) => outputs.push(Output::Send(id, Pingresp.into())),
            Packet::Disconnect(_) => {
                outputs.push(Output::Close(id));
                self.leave(id, Leaving::Disconnected, outputs);
            }
            // What only a server sends: the two CONNECTs were taken above.
            Packet::Connect(_)
            | Packet::ForeignConnect(_)
            | Packet::Foreign(_)
            | Packet::Connack(_)
            | Packet::Suback(_)
            | Packet::Unsuback(_)
            | Packet::Pingresp(_) => self.violation(id, &packet, &rules::MQTT_4_8_0_1, outputs),
        }
    }
}
