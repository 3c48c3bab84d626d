//! Moments as people read them.

use std::fmt;
use std::time::Duration;

/// A moment since the start of a conversation: `0.412 ms`, `7.500 s`, `2 min 5.000 s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Duration);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.0.as_secs(), self.0.subsec_micros());
        match seconds {
            0 => write!(f, "{}.{:03} ms", micros / 1000, micros % 1000),
            1..60 => write!(f, "{seconds}.{:03} s", micros / 1000),
            _ => write!(f, "{} min {}.{:03} s", seconds / 60, seconds % 60, micros / 1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_the_unit_that_fits() {
        let told = |micros| Moment(Duration::from_micros(micros)).to_string();
        assert_eq!(told(412), "0.412 ms");
        assert_eq!(told(7_500_000), "7.500 s");
        assert_eq!(told(125_000_000), "2 min 5.000 s");
    }
}
