//! Packets that pass at one moment become one segment, as the system would make it of one write.
//!
//! ```text
//!   packet ─▶ is its moment that of those before? ─▶ behind those of its connection and direction
//!                      │ no                                  │ too many bytes
//!                      └──────────▶ a segment of each of them ◀──┘
//! ```
//!
//! A frame and a block are nearly as many bytes as a small packet, and under load their copy into the file
//! is what a capture costs.

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
    gathered: Vec<Gathered>,
    count: usize,
    size: usize,
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

impl Frames {
    /// As [`packet`](Self::packet), for one of which nothing is noted: it may wait for more that pass at the same
    /// moment, until something else happens or everything is [flushed](Self::flush).
    pub(super) fn gather(
        &mut self,
        time: Duration,
        packet: &Passing<'_>,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let place = self.place_of(packet).filter(|_| packet.bytes.len() < LARGEST);
        let Some(place) = place else {
            return self.packet(time, packet, &Note::default(), out);
        };
        let gathered = self.streams[place].gathered[packet.direction as usize];
        let fits = gathered.is_none_or(|it| self.gathering.has_room(it, packet.bytes.len()));
        if self.gathering.time != time || !fits {
            self.flush(out)?;
            self.gathering.time = time;
        }
        let gathered = &mut self.streams[place].gathered[packet.direction as usize];
        let begin = || self.gathering.begin(place, packet.direction);
        let gathered = *gathered.get_or_insert_with(begin);
        self.gathering.add(gathered, packet.bytes);
        Ok(())
    }

    /// How many bytes are gathered, and wait to be flushed.
    pub(super) fn gathered(&self) -> usize {
        self.gathering.size
    }

    /// Appends a segment of each connection and direction whose packets have waited for more.
    pub(super) fn flush(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let time = self.gathering.time;
        for gathered in &self.gathering.gathered[..self.gathering.count] {
            let Gathered { place, direction, bytes } = gathered;
            let stream = &mut self.streams[*place];
            stream.gathered[*direction as usize] = None;
            stream.packet(time, *direction, bytes, "", out)?;
        }
        self.gathering.clear();
        Ok(())
    }
}

impl Gathering {
    /// Begins a segment, and tells which one it is.
    fn begin(&mut self, place: usize, direction: Direction) -> usize {
        match self.gathered.get_mut(self.count) {
            Some(spare) => (spare.place, spare.direction) = (place, direction),
            None => self.gathered.push(Gathered { place, direction, bytes: Vec::new() }),
        }
        self.count += 1;
        self.count - 1
    }

    /// Whether so many bytes more fit into this segment.
    fn has_room(&self, which: usize, length: usize) -> bool {
        self.gathered[which].bytes.len() + length <= LARGEST
    }

    /// Adds a packet to this segment.
    fn add(&mut self, which: usize, packet: &[u8]) {
        self.gathered[which].bytes.extend_from_slice(packet);
        self.size += packet.len();
    }

    /// All of that is written.
    fn clear(&mut self) {
        for gathered in &mut self.gathered[..self.count] {
            gathered.bytes.clear();
        }
        (self.count, self.size) = (0, 0);
    }
}
