//! Bytes as a script of what happens on a network, for whoever thinks up bytes.
//!
//! ```text
//!   first byte  0 0 0 · · s s s               open slot s anew
//!               0 0 1 · · s s s               cut slot s
//!               0 1 0 · · · · ·  t t          wait 16 · t milliseconds, high byte first
//!               1 · · · · s s s  n  n bytes   these bytes come over slot s
//! ```
//!
//! What is left over at the end, or begins otherwise, is no step.

use std::time::Duration;

/// How many Network Connections there may be at a time.
pub const SLOTS: usize = 8;

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A Network Connection is opened; the older one of this slot is cut.
    Open(usize),
    /// The Network Connection of this slot is cut.
    Cut(usize),
    /// Time passes.
    Wait(Duration),
    /// These bytes come over this slot.
    Bytes(usize, &'a [u8]),
}

/// The steps of a script.
pub fn steps(mut script: &[u8]) -> impl Iterator<Item = Step<'_>> {
    std::iter::from_fn(move || {
        loop {
            let (&first, rest) = script.split_first()?;
            let slot = usize::from(first) % SLOTS;
            let (step, rest) = match first >> 5 {
                0 => (Step::Open(slot), rest),
                1 => (Step::Cut(slot), rest),
                2 => {
                    let (time, rest) = rest.split_first_chunk::<2>()?;
                    let time = Duration::from_millis(16 * u64::from(u16::from_be_bytes(*time)));
                    (Step::Wait(time), rest)
                }
                3 => {
                    script = rest;
                    continue;
                }
                _ => {
                    let (&count, rest) = rest.split_first()?;
                    let (bytes, rest) = rest.split_at_checked(count.into())?;
                    (Step::Bytes(slot, bytes), rest)
                }
            };
            script = rest;
            return Some(step);
        }
    })
}

/// Writes a script: what [`steps`] reads.
#[derive(Clone, Debug, Default)]
pub struct Script(Vec<u8>);

impl Script {
    /// Adds a step. More bytes than a step can have become several.
    #[must_use]
    pub fn then(mut self, step: Step<'_>) -> Self {
        match step {
            Step::Open(slot) => self.0.push(low(slot)),
            Step::Cut(slot) => self.0.push(0x20 | low(slot)),
            Step::Wait(time) => {
                let units = u16::try_from(time.as_millis() / 16).unwrap_or(u16::MAX);
                self.0.push(0x40);
                self.0.extend(units.to_be_bytes());
            }
            Step::Bytes(slot, bytes) => {
                for part in bytes.chunks(usize::from(u8::MAX)) {
                    self.0.push(0x80 | low(slot));
                    self.0.push(u8::try_from(part.len()).unwrap_or(u8::MAX));
                    self.0.extend(part);
                }
            }
        }
        self
    }

    /// The bytes of the script.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

fn low(slot: usize) -> u8 {
    u8::try_from(slot % SLOTS).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let all = [
            Step::Open(7),
            Step::Bytes(7, b"\x10\0"),
            Step::Wait(Duration::from_millis(1600)),
            Step::Cut(7),
        ];
        let script = all.into_iter().fold(Script::default(), Script::then).into_bytes();
        assert_eq!(steps(&script).collect::<Vec<_>>(), all);
        assert_eq!(steps(&script[..3]).collect::<Vec<_>>(), all[..1], "a step that is cut off");
    }
}
