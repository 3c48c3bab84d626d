//! Names the rules that traffic breaks: each packet's own, and those of the conversation.
//!
//! ```text
//!   tap::Record ─▶ Conversation ─▶ Seen ─┬─▶ its own error            rules on the bytes
//!                                        ├─▶ link                     what may come when
//!                                        ├─▶ session, exchanges       identifiers, QoS 1 and 2, order
//!                                        ├─▶ subscriptions, delivered QoS, RETAIN, topics
//!                                        └─▶ advice                   what is lawful, and unwise
//! ```
//!
//! It knows nothing of any broker or client, so it can judge all of them. It looks on from somewhere on
//! the way and may have come late: where what it did not see could make something lawful, it is silent.

mod advice;
mod delivered;
mod exchanges;
#[cfg(feature = "json")]
mod json;
mod link;
mod published;
mod remark;
mod session;
mod subscriptions;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use tap::{Connection, Direction, Record, What};
use wire::{DecodeError, Packet, PacketType, Version};

pub use advice::{ADVICE, Advice};
#[cfg(feature = "json")]
pub use json::json;
pub use remark::{Matter, Place, Remark};
pub use text::{Summary, text};

use crate::conversation::{Conversation, Entry, Seen};
use advice::Adviser;
use link::Link;
use published::Published;
use remark::Fault;
use session::Session;

/// Reads records in the order in which they happened, and says what is wrong with them.
#[derive(Debug)]
pub struct Lint {
    conversation: Conversation,
    judge: Judge,
}

impl Default for Lint {
    fn default() -> Self {
        Self::new(Version::default())
    }
}

impl Lint {
    /// A lint that has seen nothing. A stream whose CONNECT is not seen is read as `assumed_version`.
    pub fn new(assumed_version: Version) -> Self {
        Self { conversation: Conversation::new(assumed_version), judge: Judge::default() }
    }

    /// What is to be said on what just happened. It may concern a packet before.
    pub fn add(&mut self, record: Record) -> Vec<Remark> {
        let mut remarks = Vec::new();
        match (&record.what, record.connection) {
            (What::Opened { .. }, Some(connection)) => {
                self.judge.opened.insert(connection);
            }
            (What::Closed { .. }, Some(connection)) => {
                self.judge.opened.remove(&connection);
                self.judge.close(connection, &mut remarks);
            }
            _ => {}
        }
        if let Some(Entry::Packet(seen)) = self.conversation.add(record) {
            self.judge.packet(&seen, &mut remarks);
        }
        remarks
    }

    /// How many packets and connections there were, and what was said on them.
    pub fn summary(&self) -> Summary {
        self.judge.summary
    }
}

/// What is remembered of the past.
#[derive(Debug, Default)]
struct Judge {
    opened: BTreeSet<Connection>,
    streams: BTreeMap<Connection, (u32, Key)>,
    links: BTreeMap<u32, Link>,
    sessions: BTreeMap<Key, Session>,
    published: Published,
    adviser: Adviser,
    summary: Summary,
}

/// Whose session it is: that of a Client Identifier at a server, or of a stream that has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Client(SocketAddr, String),
    Stream(u32),
}

impl Judge {
    fn packet(&mut self, seen: &Seen<'_>, remarks: &mut Vec<Remark>) {
        let first = remarks.len();
        self.summary.packets += 1;
        if self.begin(seen) {
            remarks.extend(self.malformed(seen));
            for fault in self.faults(seen) {
                remarks.push(breach(seen, fault));
            }
            for (advice, key, _) in self.adviser.advise(seen) {
                let matter = Matter::Advice(advice);
                remarks.push(remark(seen, matter, key, String::new()));
            }
        }
        self.summary.count(&remarks[first..]);
    }

    /// Notes a stream that is new; `false` for one that speaks what nobody here knows.
    fn begin(&mut self, seen: &Seen<'_>) -> bool {
        if seen.is_first {
            self.summary.connections += 1;
            self.streams.insert(seen.connection, (seen.stream, Key::Stream(seen.stream)));
            self.sessions.insert(Key::Stream(seen.stream), Session::unknown(seen.stream));
        }
        let is_whole = self.opened.contains(&seen.connection);
        let link = self.links.entry(seen.stream).or_default();
        link.is_whole |= is_whole && seen.is_first;
        !link.is_foreign()
    }

    /// The rule that a packet breaks all by itself. One that was cut off breaks none.
    fn malformed(&mut self, seen: &Seen<'_>) -> Option<Remark> {
        let Err(DecodeError::Malformed(malformed)) = &seen.outcome else { return None };
        let link = self.links.get_mut(&seen.stream)?;
        link.is_news(malformed, seen.direction).then(|| Remark {
            matter: Matter::Breach(malformed.rule),
            detail: String::new(),
            packet: Place::of(seen),
            field: Some((malformed.field, malformed.span)),
        })
    }

    fn faults(&mut self, seen: &Seen<'_>) -> Vec<Fault> {
        let Some(link) = self.links.get_mut(&seen.stream) else { return Vec::new() };
        let packet_type = seen.bytes.first().and_then(|&byte| PacketType::of_first_byte(byte));
        let passed = packet_type
            .map(|packet_type| link.pass(packet_type, seen.direction, seen.number, seen.time));
        let mut faults = passed.unwrap_or_default();
        if let Ok(packet) = &seen.outcome {
            faults.extend(self.on_link(packet, seen));
            faults.extend(self.in_session(packet, seen));
        }
        faults
    }

    fn on_link(&mut self, packet: &Packet, seen: &Seen<'_>) -> Vec<Fault> {
        let Some(link) = self.links.get_mut(&seen.stream) else { return Vec::new() };
        let mut faults = Vec::new();
        match packet {
            Packet::Connect(connect) => {
                let is_3_1_1 = connect.version == Version::V3_1_1;
                faults.extend(link.connect(connect).filter(|_| is_3_1_1));
                if let Some(will) = &connect.will {
                    self.published.will(will);
                }
                let key = match connect.client_identifier.as_str() {
                    "" => Key::Stream(seen.stream),
                    name => Key::Client(seen.connection.server, name.to_owned()),
                };
                let before = self.sessions.remove(&key);
                let session = Session::connect(seen.stream, connect.clean_session, before);
                self.sessions.insert(key.clone(), session);
                self.streams.insert(seen.connection, (seen.stream, key));
            }
            Packet::ForeignConnect(_) => link.give_up(),
            Packet::Connack(connack) => faults.extend(link.connack(connack.return_code)),
            Packet::Disconnect(_) => {
                if let Some(will) = link.will.take() {
                    self.published.drop_will(&will);
                }
            }
            _ => {}
        }
        faults
    }

    fn in_session(&mut self, packet: &Packet, seen: &Seen<'_>) -> Vec<Fault> {
        let key = self.streams.get(&seen.connection).map(|(_, key)| key);
        let session = key.and_then(|key| self.sessions.get_mut(key));
        // Another connection may have taken the session over, while this one still ends.
        let Some(session) = session.filter(|session| session.stream == seen.stream) else {
            return Vec::new();
        };
        let mut faults = Vec::new();
        let (direction, number) = (seen.direction, seen.number);
        let whole = session.is_known();
        match packet {
            Packet::Connack(connack) if seen.version != Some(Version::V3_1) => {
                faults.extend(session.connack(*connack));
            }
            Packet::Subscribe(subscribe) => {
                session.subscriptions.subscribe(subscribe, Place::of(seen));
            }
            Packet::Unsubscribe(unsubscribe) => {
                let identifier = unsubscribe.packet_identifier;
                session.subscriptions.unsubscribe(identifier, Place::of(seen));
            }
            Packet::Suback(suback) => {
                let fault = session.subscriptions.suback(suback, number);
                faults.extend(fault.filter(|_| whole));
            }
            Packet::Unsuback(unsuback) => {
                let fault = session.subscriptions.unsuback(unsuback.packet_identifier);
                faults.extend(fault.filter(|_| whole));
            }
            Packet::Pingresp(_) => {
                let answered = self.links.get_mut(&seen.stream).and_then(Link::pong);
                if let Some(number) = answered {
                    session.subscriptions.pinged(number);
                }
            }
            Packet::Publish(publish) if direction == Direction::ToServer => {
                self.published.add(publish, number, seen.time);
            }
            Packet::Publish(publish) => {
                faults.extend(delivered::judge(publish, session, &self.published));
            }
            _ => {}
        }
        faults.extend(link::in_session(packet, direction, number, session));
        faults
    }

    /// A connection ends.
    fn close(&mut self, connection: Connection, remarks: &mut Vec<Remark>) {
        let Some((stream, key)) = self.streams.remove(&connection) else { return };
        self.links.remove(&stream);
        let Some(session) = self.sessions.get_mut(&key) else { return };
        if session.stream == stream {
            let ended = session.subscriptions.end();
            let first = remarks.len();
            remarks.extend(ended.into_iter().map(|(packet, Fault { rule, detail, .. })| Remark {
                matter: Matter::Breach(rule),
                detail,
                packet,
                field: None,
            }));
            self.summary.count(&remarks[first..]);
        }
        if matches!(key, Key::Stream(_)) {
            self.sessions.remove(&key);
        }
    }
}

fn breach(seen: &Seen<'_>, fault: Fault) -> Remark {
    remark(seen, Matter::Breach(fault.rule), fault.key, fault.detail)
}

fn remark(seen: &Seen<'_>, matter: Matter, key: &str, detail: String) -> Remark {
    let spanned = seen.spans.fields().find(|spanned| spanned.field.key == key);
    let field = spanned.map(|spanned| (spanned.field, spanned.span));
    Remark { matter, detail, packet: Place::of(seen), field }
}
