//! Lines of text in columns, with hues.

use std::fmt::{self, Write};

use crate::measure::width;
use crate::page::{Hue, Hues, RESET};

/// Writes lines, and knows at which column it is. Blanks are written when something follows them, so
/// that no line ends with any.
pub(crate) struct Writer<'o> {
    out: &'o mut String,
    column: usize,
    /// Blanks that are still to be written.
    gap: usize,
    hues: Option<&'o Hues>,
    lit: bool,
}

const SPACES: &str =
    "                                                                                ";

impl<'o> Writer<'o> {
    pub(crate) fn new(out: &'o mut String, hues: Option<&'o Hues>) -> Self {
        Self { out, column: 0, gap: 0, hues, lit: false }
    }

    /// The column at which the next character stands, from 0.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// Whether hues are seen at all.
    pub(crate) fn has_hues(&self) -> bool {
        self.hues.is_some()
    }

    #[inline]
    pub(crate) fn hue(&mut self, hue: Hue) -> &mut Self {
        if let Some(hues) = self.hues {
            self.light(hues, hue);
        }
        self
    }

    fn light(&mut self, hues: &Hues, hue: Hue) {
        if self.lit {
            self.out.push_str(RESET);
        }
        self.lit = hue != Hue::Plain;
        if self.lit {
            self.fill();
            self.out.push_str(hues.prefix(hue));
        }
    }

    /// Text that is [`printable`](crate::printable::printable).
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.measured(text, width(text))
    }

    /// Text whose characters take up one byte and one column each, as the names of fields do: nobody
    /// has to measure it.
    #[inline]
    pub(crate) fn plain(&mut self, text: &str) -> &mut Self {
        debug_assert!(text.is_ascii(), "{text:?}");
        self.measured(text, text.len())
    }

    /// Text of which somebody knows how many columns it takes up.
    #[inline]
    pub(crate) fn measured(&mut self, text: &str, columns: usize) -> &mut Self {
        self.fill();
        self.out.push_str(text);
        self.column += columns;
        self
    }

    /// Whole lines that were written before, by a writer with the same hues.
    pub(crate) fn lines(&mut self, lines: &str) -> &mut Self {
        self.out.push_str(lines);
        self
    }

    /// A character that takes up one column: nobody has to measure it.
    #[inline]
    pub(crate) fn cell(&mut self, character: char) -> &mut Self {
        self.fill();
        self.out.push(character);
        self.column += 1;
        self
    }

    /// Blanks up to this column; one at least, so that columns never touch.
    #[inline]
    pub(crate) fn to(&mut self, column: usize) -> &mut Self {
        self.spaces(column.saturating_sub(self.column).max(1))
    }

    #[inline]
    pub(crate) fn spaces(&mut self, count: usize) -> &mut Self {
        self.gap += count;
        self.column += count;
        self
    }

    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        self.fill();
        let before = self.out.len();
        push_number(self.out, number);
        self.column += self.out.len() - before;
        self
    }

    /// Two hex digits.
    #[inline]
    pub(crate) fn hex(&mut self, byte: u8) -> &mut Self {
        self.fill();
        push_hex(self.out, byte);
        self.column += 2;
        self
    }

    pub(crate) fn end_line(&mut self) {
        if self.lit {
            self.out.push_str(RESET);
        }
        self.out.push('\n');
        (self.column, self.gap, self.lit) = (0, 0, false);
    }

    #[inline]
    fn fill(&mut self) {
        if self.gap > 0 {
            self.fill_gap();
        }
    }

    fn fill_gap(&mut self) {
        while self.gap > 0 {
            let part = self.gap.min(SPACES.len());
            self.out.push_str(&SPACES[..part]);
            self.gap -= part;
        }
    }
}

/// Two hex digits.
#[inline]
pub(crate) fn push_hex(out: &mut String, byte: u8) {
    let at = 2 * usize::from(byte);
    out.push_str(&HEX[at..at + 2]);
}

/// All bytes as hex, one behind the other: a dump is half hex, and a copy is cheaper than two digits.
static HEX: &str = "\
    000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
    202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\
    404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f\
    606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f\
    808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\
    a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf\
    c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf\
    e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

/// A number in decimal digits.
pub(crate) fn push_number(out: &mut String, number: u64) {
    let _ = write_number(out, number); // a string takes whatever is written to it
}

/// A number in decimal digits. A dump has dozens of them, and `{}` costs several times as much, for
/// signs and padding that nobody asked for.
pub(crate) fn write_number(out: &mut impl Write, number: u64) -> fmt::Result {
    if number > 9 {
        write_number(out, number / 10)?;
    }
    out.write_char(char::from(b'0' + (number % 10) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Palette;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for number in [0, 9, 10, 99, 100, 65_535, u64::MAX] {
            let mut out = String::new();
            push_number(&mut out, number);
            assert_eq!(out, number.to_string());
        }
        for byte in 0..=u8::MAX {
            let mut out = String::new();
            push_hex(&mut out, byte);
            assert_eq!(out, format!("{byte:02x}"));
        }
    }

    #[test]
    fn the_writer_knows_its_column_and_leaves_no_blanks() {
        let mut out = String::new();
        let hues = Hues::new(Palette::Usual);
        let mut writer = Writer::new(&mut out, Some(&hues));
        writer.spaces(2).hue(Hue::Wrong).text("✗ ").number(120).to(10);
        assert_eq!(writer.column(), 10);
        writer.end_line();
        assert!(out.starts_with("  \u{1b}[") && out.ends_with("120\u{1b}[0m\n"), "{out:?}");
    }
}
