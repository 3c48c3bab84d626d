//! A row for each field, in the order of the wire: together they own every bit.

use std::borrow::Cow;

use wire::{Bits, DecodeError, Malformed, Part, Spanned, UNDECODED, Value};

use super::columns::Columns;
use super::grid::FieldHues;
use super::{Detail, Dump, fault, value};
use crate::conversation::Seen;
use crate::measure::{pieces, wrap};
use crate::page::Hue;
use crate::writer::Writer;

/// Bytes that are shown as hex, at the most.
const HEX_BYTES: usize = 7;

pub(super) fn write(writer: &mut Writer<'_>, dump: &Dump, seen: &Seen<'_>) {
    let columns = Columns::new(dump.page);
    let malformed = match &seen.outcome {
        Err(DecodeError::Malformed(malformed)) => Some(malformed),
        _ => None,
    };
    head(writer, columns);
    let mut hues = FieldHues::default();
    let mut part = None;
    let mut byte = None;
    let mut scratch = String::new();
    for spanned in seen.spans.fields() {
        let undecoded = *spanned.field == UNDECODED;
        if !undecoded && part.replace(spanned.field.part) != Some(spanned.field.part) {
            part_line(writer, spanned.field.part);
        }
        let hue = hues.next(spanned);
        let row = Row {
            spanned,
            frame: &seen.bytes,
            hue,
            continues: byte.replace(spanned.span.offset) == Some(spanned.span.offset),
            malformed: malformed.filter(|malformed| malformed.blames(spanned)),
        };
        row.write(writer, columns, dump, &mut scratch);
    }
}

fn head(writer: &mut Writer<'_>, columns: Columns) {
    writer.hue(Hue::Faint).to(columns.byte).text("byte");
    if let Some(hex) = columns.hex {
        writer.to(hex).text("hex");
    }
    writer.to(columns.bits).text("bits");
    writer.to(columns.field).text("field").to(columns.value).text("value");
    if let Some(section) = columns.section {
        writer.to(section).text("§");
    }
    if let Some(wireshark) = columns.wireshark {
        writer.to(wireshark).text("Wireshark");
    }
    writer.hue(Hue::Plain).end_line();
}

fn part_line(writer: &mut Writer<'_>, part: Part) {
    writer.hue(Hue::Faint).spaces(2).text(match part {
        Part::FixedHeader => "fixed header",
        Part::VariableHeader => "variable header",
        Part::Payload => "payload",
    });
    writer.hue(Hue::Plain).end_line();
}

struct Row<'r> {
    spanned: &'r Spanned,
    frame: &'r [u8],
    hue: Hue,
    /// Whether the row above is of the same byte.
    continues: bool,
    malformed: Option<&'r Malformed>,
}

impl Row<'_> {
    fn write(&self, writer: &mut Writer<'_>, columns: Columns, dump: &Dump, scratch: &mut String) {
        let field = self.spanned.field;
        if self.malformed.is_some() {
            writer.hue(Hue::Wrong).text("✗").hue(Hue::Plain);
        }
        self.place(writer, columns);
        writer.hue(self.hue).to(columns.field).text(field.name).hue(Hue::Plain).to(columns.value);
        let column = writer.column();
        let value = self.spanned.value(self.frame);
        let room = columns.value_room(column);
        scratch.clear();
        value::write(scratch, field, value, (!dump.full).then_some(room));
        let mut lines = lines(value, scratch, room);
        writer.text(&lines.next().unwrap_or_default());
        if let Some(section) = columns.section {
            writer.to(section).text(field.section);
        }
        if let (Some(wireshark), Some(filter)) = (columns.wireshark, field.filter) {
            writer.hue(Hue::Faint).to(wireshark).text(filter).hue(Hue::Plain);
        }
        writer.end_line();
        for line in lines {
            writer.spaces(column).text(&line).end_line();
        }
        if dump.detail == Detail::Explain {
            explain(writer, columns, &(field.explain)(value));
        }
        if let Some(malformed) = self.malformed {
            fault::write(writer, columns.width, columns.field, malformed, self.spanned.span);
        }
    }

    /// Byte, hex and bits.
    fn place(&self, writer: &mut Writer<'_>, columns: Columns) {
        let span = self.spanned.span;
        let bytes = self.frame.get(span.offset..span.end()).unwrap_or_default();
        if !self.continues {
            writer.to(columns.byte).number(span.offset as u64);
            if span.len > 1 {
                writer.text("–").number(span.end() as u64 - 1);
            }
            if let Some(column) = columns.hex {
                writer.hue(self.hue).to(column);
                let room = columns.field.saturating_sub(writer.column()) / 3;
                hex(writer, bytes, room.min(HEX_BYTES));
                writer.hue(Hue::Plain);
            }
        }
        let whole = Bits { high: 7, low: 0 };
        let is_number = matches!(self.spanned.value(self.frame), Value::Number(_));
        if let &[byte] = bytes
            && let Some(bits) = span.bits.or(is_number.then_some(whole))
        {
            writer.to(columns.bits);
            for cell in bit_lane(byte, bits) {
                writer.cell(cell);
            }
        }
    }
}

/// A value in lines that fit: numbers and hex are broken between words, text anywhere.
fn lines<'v>(
    value: Value<'_>,
    text: &'v str,
    room: usize,
) -> impl Iterator<Item = Cow<'v, str>> + use<'v> {
    let (mut whole, mut quoted, mut words) = (None, Vec::new(), Vec::new());
    if text.len() <= room {
        whole = Some(text); // as it is almost always
    } else if value::is_quoted(value) {
        quoted = pieces(text, room);
    } else {
        words = wrap(text, room);
    }
    whole.into_iter().chain(quoted).map(Cow::Borrowed).chain(words.into_iter().map(Cow::Owned))
}

fn hex(writer: &mut Writer<'_>, bytes: &[u8], room: usize) {
    let shown = if bytes.len() > room { room.saturating_sub(1) } else { bytes.len() };
    for (index, &byte) in bytes[..shown].iter().enumerate() {
        if index > 0 {
            writer.spaces(1);
        }
        writer.hex(byte);
    }
    if shown < bytes.len() {
        writer.spaces(1).text("…");
    }
}

/// The bits of a byte that belong to a field, dots for the others: `·1·· ····`.
pub(crate) fn bit_lane(byte: u8, bits: Bits) -> [char; 9] {
    let mut lane = [' '; 9];
    for bit in 0..8 {
        let column = if bit > 3 { 7 - bit } else { 8 - bit }; // a blank stands between the halves
        lane[usize::from(column)] = match (bits.low <= bit && bit <= bits.high, byte >> bit & 1) {
            (false, _) => '·',
            (true, 0) => '0',
            (true, _) => '1',
        };
    }
    lane
}

fn explain(writer: &mut Writer<'_>, columns: Columns, sentence: &str) {
    for line in wrap(sentence, columns.width - columns.field - 2) {
        writer.hue(Hue::Faint).spaces(columns.field).text("│ ").hue(Hue::Plain);
        writer.text(&line).end_line();
    }
}
