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

use std::time::Duration;

use tap::Direction;

/// Packets that wait for more of their moment.
#[derive(Default)]
pub(super) struct Gathering {
    /// When they passed.
    pub(super) time: Duration,
    /// The first `count` of them have begun; those behind lend their memory to the next.
    gathered: Vec<Gathered>,
    count: usize,
    size: usize,
}

/// What becomes one segment.
pub(super) struct Gathered {
    /// Where its stream is.
    pub(super) place: usize,
    pub(super) direction: Direction,
    /// Whole packets.
    pub(super) bytes: Vec<u8>,
}

/// How many bytes are gathered for a segment: about as many as one has on Ethernet. What is larger by itself
/// is not gathered.
pub(super) const LARGEST: usize = 1460;

impl Gathering {
    /// Begins a segment, and tells which one it is.
    pub(super) fn begin(&mut self, place: usize, direction: Direction) -> usize {
        match self.gathered.get_mut(self.count) {
            Some(spare) => (spare.place, spare.direction) = (place, direction),
            None => self.gathered.push(Gathered { place, direction, bytes: Vec::new() }),
        }
        self.count += 1;
        self.count - 1
    }

    /// Whether so many bytes more fit into this segment.
    pub(super) fn has_room(&self, which: usize, length: usize) -> bool {
        self.gathered[which].bytes.len() + length <= LARGEST
    }

    /// Adds a packet to this segment.
    pub(super) fn add(&mut self, which: usize, packet: &[u8]) {
        self.gathered[which].bytes.extend_from_slice(packet);
        self.size += packet.len();
    }

    /// How many bytes wait in all.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// What has been gathered, in the order in which it was begun.
    pub(super) fn segments(&self) -> &[Gathered] {
        &self.gathered[..self.count]
    }

    /// All of that is written.
    pub(super) fn clear(&mut self) {
        for gathered in &mut self.gathered[..self.count] {
            gathered.bytes.clear();
        }
        (self.count, self.size) = (0, 0);
    }
}
