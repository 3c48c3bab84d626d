//! Between those who record and those who show: a queue that never makes anybody wait who records.
//!
//! ```text
//!   Queue::record ─▶ 8 MiB at most ─▶ Records::next     waits for the next record
//!   (any thread)     full: dropped, counted, told as an event where the gap is
//! ```

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tap::{Record, Tap, What};

/// How many bytes of records may wait, counted with what each record costs beside its bytes.
const ROOM: usize = 8 << 20;

/// The end of a queue that takes records. It never waits: what finds no room is dropped and counted,
/// and where the gap is, an event tells how many records it had. Dropping the last clone of it ends
/// the queue.
#[derive(Clone)]
pub struct Queue(Arc<Input>);

/// The end of a queue that gives records, in the order in which they came. Once it is gone, nothing
/// is kept any more.
pub struct Records(Arc<Shared>);

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
    waiting: VecDeque<Record>,
    size: usize,
    /// How many were dropped since the last one that was taken, and when the latest of them was.
    dropped: u64,
    time: Duration,
    /// Somebody sleeps until a record comes.
    is_awaited: bool,
    is_over: bool,
}

/// A new queue: the end that takes, and the end that gives.
pub fn queue() -> (Queue, Records) {
    let shared = Arc::<Shared>::default();
    (Queue(Arc::new(Input(Arc::clone(&shared)))), Records(shared))
}

impl Tap for Queue {
    fn record(&self, record: Record) {
        let shared = &self.0.0;
        let mut state = shared.state();
        state.add(record);
        // To wake somebody is a system call, and under load nobody sleeps.
        let is_awaited = std::mem::take(&mut state.is_awaited);
        drop(state);
        if is_awaited {
            shared.more.notify_one();
        }
    }
}

impl Records {
    /// The next record, if one is there already.
    pub fn ready(&self) -> Option<Record> {
        self.0.state().take()
    }
}

impl Iterator for Records {
    type Item = Record;

    /// The next record, as soon as there is one; `None` when nobody is left who could record.
    fn next(&mut self) -> Option<Record> {
        let mut state = self.0.state();
        loop {
            if let Some(record) = state.take() {
                return Some(record);
            }
            if state.is_over {
                return None;
            }
            state.is_awaited = true;
            state = self.0.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_over = true;
        state.waiting = VecDeque::new();
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
    fn add(&mut self, record: Record) {
        if self.is_over {
            return;
        }
        self.time = record.time;
        if self.size >= ROOM {
            self.dropped += 1;
            return;
        }
        self.tell_dropped();
        self.push(record);
    }

    fn tell_dropped(&mut self) {
        let count = std::mem::take(&mut self.dropped);
        if count > 0 {
            let records = if count == 1 { "1 record" } else { &format!("{count} records") };
            let text =
                format!("the tracer could not keep pace: {records} dropped before this line");
            self.push(Record { time: self.time, connection: None, what: What::Event(text) });
        }
    }

    fn push(&mut self, record: Record) {
        self.size += size(&record);
        self.waiting.push_back(record);
    }

    fn take(&mut self) -> Option<Record> {
        let record = self.waiting.pop_front()?;
        self.size -= size(&record);
        Some(record)
    }
}

fn size(record: &Record) -> usize {
    size_of::<Record>()
        + match &record.what {
            What::Packet { bytes, .. } => bytes.len(),
            What::Event(text) => text.len(),
            What::Opened { .. } | What::Closed { .. } => 0,
        }
}

#[cfg(test)]
mod tests {
    use tap::{Connection, Direction};

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
        let expected = [event(told), packet(4).what, packet(ROOM).what, event(told_last)];
        assert_eq!(rest, expected);
    }

    #[test]
    fn nothing_is_kept_for_nobody() {
        let (queue, records) = queue();
        drop(records);
        queue.record(packet(1));
        let state = queue.0.0.state();
        assert_eq!((state.size, state.waiting.len()), (0, 0));
    }
}
