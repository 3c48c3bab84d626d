//! From bytes and facts to a conversation: who says what to whom, as which packet of which stream.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction, Record, Side, What};
use wire::{Connect, DecodeError, Packet, PacketType, Spans, Version};

use crate::printable::printable;
use crate::reading::read;

/// Reads records in the order in which they happened, and tells them as entries.
///
/// It keeps what the entries need of their past: when it all began, which streams there are, how
/// their clients are called and which version each of them speaks.
#[derive(Debug)]
pub struct Conversation {
    start: Option<Duration>,
    streams: BTreeMap<Connection, Stream>,
    /// What was closed last, since a server may tell what follows from that.
    last_closed: Option<(Connection, u32, Arc<str>)>,
    streams_seen: u32,
    packets_seen: u64,
    assumed_version: Version,
    spans: Spans,
}

/// One Network Connection.
#[derive(Debug)]
struct Stream {
    number: u32,
    client: Arc<str>,
    /// Whether the name above was told by somebody, so that no Client Identifier replaces it.
    is_named: bool,
    version: Option<Version>,
    packets: [u64; 2],
    /// Whether the client took its leave with a DISCONNECT.
    took_leave: bool,
}

/// Something to show.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // it lives for the moment in which it is shown
pub enum Entry<'c> {
    /// A packet passed.
    Packet(Seen<'c>),
    /// Something happened that no packet carries.
    Event(Event),
}

/// A packet that passed, decoded with every field.
#[derive(Debug)]
pub struct Seen<'c> {
    /// Its number in the whole conversation, from 1.
    pub number: u64,
    /// When, since the conversation's first record.
    pub time: Duration,
    /// The number of its stream, from 0, in the order in which they began.
    pub stream: u32,
    /// The two ends of its stream.
    pub connection: Connection,
    /// Whether it is the first packet of its stream.
    pub is_first: bool,
    /// Where to.
    pub direction: Direction,
    /// Its number among the packets of its stream and direction, from 0.
    pub index: u64,
    /// How the client of this stream is called.
    pub client: Arc<str>,
    /// The version that the CONNECT of this stream agreed on, if one was seen.
    pub version: Option<Version>,
    /// Its bytes.
    pub bytes: Bytes,
    /// Its fields, each with its place.
    pub spans: &'c Spans,
    /// What it says, or the rule that it breaks.
    pub outcome: Result<Packet, DecodeError>,
}

/// A fact that no packet carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, since the conversation's first record.
    pub time: Duration,
    /// The number of the stream that it concerns, if it concerns one.
    pub stream: Option<u32>,
    /// How the client of that stream is called.
    pub client: Option<Arc<str>>,
    /// The fact, as a sentence.
    pub text: String,
}

/// How the server is called.
pub(crate) const SERVER: &str = "broker";

/// The key of the field that tells the version.
const PROTOCOL_LEVEL: &str = "protocol_level";

impl Seen<'_> {
    /// Who sent the packet.
    pub fn from(&self) -> &str {
        match self.direction {
            Direction::ToServer => &self.client,
            Direction::ToClient => SERVER,
        }
    }

    /// Who gets the packet.
    pub fn to(&self) -> &str {
        match self.direction {
            Direction::ToServer => SERVER,
            Direction::ToClient => &self.client,
        }
    }

    /// Whether it is the CONNECT of a bridge: one with a Protocol Level that is no version's, and that was
    /// read nevertheless.
    pub(crate) fn is_of_bridge(&self) -> bool {
        let Ok(Packet::Connect(connect)) = &self.outcome else { return false };
        let levels = self.spans.fields().filter(|spanned| spanned.field.key == PROTOCOL_LEVEL);
        let mut levels = levels.map(|spanned| spanned.value(&self.bytes).number());
        levels.any(|level| level != u64::from(connect.version.protocol_level()))
    }

    /// Where the client and the server are, with the first packet of their stream.
    pub(crate) fn introduction(&self) -> Option<String> {
        let Connection { client, server } = self.connection;
        let name = printable(&self.client);
        self.is_first.then(|| format!("{name} is {client}, {SERVER} is {server}"))
    }
}

impl Default for Conversation {
    fn default() -> Self {
        Self::new(Version::default())
    }
}

impl Conversation {
    /// A conversation in which nothing was said yet. A stream whose CONNECT is not seen is read as
    /// `assumed_version`.
    pub fn new(assumed_version: Version) -> Self {
        Self {
            start: None,
            streams: BTreeMap::new(),
            last_closed: None,
            streams_seen: 0,
            packets_seen: 0,
            assumed_version,
            spans: Spans::default(),
        }
    }

    /// Tells what this record is; `None` for the opening of a connection, which a CONNECT tells
    /// better.
    pub fn add(&mut self, record: Record) -> Option<Entry<'_>> {
        let time = record.time.saturating_sub(*self.start.get_or_insert(record.time));
        match (record.what, record.connection) {
            (What::Event(text), connection) => {
                let (stream, client) = connection.map(|connection| self.known(connection)).unzip();
                Some(Entry::Event(Event { time, stream, client, text }))
            }
            (What::Missing, _) | (_, None) => None,
            (What::Opened { client_name }, Some(connection)) => {
                self.streams.remove(&connection); // the same ports, used again
                let name = client_name.map(|name| self.unique(&name));
                let stream = self.stream(connection);
                if let Some(name) = name {
                    (stream.client, stream.is_named) = (name, true);
                }
                None
            }
            (What::Packet { direction, bytes }, Some(connection)) => {
                Some(Entry::Packet(self.packet(time, connection, direction, bytes)))
            }
            (What::Closed { by }, Some(connection)) => {
                let stream = self.streams.remove(&connection)?;
                self.last_closed = Some((connection, stream.number, Arc::clone(&stream.client)));
                let text = stream.closed(by);
                let (stream, client) = (Some(stream.number), Some(stream.client));
                Some(Entry::Event(Event { time, stream, client, text }))
            }
        }
    }

    fn packet(
        &mut self,
        time: Duration,
        connection: Connection,
        direction: Direction,
        bytes: Bytes,
    ) -> Seen<'_> {
        self.packets_seen += 1;
        let number = self.packets_seen;
        let assumed = self.assumed_version;
        let stream = self.stream(connection);
        if refuses_version_5(stream.version, direction, &bytes) {
            stream.version = None;
        }
        let version = stream.version.unwrap_or(assumed);
        let outcome = read(&bytes, version, &mut self.spans);
        match &outcome {
            Ok(Packet::Connect(connect)) => self.connected(connection, connect),
            Ok(Packet::ForeignConnect(connect)) if connect.is_version_5() => {
                self.stream(connection).version = Some(Version::V5);
            }
            _ => {}
        }
        let stream = self.stream(connection);
        let is_first = stream.packets == [0; 2];
        let counter = &mut stream.packets[direction as usize];
        let index = *counter;
        *counter += 1;
        stream.took_leave |= direction == Direction::ToServer
            && matches!(&outcome, Ok(packet) if packet.packet_type() == PacketType::Disconnect);
        let (client, version) = (Arc::clone(&stream.client), stream.version);
        let stream = stream.number;
        Seen {
            number,
            time,
            stream,
            connection,
            is_first,
            direction,
            index,
            client,
            version,
            bytes,
            spans: &self.spans,
            outcome,
        }
    }

    /// A CONNECT says how its client is called, unless somebody told, and which version is spoken.
    fn connected(&mut self, connection: Connection, connect: &Connect) {
        let name = Some(connect.client_identifier.as_str()).filter(|name| !name.is_empty());
        let is_named = self.stream(connection).is_named;
        let name = name.filter(|_| !is_named).map(|name| self.unique(name));
        let stream = self.stream(connection);
        stream.version = Some(connect.version);
        if let Some(name) = name {
            (stream.client, stream.is_named) = (name, true);
        }
    }

    /// The stream to which an event belongs, and its client.
    fn known(&mut self, connection: Connection) -> (u32, Arc<str>) {
        match &self.last_closed {
            Some((closed, number, client))
                if *closed == connection && !self.streams.contains_key(&connection) =>
            {
                (*number, Arc::clone(client))
            }
            _ => {
                let stream = self.stream(connection);
                (stream.number, Arc::clone(&stream.client))
            }
        }
    }

    fn stream(&mut self, connection: Connection) -> &mut Stream {
        self.streams.entry(connection).or_insert_with(|| {
            let number = self.streams_seen;
            self.streams_seen += 1;
            Stream {
                number,
                client: format!("client {}", number + 1).into(),
                is_named: false,
                version: None,
                packets: [0; 2],
                took_leave: false,
            }
        })
    }

    /// A name that no other open stream has: two clients may have one Client Identifier for the
    /// moment in which the second takes over from the first.
    fn unique(&self, name: &str) -> Arc<str> {
        let taken = |name: &str| self.streams.values().any(|stream| &*stream.client == name);
        if !taken(name) {
            return name.into();
        }
        let mut number = 2;
        loop {
            let name = format!("{name} ({number})");
            if !taken(&name) {
                return name.into();
            }
            number += 1;
        }
    }
}

/// Whether a server that does not speak MQTT 5 answers here one who does, in its own version: with a
/// CONNACK too short for MQTT 5, where Properties follow the code.
fn refuses_version_5(version: Option<Version>, direction: Direction, bytes: &Bytes) -> bool {
    version == Some(Version::V5)
        && direction == Direction::ToClient
        && matches!(Packet::decode(bytes, Version::default()), Ok(Packet::Connack(_)))
}

impl Stream {
    /// The end of this Network Connection, as a sentence. That a client says no DISCONNECT before it
    /// belongs to it: this is what publishes its will.
    fn closed(&self, by: Side) -> String {
        let client = &self.client;
        match by {
            Side::Server => format!("{SERVER} closed the Network Connection to {client}"),
            Side::Client if self.took_leave || self.packets == [0; 2] => {
                format!("{client} closed the Network Connection")
            }
            Side::Client => format!("{client} closed the Network Connection without DISCONNECT"),
        }
    }
}
