//! Values, bytes and single bytes: what was expected beside what came.

use std::fmt::Debug;

use crate::exercise::Exercise;
use crate::mistake::{Mistake, first_remark};
use crate::report::{Report, Verdict};

impl Exercise {
    /// The code has to give this value. `what` says what was asked of it: `decode(&[0x80])`.
    ///
    /// # Errors
    ///
    /// A [`Report`] with both values.
    pub fn value<T: PartialEq + Debug + Send + 'static>(
        &self,
        what: &str,
        expected: &T,
        mistakes: &[Mistake<T>],
        code: impl FnOnce() -> T + Send + 'static,
    ) -> Verdict {
        let actual = self.call(code)?;
        if actual == *expected {
            return Ok(());
        }
        Err(self.another_value(what, expected, &actual, first_remark(mistakes, &actual)))
    }

    fn another_value(
        &self,
        what: &str,
        expected: &dyn Debug,
        actual: &dyn Debug,
        remark: Option<String>,
    ) -> Report {
        let report = Report::new("WRONG", what)
            .say(&format!("want  {expected:?}"))
            .say(&format!("got   {actual:?}"));
        self.failed(remarked(report, remark))
    }

    /// The code has to give this byte, which is shown with its bits.
    ///
    /// # Errors
    ///
    /// A [`Report`] with both bytes, and marks under the bits that differ.
    pub fn byte(
        &self,
        what: &str,
        expected: u8,
        mistakes: &[Mistake<u8>],
        code: impl FnOnce() -> u8 + Send + 'static,
    ) -> Verdict {
        self.same_byte(what, expected, mistakes, self.call(code)?)
    }

    fn same_byte(&self, what: &str, expected: u8, mistakes: &[Mistake<u8>], actual: u8) -> Verdict {
        if actual == expected {
            return Ok(());
        }
        let report = Report::new("WRONG", what)
            .line(&format!("want  {expected:02x}  {}", bits(expected)))
            .line(&format!("got   {actual:02x}  {}", bits(actual)))
            .line(&format!("          {}", marks(expected ^ actual)));
        Err(self.failed(remarked(report, first_remark(mistakes, &actual))))
    }

    /// The code has to give these bytes, which are not a whole packet.
    ///
    /// # Errors
    ///
    /// A [`Report`] with both, and a mark under the first byte that differs.
    pub fn bytes<B: AsRef<[u8]> + Send + 'static>(
        &self,
        what: &str,
        expected: &[u8],
        mistakes: &[Mistake<[u8]>],
        code: impl FnOnce() -> B + Send + 'static,
    ) -> Verdict {
        self.same_bytes(what, expected, mistakes, self.call(code)?.as_ref())
    }

    fn same_bytes(
        &self,
        what: &str,
        expected: &[u8],
        mistakes: &[Mistake<[u8]>],
        actual: &[u8],
    ) -> Verdict {
        if actual == expected {
            return Ok(());
        }
        let place = expected.iter().zip(actual).take_while(|(one, other)| one == other).count();
        let mut report = Report::new("WRONG", &format!("{what}: byte {place}"))
            .line(&format!("want  {}", window(expected, place)))
            .line(&format!("got   {}", window(actual, place)))
            .line(&format!("      {}^^", " ".repeat(3 * place.min(BEFORE))));
        if expected.len() != actual.len() {
            let bytes = if expected.len() == 1 { "byte" } else { "bytes" };
            let lengths = format!("want {} {bytes}, got {}", expected.len(), actual.len());
            report = report.line(&lengths);
        }
        Err(self.failed(remarked(report, first_remark(mistakes, actual))))
    }
}

/// Bytes that are shown before the one that differs, at the most.
const BEFORE: usize = 8;
/// Bytes that are shown in a line.
const LINE: usize = 20;

/// The bytes around a place, as hex.
fn window(bytes: &[u8], place: usize) -> String {
    let start = place.saturating_sub(BEFORE);
    let shown = bytes.get(start..).unwrap_or_default();
    let hex: Vec<_> = shown.iter().take(LINE).map(|byte| format!("{byte:02x}")).collect();
    match (hex.is_empty(), shown.len() > LINE) {
        (true, _) => "(nothing)".to_owned(),
        (false, true) => format!("{} …", hex.join(" ")),
        (false, false) => hex.join(" "),
    }
}

/// The bits of a byte: `1000 0010`.
fn bits(byte: u8) -> String {
    format!("{:04b} {:04b}", byte >> 4, byte & 0x0f)
}

/// Marks under the bits that are 1.
fn marks(byte: u8) -> String {
    bits(byte).replace('0', " ").replace('1', "^")
}

/// The report, with a remark if there is one.
pub(crate) fn remarked(report: Report, remark: Option<String>) -> Report {
    match remark {
        Some(remark) => report.say(&remark),
        None => report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mistake::breach;

    const EXERCISE: Exercise = Exercise::new("99-some", "check");

    fn told(verdict: Verdict) -> String {
        verdict.expect_err("a difference").text().to_owned()
    }

    #[test]
    fn a_byte_is_told_with_its_bits() {
        let mistakes =
            [breach(&wire::rules::MQTT_3_8_1_1, |byte| *byte == 0x80, "The flags are missing.")];
        let text = told(EXERCISE.byte("the first byte of SUBSCRIBE", 0x82, &mistakes, || 0x80));
        assert_eq!(
            text.lines().take(4).collect::<Vec<_>>(),
            [
                "WRONG  the first byte of SUBSCRIBE",
                "  want  82  1000 0010",
                "  got   80  1000 0000",
                "                   ^",
            ]
        );
        assert!(
            text.contains("The flags are missing.") && text.contains("[MQTT-3.8.1-1]"),
            "{text}"
        );
    }

    #[test]
    fn bytes_are_told_around_the_first_that_differs() {
        let text = told(EXERCISE.bytes("\"a\"", &[0, 1, 97], &[], || vec![97]));
        assert_eq!(
            text,
            "WRONG  \"a\": byte 0\n  want  00 01 61\n  got   61\n        ^^\n  want 3 bytes, got 1"
        );
    }

    #[test]
    fn values_are_told_side_by_side() {
        assert_eq!(EXERCISE.value("one", &1, &[], || 1), Ok(()));
        let text = told(EXERCISE.value("one", &Some(1), &[], || None));
        assert_eq!(text, "WRONG  one\n  want  Some(1)\n  got   None");
    }
}
