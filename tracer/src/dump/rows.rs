//! A row for each field, in the order of the wire: together they own every bit.

use std::borrow::Cow;

use wire::{Bits, DecodeError, Malformed, Part, Spanned, UNDECODED, Value};

use super::columns::Columns;
use super::grid::FieldHues;
use super::lane::{HALF, bit_lane};
use super::{Detail, Dump, fault, value};
use crate::conversation::Seen;
use crate::measure::{pieces, wrap};
use crate::page::{Hue, Hues, Page};
use crate::writer::Writer;

/// Bytes that are shown as hex, at the most.
const HEX_BYTES: usize = 7;

/// The rows of a page: where its columns are, and the lines that are the same for every packet.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    columns: Columns,
    head: String,
    /// The line above each part.
    parts: [String; 3],
}

impl Rows {
    pub(super) fn new(page: Page, hues: Option<&Hues>) -> Self {
        let columns = Columns::new(page);
        let written = |write: &dyn Fn(&mut Writer<'_>)| {
            let mut line = String::new();
            let mut writer = Writer::new(&mut line, hues);
            writer.hue(Hue::Faint);
            write(&mut writer);
            writer.hue(Hue::Plain).end_line();
            line
        };
        let parts = [Part::FixedHeader, Part::VariableHeader, Part::Payload];
        Self {
            columns,
            head: written(&|writer| head(writer, columns)),
            parts: parts.map(|part| {
                written(&|writer| {
                    writer.spaces(2).text(&part.to_string());
                })
            }),
        }
    }

    /// Writes the rows of a packet. `scratch` is a text to work in.
    pub(super) fn write(
        &self,
        writer: &mut Writer<'_>,
        dump: &Dump,
        seen: &Seen<'_>,
        scratch: &mut String,
    ) {
        let malformed = match &seen.outcome {
            Err(DecodeError::Malformed(malformed)) => Some(malformed),
            _ => None,
        };
        writer.lines(&self.head);
        let mut hues = FieldHues::default();
        let mut part = None;
        let mut byte = None;
        for spanned in seen.spans.fields() {
            let undecoded = *spanned.field == UNDECODED;
            if !undecoded && part.replace(spanned.field.part) != Some(spanned.field.part) {
                writer.lines(&self.parts[spanned.field.part as usize]);
            }
            let hue = hues.next(spanned);
            let row = Row {
                spanned,
                frame: &seen.bytes,
                hue,
                continues: byte.replace(spanned.span.offset) == Some(spanned.span.offset),
                malformed: malformed.filter(|malformed| malformed.blames(spanned)),
            };
            row.write(writer, self.columns, dump, scratch);
        }
    }
}

fn head(writer: &mut Writer<'_>, columns: Columns) {
    writer.to(columns.byte).text("byte");
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
        writer.hue(self.hue).to(columns.field).plain(field.name).hue(Hue::Plain).to(columns.value);
        let column = writer.column();
        let value = self.spanned.value(self.frame);
        let room = columns.value_room(column);
        scratch.clear();
        value::write(scratch, field, value, (!dump.full).then_some(room));
        let more = if scratch.len() <= room { Vec::new() } else { lines(value, scratch, room) };
        writer.text(more.first().map_or(scratch, |line| line));
        if let Some(section) = columns.section {
            writer.to(section).plain(field.section);
        }
        if let (Some(wireshark), Some(filter)) = (columns.wireshark, field.filter) {
            writer.hue(Hue::Faint).to(wireshark).plain(filter).hue(Hue::Plain);
        }
        writer.end_line();
        for line in more.iter().skip(1) {
            writer.spaces(column).text(line).end_line();
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
                writer.cell('–').number(span.end() as u64 - 1);
            }
            if let Some(column) = columns.hex {
                writer.hue(self.hue).to(column);
                let room = columns.field.saturating_sub(writer.column()) / 3;
                hex(writer, bytes, room.min(HEX_BYTES));
                writer.hue(Hue::Plain);
            }
        }
        let whole = Bits { high: 7, low: 0 };
        if let &[byte] = bytes
            && let Some(bits) = span.bits.or(self.spanned.is_number().then_some(whole))
        {
            let [high, gap, low] = bit_lane(byte, bits);
            writer.to(columns.bits).measured(high, HALF).plain(gap).measured(low, HALF);
        }
    }
}

/// A value that is longer than its room, in lines that fit: numbers and hex are broken between words, text
/// anywhere.
fn lines<'v>(value: Value<'_>, text: &'v str, room: usize) -> Vec<Cow<'v, str>> {
    if value::is_quoted(value) {
        pieces(text, room).into_iter().map(Cow::Borrowed).collect()
    } else {
        wrap(text, room).into_iter().map(Cow::Owned).collect()
    }
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

fn explain(writer: &mut Writer<'_>, columns: Columns, sentence: &str) {
    for line in wrap(sentence, columns.width - columns.field - 2) {
        writer.hue(Hue::Faint).spaces(columns.field).text("│ ").hue(Hue::Plain);
        writer.text(&line).end_line();
    }
}
