//! Lines of text in columns, with hues.

use std::fmt::Write;

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

    pub(crate) fn hue(&mut self, hue: Hue) -> &mut Self {
        let Some(hues) = self.hues else { return self };
        if self.lit {
            self.out.push_str(RESET);
        }
        self.lit = hue != Hue::Plain;
        if self.lit {
            self.fill();
            self.out.push_str(hues.prefix(hue));
        }
        self
    }

    /// Text that is [`printable`](crate::printable::printable).
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.fill();
        self.out.push_str(text);
        self.column += width(text);
        self
    }

    /// A character that takes up one column: nobody has to measure it.
    pub(crate) fn cell(&mut self, character: char) -> &mut Self {
        self.fill();
        self.out.push(character);
        self.column += 1;
        self
    }

    /// Blanks up to this column; one at least, so that columns never touch.
    pub(crate) fn to(&mut self, column: usize) -> &mut Self {
        self.spaces(column.saturating_sub(self.column).max(1))
    }

    pub(crate) fn spaces(&mut self, count: usize) -> &mut Self {
        self.gap += count;
        self.column += count;
        self
    }

    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        self.fill();
        // A string takes whatever is written to it.
        let _ = write!(self.out, "{number}");
        self.column += number.checked_ilog10().unwrap_or(0) as usize + 1;
        self
    }

    /// Two hex digits.
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
        while self.gap > 0 {
            let part = self.gap.min(SPACES.len());
            self.out.push_str(&SPACES[..part]);
            self.gap -= part;
        }
    }
}

/// Two hex digits.
pub(crate) fn push_hex(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 0x0f)]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Palette;

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
