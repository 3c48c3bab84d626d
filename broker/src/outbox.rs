//! The bytes that wait to be written to one Network Connection.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::AsyncWrite;
use tokio::sync::Notify;
use wire::Packet;

/// With this many bytes an outbox is crowded: whoever fills it is asked to wait a moment.
const CROWDED: usize = 256 << 10;

/// How long a publisher waits for a client that takes nothing, before it goes on.
pub(crate) const MOMENT: Duration = Duration::from_millis(200);

/// What waits to be written. It is filled by whoever publishes, and emptied by the task of its own
/// connection, as much as there is in one write.
///
/// Thousands of connections are idle, so it is small: it wakes the one task that it has, and makes a list of
/// those who wait for it only where somebody does.
#[derive(Debug)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    /// How many bytes wait in all outboxes.
    total: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct State {
    bytes: BytesMut,
    /// How many of them, at the end, have to wait until the store has what they tell of.
    held: usize,
    /// What is being written, while it is not with the task.
    batch: BytesMut,
    /// How many bytes that is, wherever it is.
    writing: usize,
    /// Wakes the task while it sleeps: there is something to do.
    task: Option<Waker>,
    /// Tells those who wait for it that it is no longer crowded; `None` if nobody ever waited.
    eased: Option<Arc<Notify>>,
    end: Option<End>,
    /// Whether the broker has more, and is to be asked for it when everything is written.
    more: bool,
    /// Whether somebody waited for it in vain, and nothing was written since: nobody waits again.
    is_stuck: bool,
}

/// What the task is to do, beside writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Everything is written: ask the broker for more.
    Ask,
    /// The broker has closed the connection: nothing more will be put in.
    End,
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
        Self { state: Mutex::default(), total }
    }

    /// Adds a packet, and tells how many bytes it became, which are given to `see`. `None` if it was
    /// not taken, since more than `limit` bytes would wait. If it is to be `held`, it is not written
    /// before it is [released](Self::release).
    pub(crate) fn put(
        &self,
        packet: &Packet,
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
            state.wake();
        }
        Some(count)
    }

    /// So many of the held bytes, the first of them, may be written now.
    pub(crate) fn release(&self, count: usize) {
        let mut state = self.state();
        state.held = state.held.saturating_sub(count);
        state.wake();
    }

    /// The broker has more, for when everything is written.
    pub(crate) fn expect_more(&self) {
        let mut state = self.state();
        state.more = true;
        state.wake();
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
            (state.bytes, state.batch) = (BytesMut::new(), BytesMut::new());
            (state.writing, state.held) = (0, 0);
        }
        state.wake();
    }

    /// How it ends, if it has ended.
    pub(crate) fn how_it_ends(&self) -> Option<End> {
        self.state().end
    }

    /// Waits until nothing more will be put in.
    #[cfg(feature = "tls")]
    pub(crate) async fn ended(&self) {
        std::future::poll_fn(|context| {
            if self.sleep(context, false) { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }

    pub(crate) fn is_crowded(&self) -> bool {
        let state = self.state();
        !state.is_stuck && state.waiting() > CROWDED
    }

    /// Waits until the outbox is no longer crowded. So a publisher goes no faster than its subscribers
    /// read. One that does not read at all is waited for once, and only for a moment.
    pub(crate) async fn ease(&self) {
        let eased = Arc::clone(self.state().eased.get_or_insert_default());
        let notified = eased.notified();
        if self.is_crowded() && tokio::time::timeout(MOMENT, notified).await.is_err() {
            self.state().is_stuck = true;
        }
    }

    /// Writes whatever is put in, until there is something else to do. The task is not woken before it
    /// [sleeps](Self::sleep).
    pub(crate) fn poll_next(
        &self,
        context: &mut Context<'_>,
        socket: &mut (impl AsyncWrite + Unpin),
    ) -> Poll<io::Result<Next>> {
        if self.how_it_ends().is_some() {
            return Poll::Ready(Ok(Next::End));
        }
        ready!(self.poll_written(context, socket))?;
        if std::mem::take(&mut self.state().more) {
            return Poll::Ready(Ok(Next::Ask));
        }
        Poll::Pending
    }

    /// Writes until nothing waits any more.
    pub(crate) fn poll_written(
        &self,
        context: &mut Context<'_>,
        mut socket: &mut (impl AsyncWrite + Unpin),
    ) -> Poll<io::Result<()>> {
        loop {
            let (mut batch, is_last) = self.take_batch();
            if batch.is_empty() {
                // TLS holds back what the socket did not take.
                ready!(Pin::new(&mut socket).poll_flush(context))?;
                return if is_last { Poll::Ready(Ok(())) } else { Poll::Pending };
            }
            let written = Pin::new(&mut socket).poll_write(context, &batch)?;
            match written {
                Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(count) => batch.advance(count),
                Poll::Pending => {}
            }
            self.give_back(batch);
            ready!(written);
        }
    }

    /// Takes out what is to be written next. Tells whether nothing else waits.
    fn take_batch(&self) -> (BytesMut, bool) {
        let mut state = self.state();
        state.task = None; // it is awake
        if state.batch.is_empty() {
            let free = state.bytes.len() - state.held;
            state.batch = state.bytes.split_to(free);
            state.writing = free;
            if state.waiting() == 0 {
                // An idle connection holds no memory.
                (state.bytes, state.batch) = (BytesMut::new(), BytesMut::new());
            }
        }
        (std::mem::take(&mut state.batch), state.bytes.is_empty())
    }

    /// Gives back what was not written.
    fn give_back(&self, batch: BytesMut) {
        let mut state = self.state();
        if state.end == Some(End::Dropped) {
            return;
        }
        let count = state.writing - batch.len();
        state.writing = batch.len();
        state.batch = batch;
        if count == 0 {
            return;
        }
        self.total.fetch_sub(count, Ordering::Relaxed);
        state.is_stuck = false;
        if state.waiting() <= CROWDED
            && let Some(eased) = &state.eased
        {
            eased.notify_waiters();
        }
    }

    /// The task is awake, and needs not be woken.
    pub(crate) fn stay_awake(&self) {
        self.state().task = None;
    }

    /// Has the task woken when there is something to do. False if there is already. At its end, a task
    /// has nothing to do but to write.
    pub(crate) fn sleep(&self, context: &Context<'_>, is_end: bool) -> bool {
        let mut state = self.state();
        let is_next = state.end.is_some() || (state.more && state.waiting() == 0);
        let is_to_write = state.writing == 0 && state.bytes.len() > state.held;
        if is_to_write || (is_next && !is_end) {
            return false;
        }
        state.task = Some(context.waker().clone());
        true
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
    fn wake(&mut self) {
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }

    fn waiting(&self) -> usize {
        self.bytes.len() + self.writing
    }
}
