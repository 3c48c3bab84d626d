//! How long to wait before a client connects again.

use std::time::Duration;

/// Waits that double from the first to the longest, so that a server that comes back is not run over by
/// all of its clients at once.
///
/// ```
/// use std::time::Duration;
/// use client::Backoff;
///
/// let second = Duration::from_secs(1);
/// let backoff = Backoff { first: second, longest: 5 * second };
/// assert_eq!([0, 1, 2, 3].map(|failed| backoff.wait(failed).as_secs()), [1, 2, 4, 5]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait before the first attempt. Default 1 s.
    pub first: Duration,
    /// The longest wait. Default 30 s.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(30) }
    }
}

impl Backoff {
    /// The wait before the next attempt, after so many that failed in a row.
    pub fn wait(self, failed: u32) -> Duration {
        let factor = 1_u32.checked_shl(failed).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}
