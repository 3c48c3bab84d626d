//! The bytes as a grid: sixteen a line, in groups of eight, with their characters beside them.

use wire::{Part, Spanned};

use crate::conversation::Seen;
use crate::page::{Hue, Page};
use crate::writer::Writer;

/// A packet of more lines than this is cut in the middle, unless all of it is asked for.
const MOST_LINES: usize = 12;
/// Of a packet that is cut: lines before and lines behind the cut.
const KEPT: (usize, usize) = (8, 2);
/// Bytes in a group.
const GROUP: usize = 8;

pub(super) fn write(writer: &mut Writer<'_>, page: Page, seen: &Seen<'_>, full: bool) {
    let bytes = &seen.bytes[..];
    let grid = Grid::new(page, bytes.len());
    let lines = bytes.len().div_ceil(grid.line);
    let cut = lines > MOST_LINES && !full;
    let mut hues = if writer.has_hues() { ByteHues::new(seen) } else { ByteHues::none() };
    for (index, line) in bytes.chunks(grid.line).enumerate() {
        if cut && index == KEPT.0 {
            let hidden = (lines - KEPT.0 - KEPT.1) * grid.line;
            writer.hue(Hue::Faint).text("  ····  ").number(hidden as u64);
            writer.text(" bytes more (--full shows all)").hue(Hue::Plain).end_line();
        }
        if cut && (KEPT.0..lines - KEPT.1).contains(&index) {
            continue;
        }
        grid.write_line(writer, index * grid.line, line, &mut hues);
    }
}

/// The measures of a grid.
#[derive(Clone, Copy)]
struct Grid {
    /// Bytes in a line.
    line: usize,
    /// Digits of an offset.
    digits: usize,
    /// Columns of characters: fewer than `line` in a packet that has less than one line.
    characters: usize,
}

impl Grid {
    fn new(page: Page, size: usize) -> Self {
        let digits = if size > 0x1_0000 { 8 } else { 4 };
        let width = |line: usize| 2 + digits + 2 + line * 3 + line / GROUP + 2 + line + 2;
        let line = if width(2 * GROUP) <= page.width { 2 * GROUP } else { GROUP };
        Self { line, digits, characters: size.min(line) }
    }

    fn write_line(
        self,
        writer: &mut Writer<'_>,
        offset: usize,
        line: &[u8],
        hues: &mut ByteHues<'_>,
    ) {
        writer.hue(Hue::Faint).spaces(2);
        for byte in (0..self.digits / 2).rev() {
            writer.hex(u8::try_from(offset >> (8 * byte) & 0xff).unwrap_or(0xff));
        }
        writer.spaces(2);
        let start = writer.column();
        for (index, &byte) in line.iter().enumerate() {
            if index > 0 {
                writer.to(start + index * 3 + index / GROUP);
            }
            writer.hue(hues.of(offset + index)).hex(byte);
        }
        writer.hue(Hue::Faint).to(start + self.line * 3 + self.line / GROUP).cell('│').cell(' ');
        for (index, &byte) in line.iter().enumerate() {
            writer.hue(hues.of(offset + index)).cell(character(byte));
        }
        writer
            .hue(Hue::Faint)
            .spaces(self.characters - line.len())
            .text(" │")
            .hue(Hue::Plain)
            .end_line();
    }
}

/// The character of a byte, and a dot for one that has none.
pub(crate) fn character(byte: u8) -> char {
    if matches!(byte, b' '..=b'~') { char::from(byte) } else { '·' }
}

/// Which hue a byte has: that of its field.
struct ByteHues<'s> {
    fields: Vec<(&'s Spanned, Hue)>,
    at: usize,
}

impl<'s> ByteHues<'s> {
    fn new(seen: &'s Seen<'_>) -> Self {
        let mut hues = FieldHues::default();
        let fields = seen.spans.fields().map(|spanned| (spanned, hues.next(spanned))).collect();
        Self { fields, at: 0 }
    }

    /// For a page without colour: there is nothing to look for.
    fn none() -> Self {
        Self { fields: Vec::new(), at: 0 }
    }

    /// The hue of the byte at this offset. Asked from left to right, so that it costs no search.
    fn of(&mut self, offset: usize) -> Hue {
        if self.fields.get(self.at).is_some_and(|(spanned, _)| spanned.span.offset > offset) {
            self.at = 0;
        }
        while let Some((spanned, hue)) = self.fields.get(self.at) {
            if offset < spanned.span.end() {
                return *hue;
            }
            self.at += 1;
        }
        Hue::Plain
    }
}

/// Neighbouring fields alternate between two hues of their part.
#[derive(Default)]
pub(crate) struct FieldHues {
    odd: bool,
}

impl FieldHues {
    pub(crate) fn next(&mut self, spanned: &Spanned) -> Hue {
        self.odd = !self.odd;
        match (spanned.field == &wire::UNDECODED, spanned.field.part, self.odd) {
            (true, ..) => Hue::Wrong,
            (_, Part::FixedHeader, true) => Hue::Header,
            (_, Part::FixedHeader, false) => Hue::HeaderNext,
            (_, Part::VariableHeader, true) => Hue::Variable,
            (_, Part::VariableHeader, false) => Hue::VariableNext,
            (_, Part::Payload, true) => Hue::Payload,
            (_, Part::Payload, false) => Hue::PayloadNext,
        }
    }
}
