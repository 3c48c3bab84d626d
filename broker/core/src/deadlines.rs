//! Until when each Network Connection has to show that it is alive.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::broker::ConnectionId;

/// The times at which somebody has to be looked at, earliest first. There is at most one for each
/// Network Connection.
///
/// A packet that comes does not move the deadline of its sender: that would cost a search with every
/// packet. When the deadline is reached the broker sees that the client was heard since, and sets the
/// next one. To set or to remove one, and to find the earliest, costs a search, which grows with the
/// logarithm of how many there are; each client costs that once in one and a half times its Keep Alive.
#[derive(Debug, Default)]
pub(crate) struct Deadlines(BTreeSet<(Duration, ConnectionId)>);

impl Deadlines {
    pub(crate) fn set(&mut self, at: Duration, connection: ConnectionId) {
        self.0.insert((at, connection));
    }

    pub(crate) fn remove(&mut self, at: Duration, connection: ConnectionId) {
        self.0.remove(&(at, connection));
    }

    /// The earliest one.
    pub(crate) fn earliest(&self) -> Option<Duration> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Takes out the earliest one that is reached.
    pub(crate) fn take_reached(&mut self, now: Duration) -> Option<ConnectionId> {
        if self.earliest()? > now {
            return None;
        }
        self.0.pop_first().map(|(_, connection)| connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reached_comes_out_earliest_first() {
        let second = Duration::from_secs;
        let mut deadlines = Deadlines::default();
        deadlines.set(second(3), ConnectionId(1));
        deadlines.set(second(1), ConnectionId(2));
        deadlines.set(second(2), ConnectionId(3));
        deadlines.remove(second(2), ConnectionId(3));
        assert_eq!(deadlines.earliest(), Some(second(1)));
        assert_eq!(deadlines.take_reached(Duration::ZERO), None);
        assert_eq!(deadlines.take_reached(second(3)), Some(ConnectionId(2)));
        assert_eq!(deadlines.take_reached(second(3)), Some(ConnectionId(1)));
        assert_eq!(deadlines.take_reached(second(3)), None);
    }
}
