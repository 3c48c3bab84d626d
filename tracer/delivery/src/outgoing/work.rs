//! What the sending half of a session holds once it has sent anything.

use std::collections::VecDeque;

use wire::PacketIdentifier;

use crate::flights::Flights;
use crate::identifiers::Identifiers;
use crate::message::Message;

/// What was sent, and what is to be sent.
#[derive(Clone, Debug)]
pub(super) struct Work<T> {
    pub(super) queue: VecDeque<(Message, T)>,
    pub(super) queued_bytes: usize,
    pub(super) identifiers: Identifiers,
    pub(super) in_flight: Flights<T>,
    /// What is still to be sent again, in its order.
    pub(super) again: VecDeque<PacketIdentifier>,
    pub(super) steps: u64,
}

impl<T> Work<T> {
    /// The next new message, taken out of the queue.
    pub(super) fn dequeue(&mut self) -> Option<(Message, T)> {
        let (message, mark) = self.queue.pop_front()?;
        self.queued_bytes -= message.size();
        Some((message, mark))
    }

    /// A new step: the next one in the order in which things happened.
    pub(super) fn step(&mut self) -> u64 {
        self.steps += 1;
        self.steps
    }
}

impl<T> Default for Work<T> {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            queued_bytes: 0,
            identifiers: Identifiers::default(),
            in_flight: Flights::default(),
            again: VecDeque::new(),
            steps: 0,
        }
    }
}
