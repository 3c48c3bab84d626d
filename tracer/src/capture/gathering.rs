//! Packets that pass at one moment become one segment, as the system would make it of one write.
//!
//! ```text
//!   packet ─▶ at the moment of those before? ─▶ behind those of its connection and direction
//!                      │ no                            │ too many bytes, or too many connections
//!                      └──────▶ a segment of each ◀────┘
//! ```
//!
//! A frame and its block are nearly as many bytes as a small packet, and under load their copy into the file
//! is what a capture costs. Where each packet of a moment is for another connection, though, there is nothing
//! to gather, and to try would cost more than it spares.

use std::io;
use std::time::Duration;

use tap::{Direction, Passing};

use super::frames::Frames;
use super::note::Note;

/// Packets that wait for more of their moment.
#[derive(Default)]
pub(super) struct Gathering {
    /// When they passed.
    time: Duration,
    /// The first `count` of them have begun; those behind lend their memory to the next.
    segments: Vec<Gathered>,
    count: usize,
    /// How many bytes wait in them.
    size: usize,
    /// Whether this moment has packets for too many connections.
    is_crowded: bool,
}

/// What becomes one segment.
struct Gathered {
    /// Where its stream is.
    place: usize,
    direction: Direction,
    /// Whole packets.
    bytes: Vec<u8>,
}

/// How many bytes are gathered for a segment: about as many as one has on Ethernet. What is larger by itself
/// is not gathered.
const LARGEST: usize = 1460;

/// How many segments are gathered side by side: who publishes, the answers, and some who are subscribed.
const FEW: usize = 4;

impl Frames {
    /// As [`packet`](Self::packet), for one of which nothing is noted: it may wait for more that pass at the
    /// same moment, until something else happens or everything is [flushed](Self::flush).
    pub(super) fn gather(
        &mut self,
        time: Duration,
        packet: &Passing<'_>,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let &Passing { direction, bytes, .. } = packet;
        let Some(place) = self.place_of(packet) else {
            return self.packet(time, packet, &Note::default(), out);
        };
        if self.gathering.time != time {
            self.flush(out)?;
            self.gathering.begin(time);
        }
        if self.gathering.add(place, direction, bytes) {
            return Ok(());
        }
        self.flush(out)?;
        if self.gathering.add(place, direction, bytes) {
            return Ok(());
        }
        self.streams[place].packet(time, direction, bytes, "", out)
    }

    /// How many bytes are gathered, and wait to be flushed.
    pub(super) fn gathered(&self) -> usize {
        self.gathering.size
    }

    /// Appends a segment of each connection and direction whose packets have waited for more.
    pub(super) fn flush(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let time = self.gathering.time;
        for Gathered { place, direction, bytes } in self.gathering.begun() {
            self.streams[*place].packet(time, *direction, bytes, "", out)?;
        }
        self.gathering.clear();
        Ok(())
    }
}

impl Gathering {
    fn begin(&mut self, time: Duration) {
        (self.time, self.is_crowded) = (time, false);
    }

    /// Adds a packet to those of its stream and direction. False if there is no room for it, or nothing to
    /// gather.
    fn add(&mut self, place: usize, direction: Direction, packet: &[u8]) -> bool {
        let is_same = |it: &Gathered| it.place == place && it.direction == direction;
        let before = self.begun().iter().position(is_same);
        self.is_crowded |= before.is_none() && self.count == FEW;
        if self.is_crowded || packet.len() > LARGEST {
            return false;
        }
        let index = before.unwrap_or(self.count);
        if index == self.segments.len() {
            self.segments.push(Gathered { place, direction, bytes: Vec::with_capacity(LARGEST) });
        }
        let segment = &mut self.segments[index];
        if segment.bytes.len() + packet.len() > LARGEST {
            return false;
        }
        (segment.place, segment.direction) = (place, direction);
        segment.bytes.extend_from_slice(packet);
        self.count = self.count.max(index + 1);
        self.size += packet.len();
        true
    }

    /// What has been gathered, in the order in which it was begun.
    fn begun(&self) -> &[Gathered] {
        &self.segments[..self.count]
    }

    /// All of that is written.
    fn clear(&mut self) {
        self.segments[..self.count].iter_mut().for_each(|segment| segment.bytes.clear());
        (self.count, self.size) = (0, 0);
    }
}
