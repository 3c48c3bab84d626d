//! When the client has to speak, and how long it waits for an answer (MQTT 3.1.1 §3.1.2.10).
//!
//! The Keep Alive counts from what the client *sends*: whatever it receives does not count. So a client
//! that has nothing to say sends PINGREQ in time (`[MQTT-3.1.2-23]`), and if no PINGRESP comes it takes
//! the connection for dead.

use std::time::Duration;

/// The two clocks of one Network Connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeepAlive {
    /// The Keep Alive itself; zero for none.
    period: Duration,
    /// How long PINGRESP may take.
    pub(crate) patience: Duration,
    last_sent: Duration,
    pinged: Option<Duration>,
    /// Whether an answer would be read.
    listens: bool,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// A PINGREQ is to be sent.
    Ping,
    /// PINGRESP did not come in time.
    GiveUp,
}

impl KeepAlive {
    /// The clocks of a connection whose CONNECT was sent at `now`. `seconds` is the Keep Alive, 0 for
    /// none.
    pub(crate) fn new(seconds: u16, patience: Duration, now: Duration) -> Self {
        let period = Duration::from_secs(seconds.into());
        let patience = if seconds == 0 { patience } else { patience.min(period) };
        Self { period, patience, last_sent: now, pinged: None, listens: true }
    }

    /// A packet was sent.
    pub(crate) fn sent(&mut self, now: Duration) {
        self.last_sent = now;
    }

    /// A PINGREQ was sent. The oldest one that is not answered counts.
    pub(crate) fn ping(&mut self, now: Duration) {
        self.pinged.get_or_insert(now);
    }

    /// PINGRESP came.
    pub(crate) fn pong(&mut self) {
        self.pinged = None;
    }

    /// Whether what the server sends is read from now on. An answer that lies unread is not late, so
    /// the wait for it begins anew when it can be seen.
    pub(crate) fn listens(&mut self, now: Duration, listens: bool) {
        if listens && !self.listens {
            self.pinged = self.pinged.map(|_| now);
        }
        self.listens = listens;
    }

    /// What is due at this time, if anything is.
    pub(crate) fn due(&self, now: Duration) -> Option<Due> {
        let reached = |at: Option<Duration>| at.is_some_and(|at| at <= now);
        if reached(self.give_up_at()) {
            Some(Due::GiveUp)
        } else {
            reached(self.ping_at()).then_some(Due::Ping)
        }
    }

    /// When something is due at the earliest.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.ping_at().into_iter().chain(self.give_up_at()).min()
    }

    /// A twentieth of the Keep Alive is left to the way of the PINGREQ: it has to arrive in time.
    fn ping_at(&self) -> Option<Duration> {
        (!self.period.is_zero()).then(|| self.last_sent + self.period * 19 / 20)
    }

    fn give_up_at(&self) -> Option<Duration> {
        self.pinged.filter(|_| self.listens).map(|at| at + self.patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn second(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn a_silent_client_pings_within_its_keep_alive_mqtt_3_1_2_23() {
        let mut keep_alive = KeepAlive::new(20, second(10), second(0));
        assert_eq!(keep_alive.deadline(), Some(second(19)));
        assert_eq!(keep_alive.due(second(18)), None);
        assert_eq!(keep_alive.due(second(19)), Some(Due::Ping));
        keep_alive.sent(second(5));
        assert_eq!(keep_alive.deadline(), Some(second(24)), "what was sent counts");
    }

    #[test]
    fn a_pingresp_is_not_waited_for_longer_than_the_keep_alive() {
        let mut keep_alive = KeepAlive::new(4, second(10), second(0));
        keep_alive.ping(second(1));
        keep_alive.sent(second(1));
        keep_alive.ping(second(3));
        assert_eq!(keep_alive.due(second(5)), Some(Due::GiveUp), "the oldest one counts");
        keep_alive.pong();
        assert_eq!(keep_alive.due(second(4)), None);
    }

    #[test]
    fn an_answer_that_lies_unread_is_not_late() {
        let mut keep_alive = KeepAlive::new(20, second(10), second(0));
        keep_alive.ping(second(19));
        keep_alive.sent(second(19));
        keep_alive.listens(second(20), false);
        assert_eq!(keep_alive.due(second(30)), None, "nobody looks");
        assert_eq!(keep_alive.due(second(38)), Some(Due::Ping), "the server hears of the client");
        keep_alive.listens(second(40), true);
        keep_alive.sent(second(40));
        assert_eq!(keep_alive.due(second(49)), None);
        assert_eq!(keep_alive.due(second(50)), Some(Due::GiveUp));
    }

    #[test]
    fn without_a_keep_alive_nothing_is_due_but_an_answer() {
        let mut keep_alive = KeepAlive::new(0, second(10), second(0));
        assert_eq!(keep_alive.deadline(), None);
        keep_alive.ping(second(1));
        assert_eq!(keep_alive.deadline(), Some(second(11)));
    }
}
