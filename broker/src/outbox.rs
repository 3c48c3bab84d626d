//! The bytes that wait to be written to one Network Connection.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use wire::Packet;

/// With this many bytes an outbox is crowded: whoever fills it is asked to wait a moment.
const CROWDED: usize = 256 << 10;

/// How long a publisher waits for a client that takes nothing, before it goes on.
pub(crate) const MOMENT: Duration = Duration::from_millis(200);

/// How long the last bytes to a client may take.
const FLUSH: Duration = Duration::from_secs(2);

/// What waits to be written. It is filled by whoever publishes, and emptied by the task of its own
/// connection, as much as there is in one write.
#[derive(Debug)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    /// How many bytes wait in all outboxes.
    total: Arc<AtomicUsize>,
    /// There is something to write, or the end has come.
    filled: Notify,
    /// It is no longer crowded.
    eased: Notify,
    ended: Notify,
}

#[derive(Debug, Default)]
struct State {
    bytes: BytesMut,
    /// How many of them, at the end, have to wait until the store has what they tell of.
    held: usize,
    /// How many bytes the task has taken out, and not yet written.
    writing: usize,
    /// Whether the broker has more, and is to be asked for it when everything is written.
    more: bool,
    end: Option<End>,
    /// Whether somebody waited for it in vain, and nothing was written since: nobody waits again.
    is_stuck: bool,
}

/// How writing ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// When everything is written.
    Flushed,
    /// At once.
    Dropped,
}

impl Outbox {
    /// An empty one. What waits in it counts into the total.
    pub(crate) fn new(total: Arc<AtomicUsize>) -> Self {
        Self {
            state: Mutex::default(),
            total,
            filled: Notify::new(),
            eased: Notify::new(),
            ended: Notify::new(),
        }
    }

    /// Adds a packet, and tells how many bytes it became, which are given to `see`. `None` if it was
    /// not taken, since more than `limit` bytes would wait. If it is to be `held`, it is not written
    /// before it is [released](Self::release).
    pub(crate) fn put(
        &self,
        packet: Packet,
        limit: usize,
        held: bool,
        see: impl FnOnce(&[u8]),
    ) -> Option<usize> {
        let mut state = self.state();
        let before = state.bytes.len();
        let was_idle = before + state.writing == 0;
        if packet.encode(&mut state.bytes).is_err() {
            return None; // the broker sends nothing that cannot be encoded
        }
        if !was_idle && state.bytes.len() + state.writing > limit {
            state.bytes.truncate(before);
            return None;
        }
        see(&state.bytes[before..]);
        let count = state.bytes.len() - before;
        self.total.fetch_add(count, Ordering::Relaxed);
        if held {
            state.held += count;
        } else if was_idle {
            self.filled.notify_one();
        }
        Some(count)
    }

    /// So many of the held bytes, the first of them, may be written now.
    pub(crate) fn release(&self, count: usize) {
        let mut state = self.state();
        state.held = state.held.saturating_sub(count);
        self.filled.notify_one();
    }

    /// The broker has more, for when everything is written.
    pub(crate) fn expect_more(&self) {
        self.state().more = true;
        self.filled.notify_one();
    }

    /// How many bytes wait to be written.
    pub(crate) fn waiting(&self) -> usize {
        self.state().waiting()
    }

    /// Nothing more will be put in.
    pub(crate) fn end(&self, end: End) {
        let mut state = self.state();
        if *state.end.get_or_insert(end) == End::Dropped {
            // At once: its task comes to know a little later, and drops what it was writing.
            self.total.fetch_sub(state.waiting(), Ordering::Relaxed);
            (state.bytes, state.writing, state.held) = (BytesMut::new(), 0, 0);
        }
        drop(state);
        self.filled.notify_one();
        self.ended.notify_one();
    }

    /// Waits until writing has to be over: at the end, and if what waits is to be flushed, a little
    /// later. The other end may have stopped to read, so that it would never be.
    pub(crate) async fn overdue(&self) {
        self.ended.notified().await;
        let end = self.state().end;
        if end == Some(End::Flushed) {
            tokio::time::sleep(FLUSH).await;
        }
    }

    /// Waits until nothing more will be put in.
    #[cfg(feature = "tls")]
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }

    pub(crate) fn is_crowded(&self) -> bool {
        let state = self.state();
        !state.is_stuck && state.waiting() > CROWDED
    }

    /// Waits until the outbox is no longer crowded. So a publisher goes no faster than its subscribers
    /// read. One that does not read at all is waited for once, and only for a moment.
    pub(crate) async fn ease(&self) {
        let eased = self.eased.notified();
        if self.is_crowded() && tokio::time::timeout(MOMENT, eased).await.is_err() {
            self.state().is_stuck = true;
        }
    }

    /// Writes whatever is put in, until the end. Asks the broker for more when everything is written and
    /// others had their turn.
    pub(crate) async fn write_to(
        &self,
        socket: &mut (impl AsyncWrite + Unpin),
        ask: impl Fn(),
    ) -> End {
        loop {
            let (mut batch, end, more) = {
                let mut state = self.state();
                let free = state.bytes.len() - state.held;
                let batch = state.bytes.split_to(free);
                if batch.is_empty() && state.bytes.is_empty() {
                    state.bytes = BytesMut::new(); // an idle connection holds no memory
                }
                state.writing = batch.len(); // none after the end
                let more = state.waiting() == 0 && std::mem::take(&mut state.more);
                (batch, state.end.filter(|end| *end == End::Dropped || state.held == 0), more)
            };
            match end {
                Some(End::Dropped) => return End::Dropped,
                Some(End::Flushed) if batch.is_empty() => return End::Flushed,
                _ if more => {
                    tokio::task::yield_now().await;
                    ask();
                }
                _ if batch.is_empty() => self.filled.notified().await,
                _ => {
                    while batch.has_remaining() {
                        if socket.write_buf(&mut batch).await.is_err() {
                            return End::Dropped;
                        }
                        self.wrote(batch.len());
                    }
                    if socket.flush().await.is_err() {
                        return End::Dropped; // TLS holds back what the socket did not take
                    }
                }
            }
        }
    }

    fn wrote(&self, left: usize) {
        let mut state = self.state();
        if state.end == Some(End::Dropped) {
            return;
        }
        self.total.fetch_sub(state.writing - left, Ordering::Relaxed);
        state.writing = left;
        state.is_stuck = false;
        if state.waiting() <= CROWDED {
            self.eased.notify_waiters();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.total.fetch_sub(self.waiting(), Ordering::Relaxed);
    }
}

impl State {
    fn waiting(&self) -> usize {
        self.bytes.len() + self.writing
    }
}
