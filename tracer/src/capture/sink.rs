//! A tap that streams a capture to another process.
//!
//! ```text
//!   record() ─▶ waiting: bytes, about 8 MiB ─▶ thread ─▶ socket
//!   (any thread)      full: dropped, counted, told as an event as soon as there is room
//! ```

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tap::{Passing, Record, Tap, What};

use super::block;
use super::frames::Frames;
use super::note::Note;

/// How many bytes may wait for the other end to take them. While there are fewer, one more record is
/// taken, however large it is.
const ROOM: usize = 8 << 20;

/// How long to wait for a tracer to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long [`Sink::finish`] waits at most.
const FINISH_TIMEOUT: Duration = Duration::from_secs(2);

/// How long records gather between two writes, so that the thread is not woken for each of them. Nobody who
/// reads notices it.
const GATHER: Duration = Duration::from_millis(5);

/// With so many bytes nobody waits for more, and no more are written at once. What is still in the
/// processor's cache is written in half the time, and so is what the system finds room for at once.
const PIECE: usize = 64 << 10;

/// Streams everything to a [`Listener`](super::Listener), for `--trace-to ADDRESS`.
///
/// Recording never waits. Where the other end does not keep pace, records are dropped, and an event
/// tells how many. Their place in the sequence numbers stays empty, so that the other end sees where
/// they were.
pub struct Sink(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Something waits, or the end has come.
    more: Condvar,
    /// The thread has ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    frames: Frames,
    waiting: Vec<u8>,
    time: Duration,
    recorded: u64,
    dropped: u64,
    /// How many of the dropped were told.
    told: u64,
    /// How many bytes have to wait for the thread to be woken.
    wakes: usize,
    finishing: bool,
    /// How the thread ended, once it has.
    result: Option<io::Result<()>>,
}

impl Sink {
    /// Connects to a tracer that listens there.
    ///
    /// # Errors
    ///
    /// If nobody listens: the error says how to start a tracer.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT).map_err(|error| {
            let advice = format!(
                "no tracer answers at {address} ({error}); start one first: tracer listen {address}"
            );
            io::Error::new(error.kind(), advice)
        })?;
        socket.set_nodelay(true)?;
        Self::to(socket)
    }

    /// Streams to any writer, from a thread of its own.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    pub fn to(out: impl Write + Send + 'static) -> io::Result<Self> {
        let mut waiting = Vec::new();
        block::section_header(&mut waiting);
        block::interface(&mut waiting);
        let shared = Arc::new(Shared {
            state: Mutex::new(State { waiting, wakes: usize::MAX, ..State::default() }),
            more: Condvar::new(),
            ended: Condvar::new(),
        });
        let writer = Arc::clone(&shared);
        thread::Builder::new().name("trace".to_owned()).spawn(move || writer.run(out))?;
        Ok(Self(shared))
    }

    /// Streams what happened, and what it is.
    pub fn noted(&self, record: &Record, note: &Note) {
        match record.passing() {
            Some(packet) => self.with_state(|state| state.packet(&packet, note)),
            None => self.with_state(|state| state.add(record, note)),
        }
    }

    /// Adds something, if anything is sent still.
    fn with_state(&self, add: impl FnOnce(&mut State)) {
        let mut state = self.0.state();
        if !state.finishing && state.result.is_none() {
            add(&mut state);
            // To wake the thread is a system call, and once is enough.
            if state.size() >= state.wakes {
                state.wakes = usize::MAX;
                drop(state);
                self.0.more.notify_one();
            }
        }
    }

    /// Streams session keys of TLS, as [`Writer::keys`](super::Writer::keys) writes them.
    pub fn keys(&self, lines: &str) {
        let mut state = self.0.state();
        if !state.finishing && state.result.is_none() && !state.is_full() {
            block::decryption_secrets(&mut state.waiting, lines);
            self.0.more.notify_one();
        }
    }

    /// How many records were dropped.
    pub fn dropped(&self) -> u64 {
        self.0.state().dropped
    }

    /// Whether nothing is sent any more: it was finished, or the other end went away.
    pub fn has_ended(&self) -> bool {
        self.0.state().result.is_some()
    }

    /// Waits until all that was recorded is sent, 2 seconds at most. What is recorded later is not
    /// sent.
    ///
    /// # Errors
    ///
    /// What the socket reported, for instance that the tracer went away, or
    /// [`io::ErrorKind::TimedOut`].
    pub fn finish(&self) -> io::Result<()> {
        let deadline = Instant::now() + FINISH_TIMEOUT;
        let mut state = self.0.state();
        state.finish();
        self.0.more.notify_all();
        loop {
            if let Some(result) = &mut state.result {
                return std::mem::replace(result, Ok(()));
            }
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                let message =
                    "the tracer takes nothing any more: the end of the trace was not sent";
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            };
            let waited = self.0.ended.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Tap for Sink {
    fn record(&self, record: Record) {
        self.noted(&record, &Note::default());
    }

    fn packet(&self, packet: &Passing<'_>) {
        self.with_state(|state| state.gather(packet));
    }
}

impl Drop for Sink {
    /// Lets the thread send what waits and end, without waiting for it.
    fn drop(&mut self) {
        self.0.state().finish();
        self.0.more.notify_all();
    }
}

impl Shared {
    fn run(&self, out: impl Write) {
        let result = self.send_all(out);
        let mut state = self.state();
        state.waiting = Vec::new();
        state.result = Some(result);
        self.ended.notify_all();
    }

    fn send_all(&self, mut out: impl Write) -> io::Result<()> {
        let mut batch = Vec::new();
        let mut state = self.state();
        loop {
            state = self.sleep(state, 1, Duration::MAX);
            state.flush();
            if state.waiting.is_empty() {
                return out.flush();
            }
            std::mem::swap(&mut batch, &mut state.waiting);
            state.tell_dropped();
            drop(state); // nobody who records waits for the socket
            batch.chunks(PIECE).try_for_each(|piece| out.write_all(piece))?;
            batch.clear();
            state = self.sleep(self.state(), PIECE, GATHER);
        }
    }

    /// Sleeps until so many bytes wait, or the end has come, for so long at most.
    fn sleep<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        bytes: usize,
        time: Duration,
    ) -> MutexGuard<'a, State> {
        state.wakes = bytes;
        let is_early = |state: &mut State| state.size() < bytes && !state.finishing;
        let slept = self.more.wait_timeout_while(state, time, is_early);
        let mut state = slept.unwrap_or_else(PoisonError::into_inner).0;
        state.wakes = usize::MAX;
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Adds the packet, or drops it where there is no room. Its sequence numbers are used up in both cases.
    fn packet(&mut self, packet: &Passing<'_>, note: &Note) {
        if self.is_full() {
            self.flush(); // its sequence numbers come first
            if self.frames.pass_over(packet) {
                self.recorded += 1;
                self.dropped += 1;
                return;
            }
        }
        let time = packet.clock.time();
        self.draw(time, |frames, out| frames.packet(time, packet, note, out));
    }

    /// The same for a packet of which nothing is noted.
    fn gather(&mut self, packet: &Passing<'_>) {
        if self.is_full() {
            self.packet(packet, &Note::default());
        } else {
            let time = packet.clock.time();
            self.draw(time, |frames, out| frames.gather(time, packet, out));
        }
    }

    /// The same for all else.
    fn add(&mut self, record: &Record, note: &Note) {
        self.draw(record.time, |frames, out| frames.record(record, note, out));
    }

    fn draw(
        &mut self,
        time: Duration,
        draw: impl FnOnce(&mut Frames, &mut Vec<u8>) -> io::Result<()>,
    ) {
        let is_full = self.is_full();
        if is_full {
            self.flush(); // it was taken, and this one is not
        }
        let before = self.waiting.len();
        self.time = time;
        self.recorded += 1;
        let drawn = draw(&mut self.frames, &mut self.waiting);
        if drawn.is_err() || is_full {
            self.waiting.truncate(before);
            self.dropped += 1;
        }
    }

    fn is_full(&self) -> bool {
        self.size() >= ROOM
    }

    /// How many bytes wait for the other end, without the headers of what is gathered.
    fn size(&self) -> usize {
        self.waiting.len() + self.frames.gathered()
    }

    /// What is gathered waits for nothing else any more.
    fn flush(&mut self) {
        let flushed = self.frames.flush(&mut self.waiting);
        debug_assert!(flushed.is_ok(), "no segment is too large");
    }

    fn tell_dropped(&mut self) {
        let count = self.dropped - self.told;
        if count == 0 {
            return;
        }
        self.told = self.dropped;
        let records = if count == 1 { "1 record" } else { &format!("{count} records") };
        let text = format!("the tracer could not keep pace: {records} dropped before this line");
        let record = Record { time: self.time, connection: None, what: What::Event(text) };
        self.add(&record, &Note::default());
    }

    fn finish(&mut self) {
        if !self.finishing {
            self.finishing = true;
            self.flush();
            block::statistics(&mut self.waiting, self.time, self.recorded, self.dropped);
        }
    }
}
