//! What a client waits for before the next of its packets is taken.

use std::sync::Arc;
use std::time::Duration;

use broker_core::ConnectionId;
use tokio::time::Instant;
use wire::Connect;

use crate::hub::Hub;
use crate::outbox::{MOMENT, Outbox};

/// How often it is looked whether a client has acknowledged, while somebody waits for it.
const A_LITTLE: Duration = Duration::from_millis(1);

/// Why no further packet of a client is taken for now.
pub(crate) enum Pause {
    /// Another client does not read as fast as this one sends.
    Unread(Arc<Outbox>),
    /// Another client does not acknowledge as fast as this one sends.
    Unacknowledged(ConnectionId),
    /// There is so much to write to the store that it has to be done first.
    Unwritten,
    /// It has done much at a time, and others have their turn.
    Turn,
    /// It is to be found out whether it may come in.
    Examine(ConnectionId, Connect),
}

impl Hub {
    /// Waits as long as it has to be.
    pub(crate) async fn pause(&self, pause: Pause) {
        match pause {
            Pause::Turn => tokio::task::yield_now().await,
            Pause::Unread(outbox) => outbox.ease().await,
            Pause::Unacknowledged(id) => self.ease(id).await,
            Pause::Unwritten => self.room_in_the_store().await,
            Pause::Examine(id, connect) => {
                if let Some(examiner) = &self.examiner {
                    let answer = examiner.examine(&connect).await;
                    self.examined(id, connect, answer);
                }
            }
        }
    }

    /// Waits until a client has taken what there is for it. So a publisher goes no faster than its
    /// subscribers. One that takes nothing at all is waited for once, and only for a moment.
    async fn ease(&self, id: ConnectionId) {
        let (mut fewest, mut since) = (usize::MAX, Instant::now());
        while let Some(queued) = self.waiting(id) {
            if queued < fewest {
                (fewest, since) = (queued, Instant::now());
            } else if since.elapsed() > MOMENT {
                return self.give_up_waiting(id);
            }
            tokio::time::sleep(A_LITTLE).await;
        }
    }

    /// How many messages wait for a crowded client to acknowledge, while it is worth waiting for it.
    fn waiting(&self, id: ConnectionId) -> Option<usize> {
        let state = self.state();
        state.broker.crowd(id).filter(|_| state.links.get(&id).is_some_and(|it| !it.is_stuck))
    }

    /// Nobody waits for this client again, until it sends something.
    fn give_up_waiting(&self, id: ConnectionId) {
        if let Some(link) = self.state().links.get_mut(&id) {
            link.is_stuck = true;
        }
    }
}
