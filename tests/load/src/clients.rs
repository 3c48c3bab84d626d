//! Publishers and subscribers that go as fast as they can, and no faster than the slowest of them.
//!
//! A publisher takes permits from a window before it sends, and each message that has come to all who are
//! to get it gives one back. So no broker is asked to drop anything, and all of them have as many
//! messages to gather into one write. Permits are taken many at a time, since one at a time would make a
//! slow pace of a fast one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};
use wire::{Packet, Qos};

use crate::Failure;
use crate::session::{Message, Session, answer};

/// How long nothing may come until what is missing counts as lost.
pub(crate) const STALL: Duration = Duration::from_secs(5);

/// How many messages may be on their way, and how many have come.
#[derive(Debug)]
pub(crate) struct Window {
    permits: Semaphore,
    /// How many there are.
    size: u32,
    /// How many are taken at a time.
    batch: u32,
    /// How many subscribers get each message.
    copies: u64,
    /// How many are published at most.
    limit: u64,
    published: AtomicU64,
    delivered: AtomicU64,
}

impl Window {
    /// A window for so many publishers, whose messages come to so many subscribers each.
    pub(crate) fn new(publishers: u32, copies: u32) -> Self {
        // A thousand messages are on their way, and a hundred thousand copies of them at most.
        let batch = ((25_000 / copies).min(250) / publishers).max(10);
        let size = batch * 4 * publishers;
        Self {
            permits: Semaphore::new(size as usize),
            size,
            batch,
            copies: copies.into(),
            limit: u64::MAX,
            published: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
        }
    }

    /// The same, for so many messages; some more, where they are no whole number of batches.
    pub(crate) fn of(self, limit: u32) -> Self {
        Self { limit: limit.into(), ..self }
    }

    pub(crate) fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// How many messages did not come that should have.
    pub(crate) fn lost(&self) -> u64 {
        (self.published.load(Ordering::Relaxed) * self.copies).saturating_sub(self.delivered())
    }

    /// Waits until all have come, or nothing comes any more.
    pub(crate) async fn all_delivered(&self) {
        let mut before = None;
        while before != Some(self.delivered()) {
            before = Some(self.delivered());
            if timeout(STALL, self.permits.acquire_many(self.size)).await.is_ok() {
                return;
            }
        }
    }

    fn is_done(&self) -> bool {
        self.published.load(Ordering::Relaxed) >= self.limit
    }

    /// Room for a batch.
    async fn room(&self) -> Result<(), Failure> {
        self.permits.acquire_many(self.batch).await?.forget();
        self.published.fetch_add(self.batch.into(), Ordering::Relaxed);
        Ok(())
    }

    fn arrived(&self, count: u64) {
        let before = self.delivered.fetch_add(count, Ordering::Relaxed);
        let whole = (before + count) / self.copies - before / self.copies;
        self.permits.add_permits(usize::try_from(whole).unwrap_or(usize::MAX));
    }
}

/// Publishes these messages in turn until the time is over or all are sent, and waits until they are acknowledged.
pub(crate) async fn publish(
    mut session: Session,
    qos: Qos,
    messages: Arc<[Message]>,
    window: Arc<Window>,
    until: Instant,
) -> Result<(), Failure> {
    let mut messages = messages.iter().cycle();
    let mut unacknowledged = 0;
    while Instant::now() < until && !window.is_done() {
        let may_send = unacknowledged <= 2 * window.batch;
        tokio::select! {
            room = window.room(), if may_send => {
                room?;
                for message in messages.by_ref().take(window.batch as usize) {
                    session.publish(qos, false, message)?;
                }
                unacknowledged += if qos > Qos::AtMostOnce { window.batch } else { 0 };
                session.flush().await?;
            }
            taken = acknowledgements(&mut session, &mut unacknowledged) => taken?,
            () = tokio::time::sleep_until(until) => {}
        }
        session.flush().await?;
    }
    let until = Instant::now() + STALL;
    while unacknowledged > 0 {
        let taken = timeout_at(until, acknowledgements(&mut session, &mut unacknowledged)).await;
        taken.map_err(|_| format!("{unacknowledged} messages were not acknowledged"))??;
        session.flush().await?;
    }
    Ok(())
}

/// Takes messages until the broker closes.
pub(crate) async fn subscribe(mut session: Session, window: Arc<Window>) -> Result<(), Failure> {
    loop {
        let mut count = 0;
        let received = session.receive(|session, packet| {
            count += u64::from(matches!(packet, Packet::Publish(_)));
            answer(&packet).map_or(Ok(()), |answer| session.put(answer))
        });
        received.await?;
        session.flush().await?;
        window.arrived(count);
    }
}

async fn acknowledgements(session: &mut Session, unacknowledged: &mut u32) -> Result<(), Failure> {
    let received = session.receive(|session, packet| {
        let is_last = matches!(packet, Packet::Puback(_) | Packet::Pubcomp(_));
        *unacknowledged = unacknowledged.saturating_sub(is_last.into());
        answer(&packet).map_or(Ok(()), |answer| session.put(answer))
    });
    received.await
}
