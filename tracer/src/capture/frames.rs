//! Records into blocks of a capture: a TCP connection made up around what was said.
//!
//! A [`tap`] sees packets, not segments. So the segments are made up, always in the same way:
//!
//! ```text
//!   Opened   SYN, SYN-ACK, ACK        both sequence numbers begin at 0
//!   Packet   one segment, PSH         more of them where a packet is larger than a segment, a part of one
//!                                     where many pass at one moment
//!   Event    an ACK without data, from the server, with the event as its comment
//!   Closed   FIN, FIN, ACK
//! ```
//!
//! Nothing in them depends on who recorded: what client and broker tell of one connection becomes the
//! same sequence numbers, and that is how copies are known.

use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use etherparse::{EtherType, Ethernet2Header};
use tap::{Connection, Passing, Record, What};

use super::block;
use super::convention::{
    self, CLIENT, EVENT, EVENT_ETHER_TYPE, JOINED, SEALED_PORT, WRITTEN_PORT, canonical,
};
use super::gathering::Gathering;
use super::note::Note;
use super::stream::Stream;

/// Makes up segments, and knows for each connection where its sequence numbers are.
#[derive(Default)]
pub(super) struct Frames {
    pub(super) streams: Vec<Stream>,
    /// Where the stream of a connection is among them.
    places: HashMap<Ends, usize>,
    /// Where that of the last packet is, for each direction: the next packet is often one more of it.
    last: [usize; 2],
    /// How many of them are closed.
    closed: usize,
    pub(super) gathering: Gathering,
    named: BTreeSet<IpAddr>,
}

/// A connection in its one spelling, as a key that is found quickly: each packet asks for it.
#[derive(PartialEq, Eq)]
struct Ends(Connection);

impl Hash for Ends {
    /// The server's address is left out, since it tells hardly any connections apart.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Connection { client, server } = self.0;
        let ports = u32::from(client.port()) << 16 | u32::from(server.port());
        match client.ip() {
            IpAddr::V4(address) => {
                state.write_u64(u64::from(address.to_bits()) << 32 | u64::from(ports));
            }
            IpAddr::V6(address) => {
                state.write_u128(address.to_bits());
                state.write_u32(ports);
            }
        }
    }
}

/// How many closed connections are remembered, in case their ports are used again.
const REMEMBERED: usize = 16_384;

/// How far the first sequence numbers are apart when a pair of addresses is used again. Wireshark
/// would take a SYN with the old number for the old one, sent again.
const NEXT_USE: u32 = 0x1000_0000;

impl Frames {
    /// Appends the blocks that tell this record, with the note as a comment on its first segment.
    ///
    /// # Errors
    ///
    /// None that is known: etherparse refuses packets of 64 KiB and more, and none is.
    pub(super) fn record(
        &mut self,
        record: &Record,
        note: &Note,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        self.flush(out)?;
        let time = record.time;
        match (&record.what, record.connection) {
            (What::Event(text), None) => {
                event_of_nobody(time, text, out);
                Ok(())
            }
            (What::Missing, _) | (_, None) => Ok(()),
            (What::Opened { client_name }, Some(connection)) => {
                let name = client_name.as_deref().unwrap_or("");
                self.open(time, canonical(connection), port(note), name, out)
            }
            (What::Packet { direction, bytes }, Some(connection)) => {
                let packet = Passing { connection, direction: *direction, bytes, clock: &time };
                self.packet(time, &packet, note, out)
            }
            (What::Event(text), Some(connection)) => match self.stream(connection) {
                Some(stream) => stream.event(time, text, out),
                None => Stream::new(canonical(connection), port(note), 0)?.event(time, text, out),
            },
            (What::Closed { by }, Some(connection)) => match self.stream(connection) {
                Some(stream) if !stream.is_closed => {
                    stream.close(time, *by, out)?;
                    self.closed += 1;
                    Ok(())
                }
                // Both ends may tell that a connection was closed, and one of them twice.
                _ => Ok(()),
            },
        }
    }

    /// The same for a packet. If nobody told that its connection was opened, a SYN is made up, so that
    /// nothing is lost on readers that wait for one, and says so.
    pub(super) fn packet(
        &mut self,
        time: Duration,
        packet: &Passing<'_>,
        note: &Note,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        self.flush(out)?;
        let connection = packet.connection;
        if let Some(client) = &note.client {
            self.name(canonical(connection), client, out);
        }
        let place = match self.place_of(packet) {
            Some(place) => place,
            None => self.begin(time, canonical(connection), port(note), &[JOINED], out)?,
        };
        self.streams[place].packet(time, packet.direction, packet.bytes, &note.comment, out)
    }

    /// Uses up the sequence numbers of a packet without making anything up, for whoever drops it: that is
    /// what happens under load, and is to cost little. False if the connection is not open: then the
    /// packet has to be [recorded](Self::packet).
    pub(super) fn pass_over(&mut self, packet: &Passing<'_>) -> bool {
        let place = self.place_of(packet);
        if let Some(place) = place {
            self.streams[place].pass_over(packet.direction, packet.bytes.len());
        }
        place.is_some()
    }

    /// Where the stream is that a packet goes on with.
    pub(super) fn place_of(&mut self, packet: &Passing<'_>) -> Option<usize> {
        let connection = canonical(packet.connection);
        let last = &mut self.last[packet.direction as usize];
        if self.streams.get(*last).is_none_or(|stream| stream.connection != connection) {
            *last = *self.places.get(&Ends(connection))?;
        }
        (!self.streams[*last].is_closed).then_some(*last)
    }

    fn open(
        &mut self,
        time: Duration,
        connection: Connection,
        port: u16,
        client_name: &str,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        self.name(connection, client_name, out);
        let client = match client_name {
            "" => String::new(),
            name => format!("{CLIENT}{name}"),
        };
        self.begin(time, connection, port, &[&client], out)?;
        Ok(())
    }

    /// Makes a stream up to its first packet, with these comments on its SYN, and tells its place.
    fn begin(
        &mut self,
        time: Duration,
        connection: Connection,
        port: u16,
        comments: &[&str],
        out: &mut Vec<u8>,
    ) -> io::Result<usize> {
        if self.closed >= REMEMBERED {
            self.forget_closed();
        }
        let before = self.stream(connection);
        let first = before.map_or(0, |before| before.first.wrapping_add(NEXT_USE));
        let mut stream = Stream::new(connection, port, first)?;
        stream.handshake(time, comments, out)?;
        let place = *self.places.entry(Ends(connection)).or_insert(self.streams.len());
        match self.streams.get_mut(place) {
            Some(before) => {
                self.closed -= usize::from(before.is_closed);
                *before = stream;
            }
            None => self.streams.push(stream),
        }
        Ok(place)
    }

    /// Each of them has a place again, another one than before.
    fn forget_closed(&mut self) {
        self.streams.retain(|stream| !stream.is_closed);
        let connections = self.streams.iter().map(|stream| Ends(stream.connection));
        self.places = connections.zip(0..).collect();
        self.closed = 0;
    }

    /// The stream of this connection, if it ever had one.
    fn stream(&mut self, connection: Connection) -> Option<&mut Stream> {
        let place = *self.places.get(&Ends(canonical(connection)))?;
        Some(&mut self.streams[place])
    }

    /// Tells how both ends are called, as far as an address is one end's alone.
    fn name(&mut self, connection: Connection, client_name: &str, out: &mut Vec<u8>) {
        let (client, server) = (connection.client.ip(), connection.server.ip());
        if client == server || client_name.is_empty() {
            return;
        }
        for (address, name) in [(client, client_name), (server, "broker")] {
            if self.named.insert(address) {
                block::name(out, address, name);
            }
        }
    }
}

/// An event that concerns no connection: a frame of its own kind, which says nothing but its comment.
fn event_of_nobody(time: Duration, text: &str, out: &mut Vec<u8>) {
    let comment = format!("{EVENT}{text}");
    let header = Ethernet2Header {
        source: convention::NOBODY,
        destination: convention::NOBODY,
        ether_type: EtherType(EVENT_ETHER_TYPE),
    };
    block::enhanced_packet(out, time, &[&comment], |out| out.extend_from_slice(&header.to_bytes()));
}

/// The port that is written for the server's.
fn port(note: &Note) -> u16 {
    if note.is_sealed { SEALED_PORT } else { WRITTEN_PORT }
}

#[cfg(test)]
mod tests {
    use tap::{Direction, Side};

    use super::*;

    fn told(frames: &mut Frames, port: u16, what: What) -> Vec<u8> {
        let (client, server) = (([10, 0, 0, 2], port).into(), ([10, 0, 0, 1], 1883).into());
        let connection = Some(Connection { client, server });
        let mut out = Vec::new();
        let record = Record { time: Duration::ZERO, connection, what };
        frames.record(&record, &Note::default(), &mut out).unwrap();
        out
    }

    #[test]
    fn who_is_open_goes_on_when_those_who_are_closed_are_forgotten() {
        let frames = &mut Frames::default();
        let opened = || What::Opened { client_name: None };
        let pingreq =
            || What::Packet { direction: Direction::ToServer, bytes: (&b"\xc0\x00"[..]).into() };
        told(frames, 1, opened());
        for port in 2..=u16::try_from(REMEMBERED).unwrap() + 1 {
            told(frames, port, opened());
            told(frames, port, What::Closed { by: Side::Client });
        }
        assert_eq!((frames.streams.len(), frames.closed), (REMEMBERED + 1, REMEMBERED));
        let before = told(frames, 1, pingreq());
        told(frames, 50_000, opened());
        assert_eq!((frames.streams.len(), frames.closed), (2, 0));
        let after = told(frames, 1, pingreq());
        assert_eq!(before.len(), after.len(), "one segment each, and no SYN");
        assert_eq!(told(frames, 1, opened()).len(), told(frames, 50_001, opened()).len());
        assert_eq!(frames.streams.len(), 3);
    }
}
