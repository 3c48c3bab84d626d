//! What waits for the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use broker_core::{Change, ConnectionId};
use wire::Packet;

use crate::outbox::Outbox;

/// With so many bytes in one batch, whoever sends is asked to wait until it is written.
const FULL: usize = 4 << 20;

/// What a change costs beyond its message.
const CHANGE: usize = size_of::<Change>();

/// The next batch: what changed, and what may be sent once that is written.
#[derive(Default)]
pub(crate) struct Unwritten {
    changes: Vec<Change>,
    bytes: usize,
    held: Held,
    /// Whether the batch before this one is being written.
    pub(super) is_writing: bool,
}

/// Outboxes with so many bytes in them that are not to be sent yet.
#[derive(Default)]
pub(super) struct Held(BTreeMap<ConnectionId, (Arc<Outbox>, usize)>);

impl Unwritten {
    pub(crate) fn change(&mut self, change: Change) {
        let message = match &change.packet {
            Some(Packet::Publish(publish)) => publish.topic.len() + publish.payload.len(),
            _ => 0,
        };
        self.bytes += CHANGE + message;
        self.changes.push(change);
    }

    /// So many bytes more are held in this outbox.
    pub(crate) fn hold(&mut self, id: ConnectionId, outbox: &Arc<Outbox>, bytes: usize) {
        let held = self.held.0.entry(id).or_insert_with(|| (Arc::clone(outbox), 0));
        held.1 += bytes;
    }

    /// Releases what is held, if it has nothing to wait for. False if there is something to write.
    pub(crate) fn release(&mut self) -> bool {
        let is_idle = self.changes.is_empty() && !self.is_writing;
        if is_idle {
            std::mem::take(&mut self.held).release();
        }
        is_idle
    }

    /// Whether there is so much that it has to be written before more comes.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes > FULL
    }

    /// Begins to write what there is.
    pub(super) fn begin(&mut self) -> (Vec<Change>, Held) {
        self.is_writing = true;
        self.bytes = 0;
        (std::mem::take(&mut self.changes), std::mem::take(&mut self.held))
    }

    /// Whether everything is written and released.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.held.0.is_empty() && !self.is_writing
    }
}

impl Held {
    pub(super) fn release(self) {
        for (outbox, bytes) in self.0.into_values() {
            outbox.release(bytes);
        }
    }
}
