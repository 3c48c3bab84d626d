//! Moments as people read them.

use std::fmt::{self, Write};
use std::time::Duration;

use crate::writer::write_number;

/// A moment since the start of a conversation: `0.412 ms`, `7.500 s`, `2 min 5.000 s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Duration);

impl Moment {
    /// Writes it, wherever that is.
    pub(crate) fn write(self, out: &mut impl Write) -> fmt::Result {
        let (seconds, micros) = (self.0.as_secs(), self.0.subsec_micros());
        match seconds {
            0 => {
                with_thousandths(out, (micros / 1000).into(), micros % 1000)?;
                out.write_str(" ms")
            }
            1..60 => {
                with_thousandths(out, seconds, micros / 1000)?;
                out.write_str(" s")
            }
            _ => {
                write_number(out, seconds / 60)?;
                out.write_str(" min ")?;
                with_thousandths(out, seconds % 60, micros / 1000)?;
                out.write_str(" s")
            }
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

fn with_thousandths(out: &mut impl Write, whole: u64, thousandths: u32) -> fmt::Result {
    write_number(out, whole)?;
    out.write_str(match thousandths {
        0..10 => ".00",
        10..100 => ".0",
        _ => ".",
    })?;
    write_number(out, thousandths.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_the_unit_that_fits() {
        let told = |micros| Moment(Duration::from_micros(micros)).to_string();
        assert_eq!(told(7), "0.007 ms");
        assert_eq!(told(12), "0.012 ms");
        assert_eq!(told(412), "0.412 ms");
        assert_eq!(told(7_500_000), "7.500 s");
        assert_eq!(told(125_000_000), "2 min 5.000 s");
    }
}
