//! The bytes of a finding: those that were wanted above those that came, as hex or bit by bit.

use wire::{Field, Span, Spanned, Value};

use super::super::finding::{BitsDiffer, Finding, Kind, Miscount};
use super::super::side::Side;
use super::super::titles;
use super::{Difference, Text};
use crate::dump::write_value;
use crate::measure::{cut, width};
use crate::page::Hue;

/// Columns at which the parts of a row begin.
const OFFSET: usize = 7;
const HEX: usize = 13;
const VALUE: usize = 36;
/// Bytes that are shown as hex, at the most.
const HEX_BYTES: usize = 7;
/// Bytes that are shown as a value where not all of them are.
const WINDOW: usize = 16;
/// Bytes that are shown before the first one that is different, where not all fit.
const BEFORE: usize = 2;

/// A row of bytes, from this one of its place on.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) mark: &'static str,
    pub(super) hue: Hue,
    pub(super) side: &'r Side,
    pub(super) span: Span,
    pub(super) from: usize,
}

impl Text<'_> {
    pub(super) fn rows(&mut self, finding: &Finding) {
        let Difference { expected, actual, .. } = self.difference;
        let (wanted, came) = (expected.bytes_of(finding.expected), actual.bytes_of(finding.actual));
        let first = wanted.iter().zip(came).position(|(wanted, came)| wanted != came);
        let first = first.unwrap_or(wanted.len().min(came.len()));
        let fits = wanted.len().max(came.len()) <= HEX_BYTES || finding.kind == Kind::Moved;
        let from = if first >= HEX_BYTES && !fits { first - BEFORE } else { 0 };
        let (mark, hue) = ("want", Hue::Payload);
        let value = self.value(finding, expected, window(finding.expected, from));
        self.row(Row { mark, hue, side: expected, span: finding.expected, from }, value, false);
        let (mark, hue) = ("got", Hue::Wrong);
        let value = self.value(finding, actual, window(finding.actual, from));
        self.row(Row { mark, hue, side: actual, span: finding.actual, from }, value, false);
        self.marks(finding, wanted, came, from);
    }

    /// Carets under the bytes that came and are different.
    fn marks(&mut self, finding: &Finding, wanted: &[u8], came: &[u8], from: usize) {
        let shown = came.iter().enumerate().skip(from).take(HEX_BYTES);
        let is_marked = |index: usize, byte: u8| match finding.kind {
            Kind::Moved | Kind::Extra(_) | Kind::LengthTooMany | Kind::Trailing => true,
            Kind::LengthMissing | Kind::Missing => false,
            _ => wanted.get(index) != Some(&byte),
        };
        let marked: Vec<usize> = shown
            .filter(|&(index, &byte)| is_marked(index, byte))
            .map(|(index, _)| index - from)
            .collect();
        let marked = match finding.kind {
            _ if came.is_empty() => vec![0],
            Kind::CutOff | Kind::Length(Miscount::Plain) => vec![came.len() - from],
            _ => marked,
        };
        if marked.is_empty() {
            return;
        }
        self.writer.hue(Hue::Wrong);
        for index in marked {
            let gap = (HEX + index * 3).saturating_sub(self.writer.column());
            self.writer.spaces(gap).text("^^");
        }
        self.writer.hue(Hue::Plain).end_line();
    }

    /// A byte bit by bit, and each of its fields that is different.
    pub(super) fn lanes(&mut self, finding: &Finding, bits: &[BitsDiffer]) {
        let Difference { expected, actual, .. } = self.difference;
        let byte = |side: &Side, span: Span| side.bytes_of(span).first().copied().unwrap_or(0);
        let (wanted, came) = (byte(expected, finding.expected), byte(actual, finding.actual));
        for (mark, hue, span, byte) in [
            ("want", Hue::Payload, finding.expected, wanted),
            ("got", Hue::Wrong, finding.actual, came),
        ] {
            self.mark(mark, hue, span.offset);
            self.writer
                .hex(byte)
                .to(HEX + 6)
                .text(&lane(byte, '1', '0'))
                .hue(Hue::Plain)
                .end_line();
        }
        let carets = lane(wanted ^ came, '^', ' ');
        self.writer.hue(Hue::Wrong).spaces(HEX + 6).text(carets.trim_end());
        self.writer.hue(Hue::Plain).end_line();
        for differ in bits {
            if bits.len() > 1 {
                self.paragraph(Hue::Plain, 2, "", &titles::bits(differ));
                self.paragraph(Hue::Faint, 2, "", &titles::place_of_bits(differ.field));
            }
            let meaning = (differ.field.explain)(Value::Number(differ.expected));
            self.paragraph(Hue::Plain, 2, "", &format!("With {}: {meaning}", differ.expected));
        }
    }

    pub(super) fn row(
        &mut self,
        row: Row<'_>,
        value: Option<(&'static Field, Value<'_>)>,
        is_named: bool,
    ) {
        let all = match row.span.len {
            0 => row.side.bytes.get(row.span.offset..), // what stands there instead
            _ => Some(row.side.bytes_of(row.span)),
        };
        let bytes = all.and_then(|bytes| bytes.get(row.from..)).unwrap_or_default();
        self.mark(row.mark, row.hue, row.span.offset + row.from);
        let shown = bytes.len().min(HEX_BYTES);
        for (index, byte) in bytes[..shown].iter().enumerate() {
            self.writer.spaces(usize::from(index > 0)).hex(*byte);
        }
        if shown < bytes.len() {
            self.writer.text(" …");
        }
        if bytes.is_empty() {
            self.writer.text("the end");
        }
        if let Some((field, value)) = value {
            self.writer.to(VALUE);
            let name = if is_named { format!("{} ", field.name) } else { String::new() };
            let room = self.width.saturating_sub(VALUE + width(&name)).max(8);
            let mut told = String::new();
            write_value(&mut told, field, value, Some(room));
            self.writer.text(&cut(&format!("{name}{told}"), self.width - VALUE));
        }
        self.writer.hue(Hue::Plain).end_line();
    }

    fn mark(&mut self, mark: &str, hue: Hue, offset: usize) {
        self.writer.hue(hue).spaces(2).text(mark).to(OFFSET).text(&format!("{offset:04x}"));
        self.writer.to(HEX);
    }

    /// What stands in this place as a value of the finding's field. The place may begin with the length
    /// of the field.
    fn value<'s>(
        &self,
        finding: &Finding,
        side: &'s Side,
        span: Span,
    ) -> Option<(&'static Field, Value<'s>)> {
        let field = finding.field.filter(|_| has_value(&finding.kind) && span.len > 0)?;
        let seen = || self.difference.expected.spans.iter().filter(|seen| seen.field == field);
        let within = |seen: &&Spanned| {
            finding.expected.offset <= seen.span.offset && seen.span.end() <= finding.expected.end()
        };
        let known = seen().find(within).or_else(|| seen().next());
        let length =
            known.map_or(0, |seen| seen.span.offset.saturating_sub(finding.expected.offset));
        let is_begun =
            span.offset == finding.expected.offset || span.offset == finding.actual.offset;
        let length = if finding.expected.len >= length && is_begun { length } else { 0 };
        let is_number = match known {
            Some(seen) => matches!(seen.value(&[]), Value::Number(_)),
            None => span.len <= 2,
        };
        let length = length.min(span.len);
        let inner = Span { offset: span.offset + length, len: span.len - length, ..span };
        let value = side.value(field, inner, is_number);
        Some((field, value))
    }
}

/// What of a place is shown of its value: all of it, or what stands behind the bytes that are left out.
fn window(span: Span, from: usize) -> Span {
    if from == 0 {
        return span;
    }
    let from = from.min(span.len);
    Span { offset: span.offset + from, len: (span.len - from).min(WINDOW), ..span }
}

/// The bits of a byte in two groups of four.
fn lane(byte: u8, one: char, zero: char) -> String {
    let bit = |bit: u8| if byte >> bit & 1 == 1 { one } else { zero };
    let four = |bits: std::ops::Range<u8>| bits.rev().map(bit).collect::<String>();
    format!("{} {}", four(4..8), four(0..4))
}

/// Whether the bytes of such a finding are a value of its field.
fn has_value(kind: &Kind) -> bool {
    !matches!(kind, Kind::Nothing | Kind::Trailing | Kind::Utf16)
}
