//! What many tell, as one story.
//!
//! Broker and clients tell of the same connections. [`Merger`] leaves out what was told already and
//! puts the rest in order. Since each source comes over a socket of its own, it waits a moment before
//! it believes that nothing older will come.

use std::collections::BTreeMap;
use std::time::Duration;

use tap::{Connection, Direction, Record, What};

use super::generation::{Copy, Generations, Place};
use super::reader::Told;

/// Merges the records of several sources. It has no clock: `now` is the time since any moment that
/// stays the same.
#[derive(Debug, Default)]
pub(super) struct Merger {
    held: BTreeMap<Place, Held>,
    generations: Generations,
    arrivals: u64,
    copies: u64,
}

#[derive(Debug)]
struct Held {
    until: Duration,
    record: Record,
}

/// How long a record waits for older ones. It is long enough for a socket on the same machine, and
/// short enough that nobody sees it.
const WINDOW: Duration = Duration::from_millis(50);

/// How many records wait at most; beyond that the oldest goes at once.
const HELD: usize = 65_536;

impl Merger {
    /// Takes what a source tells.
    pub(super) fn add(&mut self, now: Duration, source: u64, told: Told) {
        let Told { position, record } = told;
        self.arrivals += 1;
        let place = (record.time, self.arrivals);
        let is_new = match (record.connection, &record.what) {
            (None, _) | (_, What::Event(_) | What::Missing) => true,
            (Some(connection), What::Opened { .. }) => {
                self.opened(connection, source, place, &record)
            }
            (Some(connection), What::Packet { direction, .. }) => {
                self.packet(connection, *direction, position, place, &record)
            }
            (Some(connection), What::Closed { .. }) => {
                let generation = self.generations.of(connection);
                let is_new = generation.closed.is_none();
                generation.closed.get_or_insert(record.time);
                is_new
            }
        };
        if is_new {
            self.held.insert(place, Held { until: now + WINDOW, record });
        } else {
            self.copies += 1;
        }
    }

    /// The next record of the story, if it has waited long enough.
    pub(super) fn next(&mut self, now: Duration) -> Option<Record> {
        let first = self.held.first_entry()?;
        let is_due = first.get().until <= now;
        (is_due || self.held.len() > HELD)
            .then(|| self.held.pop_first())?
            .map(|(_, held)| held.record)
    }

    /// When [`next`](Self::next) has something to give; `None` while nothing is held.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.held.first_key_value().map(|(_, held)| held.until)
    }

    /// The next record of the story, when nothing more will come.
    pub(super) fn rest(&mut self) -> Option<Record> {
        self.held.pop_first().map(|(_, held)| held.record)
    }

    /// How many records were left out, because they had been told already.
    pub(super) fn copies(&self) -> u64 {
        self.copies
    }

    fn opened(
        &mut self,
        connection: Connection,
        source: u64,
        place: Place,
        record: &Record,
    ) -> bool {
        let generation = self.generations.open(connection, source, record.time);
        let Some(before) = generation.opened else {
            generation.opened = Some(place);
            return true;
        };
        // Who knows the client's name may be the second to tell.
        if let Some(held) = self.held.get_mut(&before)
            && let What::Opened { client_name: unknown @ None } = &mut held.record.what
            && let What::Opened { client_name } = &record.what
        {
            unknown.clone_from(client_name);
        }
        if let Some(place) = self.earlier(before, place) {
            self.generations.of(connection).opened = Some(place);
        }
        false
    }

    /// Whether this packet is new. If a copy of it is held still, the two become one: with the
    /// earlier time, which is the sender's, and with the longer bytes, since a receiver may have got
    /// only the beginning.
    fn packet(
        &mut self,
        connection: Connection,
        direction: Direction,
        start: u64,
        place: Place,
        record: &Record,
    ) -> bool {
        let What::Packet { bytes, .. } = &record.what else { return true };
        let generation = self.generations.of(connection);
        let Some(Copy { range }) = generation.copy_of(direction, start) else {
            generation.tell(direction, start, bytes.len(), place);
            return true;
        };
        let Some((first, end, before)) = range.filter(|(first, _, _)| *first == start) else {
            return false;
        };
        let mut length = usize::try_from(end - first).unwrap_or(usize::MAX);
        if bytes.len() > length
            && let Some(held) = self.held.get_mut(&before)
        {
            held.record.what.clone_from(&record.what);
            length = bytes.len();
        }
        let place = self.earlier(before, place).unwrap_or(before);
        self.generations.of(connection).tell(direction, start, length, place);
        false
    }

    /// Moves a held record to an earlier time: where it is then.
    fn earlier(&mut self, before: Place, place: Place) -> Option<Place> {
        if place >= before {
            return None;
        }
        let mut held = self.held.remove(&before)?;
        held.record.time = place.0;
        self.held.insert(place, held);
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tap::Direction::{ToClient, ToServer};
    use tap::Side;

    const BROKER: u64 = 0;
    const ALICE: u64 = 1;

    fn told(micros: u64, position: u64, what: What) -> Told {
        let connection = Connection {
            client: "127.0.0.1:50000".parse().unwrap(),
            server: "127.0.0.1:1883".parse().unwrap(),
        };
        let time = Duration::from_micros(micros);
        Told { position, record: Record { time, connection: Some(connection), what } }
    }

    fn packet(micros: u64, direction: Direction, position: u64, bytes: &'static [u8]) -> Told {
        told(micros, position, What::Packet { direction, bytes: bytes.into() })
    }

    fn opened(micros: u64, name: Option<&str>) -> Told {
        told(micros, 0, What::Opened { client_name: name.map(Into::into) })
    }

    fn merged(sources: impl IntoIterator<Item = (u64, Told)>) -> Vec<(u64, What)> {
        let mut merger = Merger::default();
        for (source, told) in sources {
            merger.add(Duration::ZERO, source, told);
        }
        std::iter::from_fn(|| merger.rest())
            .map(|record| (u64::try_from(record.time.as_micros()).unwrap(), record.what))
            .collect()
    }

    fn as_it_is(told: Told) -> (u64, What) {
        (u64::try_from(told.record.time.as_micros()).unwrap(), told.record.what)
    }

    #[test]
    fn what_both_ends_tell_is_told_once_with_the_senders_time_and_the_known_name() {
        let story = merged([
            (BROKER, opened(12, None)),
            (BROKER, packet(20, ToServer, 0, b"\xc0\0")),
            (BROKER, packet(21, ToClient, 0, b"\xd0\0")),
            (ALICE, opened(10, Some("alice"))),
            (ALICE, packet(18, ToServer, 0, b"\xc0\0")),
            (ALICE, packet(25, ToClient, 0, b"\xd0\0")),
            (ALICE, told(30, 0, What::Closed { by: Side::Client })),
            (BROKER, told(31, 0, What::Closed { by: Side::Client })),
        ]);
        let expected = [
            opened(10, Some("alice")),
            packet(18, ToServer, 0, b"\xc0\0"),
            packet(21, ToClient, 0, b"\xd0\0"),
            told(30, 0, What::Closed { by: Side::Client }),
        ];
        assert_eq!(story, expected.map(as_it_is));
    }

    #[test]
    fn what_one_end_dropped_the_other_one_fills_in() {
        let story = merged([
            (BROKER, opened(0, None)),
            (ALICE, opened(0, None)),
            (BROKER, packet(1, ToServer, 0, b"\xc0\0")),
            (BROKER, packet(3, ToServer, 4, b"\xe0\0")),
            (ALICE, packet(2, ToServer, 2, b"\xc0\0")),
        ]);
        assert_eq!(story.len(), 4);
        assert_eq!(story[2], as_it_is(packet(2, ToServer, 2, b"\xc0\0")));
    }

    #[test]
    fn of_a_packet_that_was_cut_off_the_longer_copy_counts() {
        let whole = packet(1, ToServer, 0, b"\x30\x03\0\x01t");
        let cut = packet(2, ToServer, 0, b"\x30\x03\0");
        let rest = packet(3, ToServer, 3, b"\x01");
        let story = merged([(BROKER, cut), (ALICE, whole), (BROKER, rest)]);
        assert_eq!(story, [as_it_is(packet(1, ToServer, 0, b"\x30\x03\0\x01t"))]);
    }

    #[test]
    fn the_same_ports_used_again_are_another_connection() {
        let once = |start: u64| {
            [
                opened(start, None),
                packet(start + 1, ToServer, 0, b"\xe0\0"),
                told(start + 2, 0, What::Closed { by: Side::Client }),
            ]
        };
        let sources = [(BROKER, 0), (ALICE, 0), (BROKER, 100), (2, 100)];
        let all =
            sources.into_iter().flat_map(|(source, start)| once(start).map(|told| (source, told)));
        assert_eq!(merged(all).len(), 6);
    }

    #[test]
    fn a_record_waits_for_older_ones() {
        let mut merger = Merger::default();
        let event = |micros| told(micros, 0, What::Event(micros.to_string()));
        merger.add(Duration::ZERO, BROKER, event(7));
        assert_eq!(merger.next(WINDOW / 2), None);
        merger.add(WINDOW / 2, ALICE, event(5));
        assert_eq!(merger.next(WINDOW), None, "the older one has just come");
        assert_eq!(merger.deadline(), Some(WINDOW / 2 + WINDOW));
        let now = WINDOW * 2;
        let times = std::iter::from_fn(|| merger.next(now)).map(|record| record.time.as_micros());
        assert_eq!(times.collect::<Vec<_>>(), [5, 7]);
    }

    #[test]
    fn copies_are_counted() {
        let mut merger = Merger::default();
        for source in [BROKER, ALICE, 2] {
            merger.add(Duration::ZERO, source, packet(1, ToServer, 0, b"\xc0\0"));
        }
        assert_eq!(merger.copies(), 2);
    }
}
