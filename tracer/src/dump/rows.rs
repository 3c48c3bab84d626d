//! A row for each field, in the order of the wire: together they own every bit.

use wire::{Bits, DecodeError, Malformed, Part, Spanned, UNDECODED, Value};

use super::grid::FieldHues;
use super::{Detail, Dump, fault, value};
use crate::conversation::Seen;
use crate::page::{Hue, Writer, wrap};

/// Where the columns begin.
const BYTE: usize = 2;
const HEX: usize = 9;
const BITS: usize = 20;
const FIELD: usize = 32;
const VALUE: usize = 57;
/// The widths of the columns that go first where a page is narrow.
const SECTION_WIDTH: usize = 11;
const WIRESHARK_WIDTH: usize = 26;
/// The width that a value has at least.
const VALUE_WIDTH: usize = 24;
/// Bytes that fit between the column of hex and that of the field.
const HEX_BYTES: usize = 7;

/// The columns of a page of some width.
#[derive(Clone, Copy)]
struct Columns {
    section: Option<usize>,
    wireshark: Option<usize>,
    value_room: usize,
    width: usize,
}

impl Columns {
    fn new(width: usize) -> Self {
        let both = SECTION_WIDTH + WIRESHARK_WIDTH;
        let (section, wireshark) = if width >= VALUE + VALUE_WIDTH + both {
            (Some(width - both), Some(width - WIRESHARK_WIDTH))
        } else if width >= VALUE + VALUE_WIDTH + SECTION_WIDTH - 2 {
            (Some(width - SECTION_WIDTH + 2), None)
        } else {
            (None, None)
        };
        let value_room = section.map_or(width, |section| section - 1) - VALUE;
        Self { section, wireshark, value_room, width }
    }
}

pub(super) fn write(writer: &mut Writer<'_>, dump: &Dump, seen: &Seen<'_>) {
    let columns = Columns::new(dump.page.width);
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
            malformed: malformed.filter(|malformed| fault::is_at(malformed, spanned)),
        };
        row.write(writer, columns, dump, &mut scratch);
    }
}

fn head(writer: &mut Writer<'_>, columns: Columns) {
    writer.hue(Hue::Faint).to(BYTE).text("byte").to(HEX).text("hex").to(BITS).text("bits");
    writer.to(FIELD).text("field").to(VALUE).text("value");
    if let Some(section) = columns.section {
        writer.to(section).text("§");
    }
    if let Some(wireshark) = columns.wireshark {
        writer.to(wireshark).text("Wireshark");
    }
    writer.hue(Hue::Plain).end_line();
}

fn part_line(writer: &mut Writer<'_>, part: Part) {
    writer.hue(Hue::Faint).spaces(BYTE).text(match part {
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
        self.place(writer);
        writer.hue(self.hue).to(FIELD).text(field.name).hue(Hue::Plain).to(VALUE);
        scratch.clear();
        let value = self.spanned.value(self.frame);
        let room = if dump.full { usize::MAX / 4 } else { columns.value_room };
        value::write(scratch, field, value, room);
        writer.text(scratch);
        if let Some(section) = columns.section {
            writer.to(section).text(field.section);
        }
        if let (Some(wireshark), Some(filter)) = (columns.wireshark, field.filter) {
            writer.hue(Hue::Faint).to(wireshark).text(filter).hue(Hue::Plain);
        }
        writer.end_line();
        if dump.detail == Detail::Explain {
            explain(writer, columns, &(field.explain)(value));
        }
        if let Some(malformed) = self.malformed {
            fault::write(writer, columns.width, FIELD, malformed);
        }
    }

    /// Byte, hex and bits.
    fn place(&self, writer: &mut Writer<'_>) {
        let span = self.spanned.span;
        let bytes = self.frame.get(span.offset..span.end()).unwrap_or_default();
        if !self.continues {
            writer.to(BYTE).number(span.offset as u64);
            if span.len > 1 {
                writer.text("–").number(span.end() as u64 - 1);
            }
            writer.hue(self.hue).to(HEX);
            hex(writer, bytes);
            writer.hue(Hue::Plain);
        }
        match (bytes, span.bits) {
            (&[byte], Some(bits)) => {
                writer.to(BITS);
                bit_lane(writer, byte, bits);
            }
            (&[byte], None) if matches!(self.spanned.value(self.frame), Value::Number(_)) => {
                writer.to(BITS);
                bit_lane(writer, byte, Bits { high: 7, low: 0 });
            }
            _ => {}
        }
    }
}

fn hex(writer: &mut Writer<'_>, bytes: &[u8]) {
    let shown = if bytes.len() > HEX_BYTES { HEX_BYTES - 1 } else { bytes.len() };
    for (index, &byte) in bytes[..shown].iter().enumerate() {
        if index > 0 {
            writer.text(" ");
        }
        writer.hex(byte);
    }
    if shown < bytes.len() {
        writer.text(" …");
    }
}

/// The bits of a byte that belong to a field, dots for the others: `·1·· ····`.
fn bit_lane(writer: &mut Writer<'_>, byte: u8, bits: Bits) {
    for bit in (0..8).rev() {
        if bit == 3 {
            writer.text(" ");
        }
        writer.text(match (bits.low <= bit && bit <= bits.high, byte >> bit & 1) {
            (false, _) => "·",
            (true, 0) => "0",
            (true, _) => "1",
        });
    }
}

fn explain(writer: &mut Writer<'_>, columns: Columns, sentence: &str) {
    for line in wrap(sentence, columns.width - FIELD - 2) {
        writer.hue(Hue::Faint).spaces(FIELD).text("│ ").hue(Hue::Plain).text(&line).end_line();
    }
}
