//! Clients that are given up, since too many bytes are kept for them.
//!
//! A limit on each client alone would still let thousands of them fill the memory. So there is one on all
//! of them as well; where it is reached the client with the most is closed, and the others go on.

use std::sync::atomic::Ordering;

use broker_core::{ConnectionId, Input};
use tap::What;

use crate::hub::{Hub, Link, State};
use crate::outbox::End;

impl Hub {
    /// So many bytes of this client were not taken yet.
    pub(crate) fn keep_untaken(&self, state: &mut State, id: ConnectionId, size: usize) {
        if let Some(link) = state.links.get_mut(&id) {
            self.buffered.fetch_add(size, Ordering::Relaxed);
            self.buffered.fetch_sub(link.untaken, Ordering::Relaxed);
            link.untaken = size;
        }
        while let Some(largest) = self.give_up_largest(state) {
            self.step(state, largest, Input::Closed);
        }
    }

    /// The task of this Network Connection has ended.
    pub(crate) fn forget(&self, state: &mut State, id: ConnectionId) {
        if let Some(link) = state.links.remove(&id) {
            self.buffered.fetch_sub(link.untaken, Ordering::Relaxed);
        }
    }

    /// Closes a client that does not read what it is sent; nobody else is held up by it.
    pub(crate) fn give_up_deaf(&self, link: &mut Link) {
        self.give_up(link, |link| {
            let (client, waiting) = (link.connection.client, link.outbox.waiting());
            format!("{client} does not read: {waiting} bytes wait for it, closing")
        });
    }

    /// Closes the client with the most bytes, if there are too many for all of them together. The broker
    /// is to be told that its Network Connection has ended.
    pub(crate) fn give_up_largest(&self, state: &mut State) -> Option<ConnectionId> {
        let limit = self.settings.max_total_buffered_bytes;
        if self.buffered.load(Ordering::Relaxed) <= limit {
            return None;
        }
        let size = |link: &Link| link.outbox.waiting() + link.untaken;
        let open = state.links.iter_mut().filter(|(_, link)| !link.is_closing);
        let (id, link) = open.max_by_key(|(_, link)| size(link))?;
        self.give_up(link, |link| {
            let client = link.connection.client;
            let size = size(link);
            format!(
                "{client} closed: {size} bytes are buffered for it, the most of all, and together \
                 more than {limit}"
            )
        });
        Some(*id)
    }

    fn give_up(&self, link: &mut Link, why: impl FnOnce(&Link) -> String) {
        self.record(Some(link.connection), || What::Event(why(link)));
        self.close(link, End::Dropped);
        self.buffered.fetch_sub(link.untaken, Ordering::Relaxed);
        link.untaken = 0;
    }
}
