//! Retained messages on their way to a new subscription, a page at a time.
//!
//! There may be a hundred thousand of them, and everybody else waits while a step lasts; and a client
//! may read slower than they can be sent. So no more than a page goes out in one step, and the next one
//! when the client can take more:
//!
//! ```text
//!   SUBSCRIBE ──▶ SUBACK, a page, Output::More ─▶ Input::Ready ──▶ a page, Output::More ─▶ …
//! ```
//!
//! What is published meanwhile waits behind them in the queue of the session, so that each topic keeps
//! its order (`[MQTT-4.6.0-6]`). A message that is retained meanwhile waits there too, and is not sent a
//! second time in its turn.

use std::collections::VecDeque;

use wire::{Qos, TopicFilter, TopicName};

use crate::broker::{Broker, ConnectionId, Output};
use crate::configuration::Configuration;
use crate::retained::Retained;
use crate::session::{Session, SessionId};

/// What it counts in a page to look at a message, beyond its topic and payload, in bytes.
const LOOK: usize = 64;

/// All that is still to be sent to new subscriptions of one session, which has at least one of them.
#[derive(Debug, Default)]
pub(crate) struct Replays {
    /// One for each filter at most, in their order.
    waiting: VecDeque<Replay>,
    /// Whether the caller was told that there is more, and has not asked for it yet.
    is_told: bool,
}

/// What is still to be sent to one new subscription.
#[derive(Debug)]
struct Replay {
    filter: TopicFilter,
    granted: Qos,
    /// The topic of the last message that was looked at.
    after: Option<TopicName>,
    /// The number of the last message that was there. Later ones came by the subscription itself.
    last_number: u64,
}

/// How far a page came.
enum Page {
    /// Nothing is left to send.
    Done,
    /// It is full.
    Full,
    /// The client has to acknowledge something first.
    Unacknowledged,
}

impl Broker {
    /// Everything that is retained is to be sent for this subscription, a new one (`[MQTT-3.3.1-6]`) or a
    /// repeated one (`[MQTT-3.8.4-3]`). If something was still to be sent for it, it begins anew.
    pub(crate) fn begin_replay(&mut self, id: SessionId, filter: &TopicFilter, granted: Qos) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.cancel_replay(filter);
        let Ok(filter) = TopicFilter::try_from(&**filter) else { return }; // in memory of its own
        let last_number = self.retained.last_number();
        let replay = Replay { filter, granted, after: None, last_number };
        session.replays.get_or_insert_default().waiting.push_back(replay);
    }

    /// The client over there can take more.
    pub(crate) fn ready(&mut self, id: ConnectionId, outputs: &mut Vec<Output>) {
        let client = self.connections.get(&id).and_then(|connection| connection.client.as_ref());
        let Some(session) = client.map(|client| client.session) else { return };
        if let Some(replays) = self.sessions.get_mut(&session).and_then(|it| it.replays.as_mut()) {
            replays.is_told = false;
            self.replay(session, outputs);
        }
    }

    /// Sends the next page to a client, if there is one and nobody is to ask for it; and behind the last
    /// one, what waited.
    pub(crate) fn replay(&mut self, id: SessionId, outputs: &mut Vec<Output>) {
        if self.sessions.get(&id).is_none_or(|session| session.replays.is_none()) {
            return;
        }
        let mut left = self.configuration.retained_page.max(1);
        let is_tight = self.is_tight(0);
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let Some(connection) = session.connection else { return };
        let Some(mut replays) = session.replays.take() else { return };
        while !replays.is_told
            && let Some(replay) = replays.waiting.front_mut()
        {
            let (retained, limits) = (&self.retained, &self.configuration);
            match replay.page(session, retained, is_tight, limits, &mut left, outputs) {
                Page::Done => {
                    replays.waiting.pop_front();
                }
                Page::Full => {
                    replays.is_told = true;
                    outputs.push(Output::More(connection));
                }
                Page::Unacknowledged => break,
            }
        }
        self.room.take(self.configuration.retained_page.saturating_sub(left));
        if replays.waiting.is_empty() {
            session.send(outputs);
        } else {
            session.replays = Some(replays);
        }
    }
}

impl Replay {
    /// Sends a page: as much as is left in this step, and as the client has acknowledged.
    fn page(
        &mut self,
        session: &mut Session,
        retained: &Retained,
        is_tight: bool,
        configuration: &Configuration,
        left: &mut usize,
        outputs: &mut Vec<Output>,
    ) -> Page {
        let mut after = None;
        let mut page = Page::Done;
        for candidate in retained.candidates(&self.filter, self.after.as_ref()) {
            if *left == 0 {
                page = Page::Full;
                break;
            }
            let message = candidate.message(self.last_number, self.granted);
            if let Some(message) = message {
                if session.has_to_acknowledge(&message, is_tight, configuration) {
                    page = Page::Unacknowledged;
                    break;
                }
                *left = left.saturating_sub(message.size());
                session.send_first(message, outputs);
            }
            *left = left.saturating_sub(LOOK);
            after = Some(candidate.topic);
        }
        if let Some(after) = after {
            self.after = Some(after.clone());
        }
        page
    }
}

impl Session {
    /// The retained messages for this subscription are not wanted any more: none that was not sent yet
    /// will be (`[MQTT-3.10.4-2]`).
    pub(crate) fn cancel_replay(&mut self, filter: &TopicFilter) {
        if let Some(replays) = &mut self.replays {
            replays.waiting.retain(|replay| replay.filter != *filter);
        }
    }

    /// The client is there again: what was retained while it was away may not have come to it.
    pub(crate) fn renew_replays(&mut self, retained: &Retained) {
        if let Some(replays) = &mut self.replays {
            replays.is_told = false;
            for replay in &mut replays.waiting {
                replay.last_number = retained.last_number();
            }
        }
    }
}
