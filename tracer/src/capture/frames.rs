//! Records into blocks of a capture: a TCP connection made up around what was said.
//!
//! A [`tap`] sees packets, not segments. So the segments are made up, always in the same way:
//!
//! ```text
//!   Opened   SYN, SYN-ACK, ACK        both sequence numbers begin at 0
//!   Packet   one segment, PSH         more of them only where a packet is larger than a segment
//!   Event    an ACK without data, from the server, with the event as its comment
//!   Closed   FIN, FIN, ACK
//! ```
//!
//! Nothing in them depends on who recorded: what client and broker tell of one connection becomes the
//! same sequence numbers, and that is how copies are known.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use etherparse::{
    EtherType, Ethernet2Header, PacketBuilder, TcpHeader, TcpOptionElement::WindowScale,
};
use tap::{Connection, Direction, Record, Side, What};

use super::block;
use super::convention::{
    self, CLIENT, EVENT, EVENT_ETHER_TYPE, JOINED, LARGEST_PAYLOAD, SEALED_PORT, WRITTEN_PORT,
    in_direction, reverse,
};
use super::note::Note;

/// Makes up segments, and knows for each connection where its sequence numbers are.
#[derive(Default)]
pub(super) struct Frames {
    streams: BTreeMap<Connection, Stream>,
    named: BTreeSet<IpAddr>,
}

/// A connection: for each direction, the sequence number that comes next, how much of that the other
/// end has acknowledged, and the window that it told last.
struct Stream {
    connection: Connection,
    /// The port that is written for the server's.
    port: u16,
    /// The sequence number with which both directions began.
    first: u32,
    is_closed: bool,
    next: [u32; 2],
    acknowledged: [u32; 2],
    window: [u16; 2],
}

/// What a segment is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Syn,
    SynAck,
    Ack,
    Data,
    Fin,
}

/// How many bytes may be under way before the other end acknowledges them: far less than the window
/// of 1 GiB, so that Wireshark never finds it full.
const UNACKNOWLEDGED: u32 = 1 << 24;

/// The window of every segment, in units of 2^[`WINDOW_SHIFT`] bytes.
const WINDOW: u16 = u16::MAX;
const WINDOW_SHIFT: u8 = 14;

/// How many closed connections are remembered, in case their ports are used again.
const REMEMBERED: usize = 16_384;

/// How far the first sequence numbers are apart when a pair of addresses is used again. Wireshark
/// would take a SYN with the old number for the old one, sent again.
const NEXT_USE: u32 = 0x1000_0000;

const TIME_TO_LIVE: u8 = 64;

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
        let time = record.time;
        let port = if note.is_sealed { SEALED_PORT } else { WRITTEN_PORT };
        match (&record.what, record.connection.map(convention::canonical)) {
            (What::Event(text), None) => event_of_nobody(time, text, out),
            (_, None) => Ok(()),
            (What::Opened { client_name }, Some(connection)) => {
                self.open(time, connection, port, client_name.as_deref().unwrap_or(""), out)
            }
            (What::Packet { direction, bytes }, Some(connection)) => {
                if let Some(client) = &note.client {
                    self.name(connection, client, out);
                }
                let stream = self.stream(time, connection, port, out)?;
                stream.packet(time, *direction, bytes, &note.comment, out)
            }
            (What::Event(text), Some(connection)) => match self.streams.get_mut(&connection) {
                Some(stream) => stream.event(time, text, out),
                None => Stream::new(connection, port, 0).event(time, text, out),
            },
            // Both ends may tell that a connection was closed, and one of them twice.
            (What::Closed { by }, Some(connection)) => match self.streams.get_mut(&connection) {
                Some(stream) if !stream.is_closed => stream.close(time, *by, out),
                _ => Ok(()),
            },
        }
    }

    /// Uses up the sequence numbers of a packet without making anything up, for whoever drops it: that is
    /// what happens under load, and is to cost little. Whether it was the packet of an open connection;
    /// all else has to be [recorded](Self::record).
    pub(super) fn pass_over(&mut self, record: &Record) -> bool {
        let connection = record.connection.map(convention::canonical);
        match (&record.what, connection.and_then(|it| self.streams.get_mut(&it))) {
            (What::Packet { direction, bytes }, Some(stream)) if !stream.is_closed => {
                stream.pass_over(*direction, bytes.len());
                true
            }
            _ => false,
        }
    }

    /// The stream of this connection. If nobody told that it was opened, a SYN is made up, so that nothing
    /// is lost on readers that wait for one, and says so.
    fn stream(
        &mut self,
        time: Duration,
        connection: Connection,
        port: u16,
        out: &mut Vec<u8>,
    ) -> io::Result<&mut Stream> {
        if self.streams.get(&connection).is_none_or(|stream| stream.is_closed) {
            self.begin(time, connection, port, &[JOINED], out)?;
        }
        self.streams.get_mut(&connection).ok_or_else(|| io::ErrorKind::NotFound.into())
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
        let client = comment_if(!client_name.is_empty(), || format!("{CLIENT}{client_name}"));
        self.begin(time, connection, port, &[&client], out)
    }

    /// Makes a stream up to its first packet, with these comments on its SYN.
    fn begin(
        &mut self,
        time: Duration,
        connection: Connection,
        port: u16,
        comments: &[&str],
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        if self.streams.len() >= REMEMBERED {
            self.streams.retain(|_, stream| !stream.is_closed);
        }
        let before = self.streams.get(&connection);
        let first = before.map_or(0, |before| before.first.wrapping_add(NEXT_USE));
        let mut stream = Stream::new(connection, port, first);
        stream.handshake(time, comments, out)?;
        self.streams.insert(connection, stream);
        Ok(())
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

impl Stream {
    fn new(connection: Connection, port: u16, first: u32) -> Self {
        Self {
            connection,
            port,
            first,
            is_closed: false,
            next: [first; 2],
            acknowledged: [first; 2],
            window: [WINDOW; 2],
        }
    }

    fn handshake(
        &mut self,
        time: Duration,
        comments: &[&str],
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let (real, port) = (self.connection.server.port(), self.port);
        let port = comment_if(real != port, || {
            format!("the server's port is {real}; {port} is written so that Wireshark reads MQTT")
        });
        self.segment(
            time,
            Direction::ToServer,
            Kind::Syn,
            &[],
            &[comments, &[&port]].concat(),
            out,
        )?;
        self.segment(time, Direction::ToClient, Kind::SynAck, &[], &[], out)?;
        self.segment(time, Direction::ToServer, Kind::Ack, &[], &[], out)
    }

    fn packet(
        &mut self,
        time: Duration,
        direction: Direction,
        bytes: &[u8],
        mut comment: &str,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        for part in bytes.chunks(LARGEST_PAYLOAD) {
            self.segment(time, direction, Kind::Data, part, &[comment], out)?;
            comment = "";
            if self.wants_acknowledgement(direction) {
                self.segment(time, reverse(direction), Kind::Ack, &[], &[], out)?;
            }
        }
        Ok(())
    }

    /// As [`packet`](Self::packet), without the segments.
    fn pass_over(&mut self, direction: Direction, length: usize) {
        let mut left = length;
        while left > 0 {
            let part = left.min(LARGEST_PAYLOAD);
            self.advance(direction, Kind::Data, part);
            if self.wants_acknowledgement(direction) {
                self.advance(reverse(direction), Kind::Ack, 0);
            }
            left -= part;
        }
    }

    fn wants_acknowledgement(&self, direction: Direction) -> bool {
        let index = direction as usize;
        self.next[index].wrapping_sub(self.acknowledged[index]) >= UNACKNOWLEDGED
    }

    /// The window changes each time: an ACK that tells nothing new would be a "duplicate ACK" for
    /// Wireshark, and drawn in black.
    fn event(&mut self, time: Duration, text: &str, out: &mut Vec<u8>) -> io::Result<()> {
        self.window[Direction::ToClient as usize] ^= 1;
        let comment = format!("{EVENT}{text}");
        self.segment(time, Direction::ToClient, Kind::Ack, &[], &[&comment], out)
    }

    fn close(&mut self, time: Duration, by: Side, out: &mut Vec<u8>) -> io::Result<()> {
        let direction = match by {
            Side::Client => Direction::ToServer,
            Side::Server => Direction::ToClient,
        };
        self.segment(time, direction, Kind::Fin, &[], &[], out)?;
        self.segment(time, reverse(direction), Kind::Fin, &[], &[], out)?;
        self.is_closed = true;
        self.segment(time, direction, Kind::Ack, &[], &[], out)
    }

    fn segment(
        &mut self,
        time: Duration,
        direction: Direction,
        kind: Kind,
        payload: &[u8],
        comments: &[&str],
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let header = self.header(direction, kind)?;
        self.advance(direction, kind, payload.len());
        let (source, destination) = convention::ethernet(self.connection, direction);
        let (client, server) = convention::addresses(self.connection);
        let link = PacketBuilder::ethernet2(source, destination);
        let network = match in_direction(direction, client, server) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                link.ipv4(source.octets(), destination.octets(), TIME_TO_LIVE)
            }
            (source, destination) => link.ipv6(octets(source), octets(destination), TIME_TO_LIVE),
        };
        let frame = network.tcp_header(header);
        block::enhanced_packet(out, time, comments, |out| {
            frame.write_to_vec(out, payload).map_err(io::Error::other)
        })
    }

    fn header(&self, direction: Direction, kind: Kind) -> io::Result<TcpHeader> {
        let index = direction as usize;
        let client = self.connection.client.port();
        let (source, destination) = in_direction(direction, client, self.port);
        let mut header = TcpHeader::new(source, destination, self.next[index], self.window[index]);
        header.syn = matches!(kind, Kind::Syn | Kind::SynAck);
        header.psh = kind == Kind::Data;
        header.fin = kind == Kind::Fin;
        header.ack = kind != Kind::Syn;
        if header.ack {
            header.acknowledgment_number = self.next[reverse(direction) as usize];
        }
        if header.syn {
            header.set_options(&[WindowScale(WINDOW_SHIFT)]).map_err(io::Error::other)?;
        }
        Ok(header)
    }

    /// SYN and FIN count like a byte each (RFC 9293 §3.4).
    fn advance(&mut self, direction: Direction, kind: Kind, length: usize) {
        let control = u32::from(matches!(kind, Kind::Syn | Kind::SynAck | Kind::Fin));
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let (index, other) = (direction as usize, reverse(direction) as usize);
        self.next[index] = self.next[index].wrapping_add(length).wrapping_add(control);
        if kind != Kind::Syn {
            self.acknowledged[other] = self.next[other];
        }
    }
}

/// An event that concerns no connection: a frame of its own kind, which says nothing but its comment.
fn event_of_nobody(time: Duration, text: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let comment = format!("{EVENT}{text}");
    let header = Ethernet2Header {
        source: convention::NOBODY,
        destination: convention::NOBODY,
        ether_type: EtherType(EVENT_ETHER_TYPE),
    };
    block::enhanced_packet(out, time, &[&comment], |out| header.write(out))
}

fn comment_if(wanted: bool, comment: impl FnOnce() -> String) -> String {
    if wanted { comment() } else { String::new() }
}

fn octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}
