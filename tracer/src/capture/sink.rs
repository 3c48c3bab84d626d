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

use tap::{Passing, Record, Tap};

use super::note::Note;
use super::waiting::Waiting;

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
    waiting: Waiting,
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
        let waiting = Waiting::new();
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
            Some(packet) => self.with_state(|state| state.waiting.packet(&packet, note)),
            None => self.with_state(|state| state.waiting.add(record, note)),
        }
    }

    /// Adds something, if anything is sent still.
    fn with_state(&self, add: impl FnOnce(&mut State)) {
        let mut state = self.0.state();
        if !state.finishing && state.result.is_none() {
            add(&mut state);
            // To wake the thread is a system call, and once is enough.
            if state.waiting.size() >= state.wakes {
                state.wakes = usize::MAX;
                drop(state);
                self.0.more.notify_one();
            }
        }
    }

    /// Streams session keys of TLS, as [`Writer::keys`](super::Writer::keys) writes them.
    pub fn keys(&self, lines: &str) {
        let mut state = self.0.state();
        if !state.finishing && state.result.is_none() {
            state.waiting.keys(lines);
            self.0.more.notify_one();
        }
    }

    /// How many records were dropped.
    pub fn dropped(&self) -> u64 {
        self.0.state().waiting.dropped()
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
        self.with_state(|state| state.waiting.gather(packet));
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
        state.waiting.give_up();
        state.result = Some(result);
        self.ended.notify_all();
    }

    fn send_all(&self, mut out: impl Write) -> io::Result<()> {
        let mut batch = Vec::new();
        let mut state = self.state();
        loop {
            state = self.sleep(state, 1, Duration::MAX);
            state.waiting.take(&mut batch);
            if batch.is_empty() {
                return out.flush();
            }
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
        let is_early = |state: &mut State| state.waiting.size() < bytes && !state.finishing;
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
    /// What comes later is not sent.
    fn finish(&mut self) {
        if !self.finishing {
            self.finishing = true;
            self.waiting.finish();
        }
    }
}
