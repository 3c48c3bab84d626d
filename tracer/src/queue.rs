//! Between those who record and those who show: a queue that never makes anybody wait who records.
//!
//! ```text
//!   Queue::record ─▶ 8 MiB at most ─▶ Records::next     takes all that wait, or waits for the next one
//!   (any thread)     full: dropped, counted, told as an event where the gap is
//! ```

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::BytesMut;
use tap::{Connection, Direction, Passing, Record, Tap, What};

/// How many bytes of records may wait, counted with what each record costs beside its bytes.
const ROOM: usize = 8 << 20;

/// The end of a queue that takes records. It never waits: what finds no room is dropped and counted,
/// and where the gap is, an event tells how many records it had. Dropping the last clone of it ends
/// the queue.
#[derive(Clone)]
pub struct Queue(Arc<Input>);

/// The end of a queue that gives records, in the order in which they came. It takes all that wait at
/// once, so that there is room again for as many, and who records seldom meets it. Once it is gone,
/// nothing is kept any more.
pub struct Records {
    shared: Arc<Shared>,
    taken: Batch,
}

/// Ends the queue when nobody is left to record.
struct Input(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// A record came, or the end.
    more: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Batch,
    /// How many bytes that is.
    size: usize,
    /// How many were dropped since the last one that was kept.
    dropped: u64,
    /// The time of the last one that was kept.
    time: Duration,
    /// Somebody sleeps until a record comes.
    is_awaited: bool,
    is_over: bool,
}

/// Records in their order. The bytes of all packets lie one behind the other.
#[derive(Default)]
struct Batch {
    items: VecDeque<Item>,
    bytes: BytesMut,
}

enum Item {
    /// So many of the bytes.
    Packet {
        time: Duration,
        connection: Connection,
        direction: Direction,
        length: usize,
    },
    Other(Record),
}

/// A new queue: the end that takes, and the end that gives.
pub fn queue() -> (Queue, Records) {
    let shared = Arc::<Shared>::default();
    let taken = Batch::default();
    (Queue(Arc::new(Input(Arc::clone(&shared)))), Records { shared, taken })
}

impl Queue {
    fn with_state(&self, add: impl FnOnce(&mut State)) {
        let shared = &self.0.0;
        let mut state = shared.state();
        add(&mut state);
        // To wake somebody is a system call, and under load nobody sleeps.
        let is_awaited = std::mem::take(&mut state.is_awaited);
        drop(state);
        if is_awaited {
            shared.more.notify_one();
        }
    }
}

impl Tap for Queue {
    fn record(&self, record: Record) {
        if let Some(packet) = record.passing() {
            return self.packet(&packet);
        }
        self.with_state(|state| state.add(record));
    }

    fn packet(&self, packet: &Passing<'_>) {
        self.with_state(|state| state.packet(packet));
    }
}

impl Records {
    /// The next record, if one is there already.
    pub fn ready(&mut self) -> Option<Record> {
        if self.taken.items.is_empty() {
            let mut state = self.shared.state();
            std::mem::swap(&mut self.taken, &mut state.waiting);
            state.size = 0;
        }
        self.taken.pop()
    }

    /// Waits until there is a record, or nobody is left who could record.
    fn wait(&self) {
        let mut state = self.shared.state();
        while state.waiting.items.is_empty() && !state.is_over {
            state.is_awaited = true;
            state = self.shared.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Iterator for Records {
    type Item = Record;

    /// The next record, as soon as there is one; `None` when nobody is left who could record.
    fn next(&mut self) -> Option<Record> {
        self.ready().or_else(|| {
            self.wait();
            self.ready()
        })
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.is_over = true;
        state.waiting = Batch::default();
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.tell_dropped();
        state.is_over = true;
        self.0.more.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn packet(&mut self, packet: &Passing<'_>) {
        if self.has_room() {
            let Passing { connection, direction, bytes, clock } = *packet;
            let (time, length) = (clock.time(), bytes.len());
            self.keep(time, Item::Packet { time, connection, direction, length });
            self.waiting.bytes.extend_from_slice(bytes);
        }
    }

    /// The same for all that is not a packet of a connection.
    fn add(&mut self, record: Record) {
        if self.has_room() {
            self.keep(record.time, Item::Other(record));
        }
    }

    /// Whether there is room for a record, which is counted where there is none.
    fn has_room(&mut self) -> bool {
        if self.is_over {
            return false;
        }
        let has_room = self.size < ROOM;
        self.dropped += u64::from(!has_room);
        has_room
    }

    fn keep(&mut self, time: Duration, item: Item) {
        self.time = time;
        self.tell_dropped();
        self.push(item);
    }

    fn tell_dropped(&mut self) {
        let count = std::mem::take(&mut self.dropped);
        if count > 0 {
            let records = if count == 1 { "1 record" } else { &format!("{count} records") };
            let text =
                format!("the tracer could not keep pace: {records} dropped before this line");
            let told = Record { time: self.time, connection: None, what: What::Event(text) };
            self.push(Item::Other(told));
            let missing = Record { time: self.time, connection: None, what: What::Missing };
            self.push(Item::Other(missing));
        }
    }

    fn push(&mut self, item: Item) {
        self.size += size_of::<Item>() + item.length();
        self.waiting.items.push_back(item);
    }
}

impl Batch {
    fn pop(&mut self) -> Option<Record> {
        Some(match self.items.pop_front()? {
            Item::Packet { time, connection, direction, length } => {
                let bytes = self.bytes.split_to(length).freeze();
                let what = What::Packet { direction, bytes };
                Record { time, connection: Some(connection), what }
            }
            Item::Other(record) => record,
        })
    }
}

impl Item {
    /// How many bytes it has beside itself.
    fn length(&self) -> usize {
        match self {
            Self::Packet { length, .. } => *length,
            Self::Other(Record { what: What::Event(text), .. }) => text.len(),
            Self::Other(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(size: usize) -> Record {
        let end = ([127, 0, 0, 1], 1883).into();
        Record {
            time: Duration::from_secs(1),
            connection: Some(Connection { client: end, server: end }),
            what: What::Packet { direction: Direction::ToServer, bytes: vec![0; size].into() },
        }
    }

    fn event(text: &str) -> What {
        What::Event(text.to_owned())
    }

    #[test]
    fn records_come_out_as_they_went_in() {
        let (queue, mut records) = queue();
        let other = queue.clone();
        queue.record(packet(1));
        drop(queue);
        other.record(packet(2));
        assert_eq!(records.next(), Some(packet(1)));
        assert_eq!(records.ready(), Some(packet(2)));
        assert_eq!(records.ready(), None);
        drop(other);
        assert_eq!(records.next(), None);
    }

    #[test]
    fn what_finds_no_room_is_told_where_it_is_missing() {
        let (queue, mut records) = queue();
        for size in [ROOM, 1, 2, 3] {
            queue.record(packet(size));
        }
        assert_eq!(records.next(), Some(packet(ROOM)));
        queue.record(packet(4));
        queue.record(packet(ROOM));
        queue.record(packet(5));
        drop(queue);
        let rest: Vec<What> = records.by_ref().map(|record| record.what).collect();
        let told = "the tracer could not keep pace: 3 records dropped before this line";
        let told_last = "the tracer could not keep pace: 1 record dropped before this line";
        let (first, second) = (packet(4).what, packet(ROOM).what);
        let last = [event(told_last), What::Missing];
        let expected = [[event(told), What::Missing], [first, second], last].concat();
        assert_eq!(rest, expected);
    }

    #[test]
    fn nothing_is_kept_for_nobody() {
        let (queue, records) = queue();
        drop(records);
        queue.record(packet(1));
        let state = queue.0.0.state();
        assert_eq!((state.size, state.waiting.items.len()), (0, 0));
    }
}
