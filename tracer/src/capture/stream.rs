//! A TCP connection that is made up: its sequence numbers, and its segments from the SYN to the last ACK.

use std::io;
use std::time::Duration;

use tap::{Connection, Direction, Side};

use super::block;
use super::convention::{EVENT, LARGEST_PAYLOAD, reverse};
use super::headers::{Headers, Kind, Numbers};

/// A connection: for each direction, the sequence number that comes next, how much of that the other
/// end has acknowledged, and the window that it told last.
pub(super) struct Stream {
    pub(super) connection: Connection,
    /// The port that is written for the server's.
    port: u16,
    /// The sequence number with which both directions began.
    pub(super) first: u32,
    pub(super) is_closed: bool,
    next: [u32; 2],
    acknowledged: [u32; 2],
    window: [u16; 2],
    /// The headers of what nearly all segments are for.
    data: [Headers; 2],
}

/// How many bytes may be under way before the other end acknowledges them: far less than the window
/// of 1 GiB, so that Wireshark never finds it full.
const UNACKNOWLEDGED: u32 = 1 << 24;

/// The window of every segment, in units of 16 KiB.
const WINDOW: u16 = u16::MAX;

impl Stream {
    /// A connection with this port for the server's, and nothing said yet.
    ///
    /// # Errors
    ///
    /// As [`Headers::new`], here and below.
    pub(super) fn new(connection: Connection, port: u16, first: u32) -> io::Result<Self> {
        let data = |direction| Headers::new(connection, port, direction, Kind::Data);
        Ok(Self {
            connection,
            port,
            first,
            is_closed: false,
            next: [first; 2],
            acknowledged: [first; 2],
            window: [WINDOW; 2],
            data: [data(Direction::ToServer)?, data(Direction::ToClient)?],
        })
    }

    /// SYN, SYN-ACK and ACK, with these comments on the first one.
    pub(super) fn handshake(
        &mut self,
        time: Duration,
        comments: &[&str],
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let (real, port) = (self.connection.server.port(), self.port);
        let port = if real == port {
            String::new()
        } else {
            format!("the server's port is {real}; {port} is written so that Wireshark reads MQTT")
        };
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

    /// A packet, with a comment on its first segment.
    pub(super) fn packet(
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
    pub(super) fn pass_over(&mut self, direction: Direction, length: usize) {
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

    /// An ACK with a comment. The window changes each time: an ACK that tells nothing new would be a
    /// "duplicate ACK" for Wireshark, and drawn in black.
    pub(super) fn event(
        &mut self,
        time: Duration,
        text: &str,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        self.window[Direction::ToClient as usize] ^= 1;
        let comment = format!("{EVENT}{text}");
        self.segment(time, Direction::ToClient, Kind::Ack, &[], &[&comment], out)
    }

    /// FIN, FIN and ACK.
    pub(super) fn close(&mut self, time: Duration, by: Side, out: &mut Vec<u8>) -> io::Result<()> {
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
        let (index, other) = (direction as usize, reverse(direction) as usize);
        let numbers = Numbers {
            sequence: self.next[index],
            acknowledgment: if kind == Kind::Syn { 0 } else { self.next[other] },
            window: self.window[index],
        };
        self.advance(direction, kind, payload.len());
        let made;
        let headers = if kind == Kind::Data {
            &self.data[index]
        } else {
            made = Headers::new(self.connection, self.port, direction, kind)?;
            &made
        };
        block::enhanced_packet(out, time, comments, |out| headers.frame(numbers, payload, out));
        Ok(())
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
