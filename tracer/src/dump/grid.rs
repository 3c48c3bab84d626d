//! The bytes as a grid: sixteen a line, in two groups of eight, with their characters beside them.

use wire::{Part, Spanned};

use crate::conversation::Seen;
use crate::page::{Hue, Writer};

/// Bytes in a line.
const LINE: usize = 16;
/// A packet of more lines than this is cut in the middle, unless all of it is asked for.
const MOST_LINES: usize = 12;
/// Of a packet that is cut: lines before and lines behind the cut.
const KEPT: (usize, usize) = (8, 2);

pub(super) fn write(writer: &mut Writer<'_>, seen: &Seen<'_>, full: bool) {
    let bytes = &seen.bytes[..];
    let lines = bytes.len().div_ceil(LINE);
    let cut = lines > MOST_LINES && !full;
    let mut hues = ByteHues::new(seen);
    for (index, line) in bytes.chunks(LINE).enumerate() {
        if cut && index == KEPT.0 {
            let hidden = bytes.len() - KEPT.0 * LINE - (bytes.len() - (lines - KEPT.1) * LINE);
            writer.hue(Hue::Faint).text("  ····  ").number(hidden as u64);
            writer.text(" bytes more (--full shows all)").hue(Hue::Plain).end_line();
        }
        if cut && (KEPT.0..lines - KEPT.1).contains(&index) {
            continue;
        }
        write_line(writer, index * LINE, line, &mut hues);
    }
}

fn write_line(writer: &mut Writer<'_>, offset: usize, line: &[u8], hues: &mut ByteHues<'_>) {
    writer.hue(Hue::Faint).text("  ");
    writer.hex((offset >> 8 & 0xff).try_into().unwrap_or(0xff));
    writer.hex((offset & 0xff).try_into().unwrap_or(0xff)).text("  ");
    for (index, &byte) in line.iter().enumerate() {
        if index > 0 {
            writer.text(if index == LINE / 2 { "  " } else { " " });
        }
        writer.hue(hues.of(offset + index)).hex(byte);
    }
    writer.hue(Hue::Faint).to(8 + LINE * 3 + 2).text("│ ");
    for (index, &byte) in line.iter().enumerate() {
        writer.hue(hues.of(offset + index)).text(character(byte));
    }
    writer.hue(Hue::Faint).text(" │").hue(Hue::Plain).end_line();
}

/// The character of a byte, and a dot for one that has none.
fn character(byte: u8) -> &'static str {
    const PRINTABLE: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    let index = usize::from(byte).wrapping_sub(usize::from(b' '));
    PRINTABLE.get(index..=index).unwrap_or("·")
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
pub(super) struct FieldHues {
    odd: bool,
}

impl FieldHues {
    pub(super) fn next(&mut self, spanned: &Spanned) -> Hue {
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
