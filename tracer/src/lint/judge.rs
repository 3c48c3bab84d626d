//! What is remembered of the past, and who is asked about a packet.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use tap::{Connection, Direction};
use wire::{Connack, Connect, DecodeError, Packet, PacketType, Publish, Qos, Version};

use super::admission::Asked;
use super::advice::Adviser;
use super::arrivals::only;
use super::delivered::Sources;
use super::due::DueWill;
use super::exchanges::Answer;
use super::link::{self, Link};
use super::offence::Offence;
use super::published::content;
use super::remark::{Fault, Matter, Place, Remark, Spot, keys};
use super::session::Session;
use super::text::Summary;
use crate::conversation::Seen;

/// What is remembered of the past.
#[derive(Debug, Default)]
pub(super) struct Judge {
    opened: BTreeSet<Connection>,
    streams: BTreeMap<Connection, (u32, Key)>,
    links: BTreeMap<u32, Link>,
    sessions: BTreeMap<Key, Session>,
    sources: Sources,
    adviser: Adviser,
    pub(super) summary: Summary,
}

/// Whose session it is: that of a Client Identifier at a server, or of a stream that has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Client(SocketAddr, String),
    Stream(u32),
}

/// Sessions that are remembered, at the most, beside those whose connections are open.
const MOST_SESSIONS: usize = 50_000;

impl Judge {
    /// A connection begins.
    pub(super) fn open(&mut self, connection: Connection) {
        self.opened.insert(connection);
    }

    /// Something passed on this connection that was not seen, or on any of them: what was known of it is
    /// so no more. It is as if the rest of it were all that there is.
    pub(super) fn miss(&mut self, connection: Option<Connection>) {
        match connection {
            Some(connection) => drop(self.opened.remove(&connection)),
            None => self.opened.clear(),
        }
        let Self { streams, links, sessions, sources, .. } = self;
        let concerned = streams.iter().filter(|(it, _)| connection.is_none_or(|one| one == **it));
        for (stream, key) in concerned.map(|(_, stream)| stream) {
            if let Some(link) = links.get_mut(stream).filter(|link| !link.is_foreign()) {
                *link = Link::default();
            }
            if sessions.get(key).is_some_and(|session| session.stream == *stream) {
                sessions.insert(key.clone(), Session::unknown(*stream));
            }
            sources.retained.doubt(*stream);
        }
    }

    /// A packet passes.
    pub(super) fn packet(&mut self, seen: &Seen<'_>) -> Vec<Remark> {
        self.summary.packets += 1;
        let mut remarks = Vec::new();
        if self.begin(seen) {
            remarks.extend(self.malformed(seen));
            let (faults, late) = self.faults(seen);
            remarks.extend(faults.into_iter().map(|fault| Remark::breach(seen, fault)));
            remarks.extend(late);
            let advice = self.adviser.advise(seen);
            remarks.extend(
                advice.into_iter().map(|(it, key, nth)| Remark::advice(seen, it, key, nth)),
            );
        } else if let Some(link) = self.links.get_mut(&seen.stream) {
            let fault = link.foreign(seen.outcome.as_ref().ok(), seen.direction);
            remarks.extend(fault.map(|fault| Remark::breach(seen, fault)));
        }
        self.summary.count(&remarks);
        remarks
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

    /// The rules that a packet breaks by coming now, and those that are now known to be broken before.
    fn faults(&mut self, seen: &Seen<'_>) -> (Vec<Fault>, Vec<Remark>) {
        let Some(link) = self.links.get_mut(&seen.stream) else { return Default::default() };
        let packet_type = seen.bytes.first().and_then(|&byte| PacketType::of_first_byte(byte));
        let passed = packet_type
            .map(|packet_type| link.pass(packet_type, seen.direction, seen.number, seen.time));
        let mut faults = passed.unwrap_or_default();
        let packet = match &seen.outcome {
            Ok(packet) => packet,
            Err(DecodeError::Malformed(it)) if seen.direction == Direction::ToServer => {
                link.malformed(it.packet_type, seen.number);
                return (faults, Vec::new());
            }
            Err(_) => return (faults, Vec::new()),
        };
        let pinged = link.pong(packet);
        faults.extend(link.goes_on(packet, seen.direction, pinged.map(|(number, _)| number)));
        faults.extend(self.on_link(packet, seen));
        faults.extend(self.in_session(packet, seen));
        (faults, pinged.map(|pinged| self.pinged(seen, pinged)).unwrap_or_default())
    }

    fn on_link(&mut self, packet: &Packet, seen: &Seen<'_>) -> Vec<Fault> {
        let Some(link) = self.links.get_mut(&seen.stream) else { return Vec::new() };
        match packet {
            Packet::Connect(connect) => {
                let fault = link.connect(connect, || Spot::of(seen, keys::WILL_TOPIC));
                if seen.is_of_bridge() {
                    link.give_up(Asked::OfAnotherLevel);
                }
                self.connect(connect, seen);
                return fault.into_iter().collect();
            }
            Packet::ForeignConnect(foreign) => link.give_up(Asked::of_foreign(foreign)),
            Packet::Connack(connack) => {
                let faults = link.connack(*connack);
                self.connack(*connack, seen);
                return faults;
            }
            Packet::Disconnect(_) => {
                if let Some((will, _)) = link.will.take() {
                    self.sources.wills.remove(&will);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn connect(&mut self, connect: &Connect, seen: &Seen<'_>) {
        if let Some(will) = &connect.will {
            self.sources.wills.add(will);
        }
        let key = match connect.client_identifier.as_str() {
            "" => Key::Stream(seen.stream),
            name => Key::Client(seen.connection.server, name.to_owned()),
        };
        let before = self.sessions.remove(&key);
        let mut session = Session::connect(seen.stream, connect.clean_session, before);
        session.arrivals.come_back(seen.number);
        self.make_room();
        self.sessions.insert(key.clone(), session);
        self.streams.insert(seen.connection, (seen.stream, key));
    }

    fn connack(&mut self, connack: Connack, seen: &Seen<'_>) {
        if connack.return_code != wire::ConnectReturnCode::ACCEPTED {
            self.sources.published.refuse(seen.stream);
            return;
        }
        let ousted = self.session(seen).and_then(|session| session.ousted.take());
        if let Some(link) = ousted.and_then(|stream| self.links.get_mut(&stream))
            && link.is_accepted()
        {
            link.offend(Offence::taken_over(seen.number));
        }
    }

    /// Forgets sessions that nobody has open, if there are too many.
    fn make_room(&mut self) {
        if self.sessions.len() >= MOST_SESSIONS + self.links.len() {
            let links = &self.links;
            self.sessions.retain(|_, session| links.contains_key(&session.stream));
        }
    }

    /// The session to which a packet belongs. Another connection may have taken it over, while this one
    /// still ends.
    fn session(&mut self, seen: &Seen<'_>) -> Option<&mut Session> {
        let (_, key) = self.streams.get(&seen.connection)?;
        self.sessions.get_mut(key).filter(|session| session.stream == seen.stream)
    }

    fn in_session(&mut self, packet: &Packet, seen: &Seen<'_>) -> Vec<Fault> {
        let Self { streams, sessions, sources, .. } = self;
        let session = streams.get(&seen.connection).and_then(|(_, key)| sessions.get_mut(key));
        let Some(session) = session.filter(|session| session.stream == seen.stream) else {
            return Vec::new();
        };
        let mut faults = Vec::new();
        let (direction, number) = (seen.direction, seen.number);
        let spot = || Spot::of(seen, keys::IDENTIFIER);
        let whole = session.is_known();
        match packet {
            Packet::Connack(connack) if seen.version != Some(Version::V3_1) => {
                faults.extend(session.connack(*connack));
            }
            Packet::Subscribe(subscribe) => {
                session.subscriptions.subscribe(subscribe, spot());
                sources.retained.attend(seen.stream);
            }
            Packet::Unsubscribe(it) => {
                session.subscriptions.unsubscribe(it, spot());
                sources.retained.doubt(seen.stream);
            }
            Packet::Disconnect(_) => sources.retained.doubt(seen.stream),
            Packet::Suback(suback) => {
                let fault = session.subscriptions.suback(suback, number);
                faults.extend(fault.filter(|_| whole));
            }
            Packet::Unsuback(unsuback) => {
                let identifier = unsuback.packet_identifier;
                let fault = session.subscriptions.unsuback(identifier, number, seen.time);
                faults.extend(fault.filter(|_| whole));
            }
            Packet::Publish(publish) if direction == Direction::ToServer => {
                sources.publish(publish, seen);
            }
            Packet::Publish(publish) => faults.extend(sources.deliver(publish, session, seen)),
            Packet::Puback(it) if direction == Direction::ToClient => {
                sources.acknowledge(session.client.ends_with(Answer::Puback, it.packet_identifier));
            }
            Packet::Pubcomp(it) if direction == Direction::ToClient => {
                sources
                    .acknowledge(session.client.ends_with(Answer::Pubcomp, it.packet_identifier));
            }
            _ => {}
        }
        if let Packet::Publish(publish) = packet {
            go_on(publish, session, seen);
        }
        faults.extend(link::in_session(packet, direction, number, session));
        faults
    }

    /// The server answered the PINGREQ of this number and time.
    fn pinged(&mut self, seen: &Seen<'_>, (number, time): (u64, Duration)) -> Vec<Remark> {
        let Some(session) = self.session(seen) else { return Vec::new() };
        session.subscriptions.pinged(number);
        if !session.server.is_idle() {
            return Vec::new();
        }
        session.lowered.pinged(number);
        session.due.pinged(time)
    }

    /// A connection ends.
    pub(super) fn close(&mut self, connection: Connection, time: Duration) -> Vec<Remark> {
        self.opened.remove(&connection);
        let Some((stream, key)) = self.streams.remove(&connection) else { return Vec::new() };
        let link = self.links.remove(&stream);
        self.sources.retained.leave(stream);
        let mut remarks = Vec::new();
        let session = self.sessions.get_mut(&key).filter(|session| session.stream == stream);
        if let Some(session) = session {
            remarks = session.end(&self.sources.published, self.summary.packets);
            if let Some((will, spot, patience)) = link.and_then(Link::testament) {
                let by = time + patience;
                let due = DueWill { content: content(&will.topic, &will.message), spot, by };
                self.bequeath(stream, &will, &due);
            }
        }
        if matches!(key, Key::Stream(_)) {
            self.sessions.remove(&key);
        }
        self.summary.count(&remarks);
        remarks
    }

    /// Notes a will with all who have to get it.
    fn bequeath(&mut self, stream: u32, will: &wire::Will, due: &DueWill) {
        let topic = content(&will.topic, &[]);
        let open = &self.links;
        let online = self.sessions.values_mut().filter(|it| open.contains_key(&it.stream));
        for session in online.filter(|session| session.is_known()) {
            let subscribed = only(&session.subscriptions, &will.topic);
            let is_above_0 = subscribed.is_some_and(|it| it.qos.min(will.qos) > Qos::AtMostOnce);
            if is_above_0 && session.arrivals.any_of(stream, topic) {
                session.due.add(due.clone());
            }
        }
    }
}

/// Notes a new message above QoS 0, where others have to be sent again.
fn go_on(publish: &Publish, session: &mut Session, seen: &Seen<'_>) {
    let sender = match seen.direction {
        Direction::ToServer => &mut session.client,
        Direction::ToClient => &mut session.server,
    };
    let content = content(&publish.topic, &publish.payload);
    let identifier = publish.delivery.packet_identifier();
    let is_new = identifier.is_some_and(|identifier| !sender.waits_for(identifier, content));
    if is_new && !publish.delivery.dup() {
        sender.go_on(|| Spot::of(seen, keys::IDENTIFIER));
    }
}
