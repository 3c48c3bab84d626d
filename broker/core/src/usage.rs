//! How much a broker holds.

use std::ops::AddAssign;

use crate::broker::Broker;
use crate::session::Session;

/// What a broker holds at a moment, counted anew each time: for tests, and for whoever wants to look.
/// What is limited by the [`Configuration`](crate::Configuration) is never above its limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Network Connections that are open.
    pub connections: usize,
    /// Those of them over which no client was let in yet.
    pub unidentified: usize,
    /// Sessions with Clean Session 0.
    pub kept_sessions: usize,
    /// Sessions with Clean Session 1; they end with their Network Connections.
    pub clean_sessions: usize,
    /// Retained messages.
    pub retained_messages: usize,
    /// Bytes of their topics and payloads.
    pub retained_bytes: usize,
    /// What all sessions hold.
    pub total: SessionUsage,
    /// The most that any one session holds, of each.
    pub largest: SessionUsage,
}

/// What one session holds, or several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionUsage {
    /// Messages that wait to be sent.
    pub queued_messages: usize,
    /// Messages that were sent and are not done.
    pub in_flight: usize,
    /// Bytes of topics and payloads of both.
    pub held_bytes: usize,
    /// Messages at QoS 2 of the client that wait for its PUBREL.
    pub unreleased: usize,
    /// Subscriptions.
    pub subscriptions: usize,
    /// Bytes of their Topic Filters.
    pub subscription_bytes: usize,
}

impl Broker {
    /// What the broker holds now. It takes as long as there are sessions.
    pub fn usage(&self) -> Usage {
        let mut usage = Usage {
            connections: self.connections.len(),
            unidentified: self.unidentified.len(),
            retained_messages: self.retained.messages(),
            retained_bytes: self.retained.bytes(),
            ..Usage::default()
        };
        for session in self.sessions.values() {
            let of_session = SessionUsage::of(session);
            usage.kept_sessions += usize::from(!session.clean);
            usage.clean_sessions += usize::from(session.clean);
            usage.total += of_session;
            usage.largest = usage.largest.larger(of_session);
        }
        usage
    }
}

impl SessionUsage {
    fn of(session: &Session) -> Self {
        Self {
            queued_messages: session.outgoing.queued(),
            in_flight: session.outgoing.in_flight(),
            held_bytes: session.outgoing.held_bytes(),
            unreleased: session.incoming.unreleased(),
            subscriptions: session.filters.len(),
            subscription_bytes: session.filters.bytes(),
        }
    }

    /// The larger one of each.
    fn larger(self, other: Self) -> Self {
        Self {
            queued_messages: self.queued_messages.max(other.queued_messages),
            in_flight: self.in_flight.max(other.in_flight),
            held_bytes: self.held_bytes.max(other.held_bytes),
            unreleased: self.unreleased.max(other.unreleased),
            subscriptions: self.subscriptions.max(other.subscriptions),
            subscription_bytes: self.subscription_bytes.max(other.subscription_bytes),
        }
    }
}

impl AddAssign for SessionUsage {
    fn add_assign(&mut self, other: Self) {
        self.queued_messages += other.queued_messages;
        self.in_flight += other.in_flight;
        self.held_bytes += other.held_bytes;
        self.unreleased += other.unreleased;
        self.subscriptions += other.subscriptions;
        self.subscription_bytes += other.subscription_bytes;
    }
}
