//! How much all sessions take up, and who may have more where that is too much.
//!
//! A session is bounded by limits of its own, but there may be thousands. What all of them take up has a
//! limit as well, and above that limit each session may still take up a small share, so that a client
//! with little in its session loses nothing because others have filled theirs.
//!
//! Nobody counts with each message what thousands of sessions hold. What comes in is added to an
//! estimate, and what goes out is not; only when the estimate is above the limit, everything is counted
//! anew. So the estimate is never too low.

use crate::broker::Broker;
use crate::session::Session;

/// How many bytes of memory a session may take up in any case, however much all of them take up: 16 KiB.
pub const SESSION_SHARE: usize = 16 << 10;

/// About what a session takes up in memory beside what is in it, in bytes.
pub(crate) const SESSION: usize = 1024;

/// About what a message takes up beside its topic and payload, in bytes.
pub(crate) const MESSAGE: usize = 128;

/// What is known of how much all sessions take up.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// How many bytes at most.
    estimate: usize,
    /// How often it is still taken for too much, before it is counted anew.
    trusted: usize,
}

impl Room {
    /// So many bytes more may be taken up.
    pub(crate) fn take(&mut self, more: usize) {
        self.estimate = self.estimate.saturating_add(more);
    }

    /// Nothing is known any more.
    pub(crate) fn forget(&mut self) {
        *self = Self { estimate: usize::MAX, trusted: 0 };
    }
}

impl Broker {
    /// Somebody may take up so many bytes more. Whether that is too much for the limit, so that no
    /// session may take up more than [`SESSION_SHARE`].
    pub(crate) fn is_tight(&mut self, more: usize) -> bool {
        let limit = self.configuration.max_total_session_bytes;
        self.room.take(more);
        if self.room.estimate <= limit {
            return false;
        }
        if self.room.trusted > 0 {
            self.room.trusted -= 1;
        } else {
            self.room.estimate = self.sessions.values().map(|it| taken(it)).sum::<usize>() + more;
            if self.room.estimate <= limit {
                return false;
            }
            // To count them again takes as long as there are sessions.
            self.room.trusted = self.sessions.len() / 16;
        }
        true
    }
}

/// Whether a session would take up more than its share with so many bytes more.
pub(crate) fn is_above_share(session: &Session, more: usize) -> bool {
    taken(session) + more > SESSION_SHARE
}

/// About how many bytes a session takes up.
fn taken(session: &Session) -> usize {
    let outgoing = &session.outgoing;
    SESSION
        + session.client.len()
        + session.owner.as_ref().map_or(0, |owner| owner.len())
        + outgoing.held_bytes()
        + MESSAGE * (outgoing.queued() + outgoing.in_flight())
        + 8 * session.incoming.unreleased()
        + session.filters.taken()
}
