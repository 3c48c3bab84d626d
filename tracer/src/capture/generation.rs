//! What is known of a connection that several sources tell of.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tap::{Connection, Direction};

/// The place of a record among those that are held: its time, then the order in which it came.
pub(super) type Place = (Duration, u64);

/// One use of a pair of addresses. The same ports may be used again, much later.
#[derive(Debug, Default)]
pub(super) struct Generation {
    /// Who told that it was opened.
    pub(super) openers: Vec<u64>,
    /// Where the record of its opening is, or was.
    pub(super) opened: Option<Place>,
    /// When it was closed.
    pub(super) closed: Option<Duration>,
    told: [Told; 2],
}

/// Which bytes of a direction were told: first byte, end, and where the record is, or was.
#[derive(Debug, Default)]
struct Told {
    packets: BTreeMap<u64, (u64, Place)>,
    /// All before this position was told, and is remembered no more exactly than that.
    before: u64,
}

/// How many packets of a direction are remembered, so that their copies are known.
const PACKETS: usize = 4096;

impl Generation {
    /// Remembers that the bytes from `start` on were told.
    pub(super) fn tell(&mut self, direction: Direction, start: u64, length: usize, place: Place) {
        let told = &mut self.told[direction as usize];
        told.packets.insert(start, (start + length as u64, place));
        if told.packets.len() > PACKETS
            && let Some((_, (end, _))) = told.packets.pop_first()
        {
            told.before = told.before.max(end);
        }
    }

    /// Whether the byte at `start` was told before: where, and from which byte to which.
    pub(super) fn copy_of(&self, direction: Direction, start: u64) -> Option<Copy> {
        let told = &self.told[direction as usize];
        if start < told.before {
            return Some(Copy { range: None });
        }
        let (&first, &(end, place)) = told.packets.range(..=start).next_back()?;
        (start < end).then_some(Copy { range: Some((first, end, place)) })
    }
}

/// A packet that was told before.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Copy {
    /// Its first byte, its end, and its place; `None` if it was so long ago that this is forgotten.
    pub(super) range: Option<(u64, u64, Place)>,
}

/// All connections that are remembered.
#[derive(Debug, Default)]
pub(super) struct Generations {
    latest: BTreeMap<Connection, Generation>,
    /// The connections above, the longest known first.
    order: VecDeque<Connection>,
}

/// How many connections are remembered.
const CONNECTIONS: usize = 4096;

impl Generations {
    /// The connection as this source means it that tells of its opening.
    pub(super) fn open(
        &mut self,
        connection: Connection,
        source: u64,
        time: Duration,
    ) -> &mut Generation {
        let generation = self.of(connection);
        let told_already = generation.openers.contains(&source);
        let is_over = generation.closed.is_some_and(|closed| closed < time);
        if told_already || is_over {
            *generation = Generation::default();
        }
        generation.openers.push(source);
        generation
    }

    /// The connection as all who tell of it mean it now.
    pub(super) fn of(&mut self, connection: Connection) -> &mut Generation {
        if !self.latest.contains_key(&connection) {
            self.make_room();
            self.order.push_back(connection);
        }
        self.latest.entry(connection).or_default()
    }

    fn make_room(&mut self) {
        if self.latest.len() < CONNECTIONS {
            return;
        }
        let is_closed = |connection: &Connection| {
            self.latest.get(connection).is_some_and(|generation| generation.closed.is_some())
        };
        let oldest = self.order.iter().position(is_closed).unwrap_or(0);
        if let Some(connection) = self.order.remove(oldest) {
            self.latest.remove(&connection);
        }
    }
}
