//! A difference as people read it.
//!
//! ```text
//! ✗ Protocol Name length is missing: what it counts begins at once                 title
//!   MQTT 3.1.1 §3.1.2.1, mqtt.proto_len                                            place
//!   ok   0001  10                    Remaining Length 16                           rows
//!   want 0002  00 04                 4
//!   got  0002  4d 51 54 54 04 02 …   "MQTT"
//!              ^^
//!   A string stands behind its length: …                                           what to know
//! ```

use wire::{Field, Part, Span, Spanned, Value};

use super::Difference;
use super::finding::{BitsDiffer, Finding, Kind};
use super::side::Side;
use super::titles;
use crate::dump::write_value;
use crate::measure::{cut, width, wrap};
use crate::page::{Hue, Hues, Page};
use crate::writer::Writer;

/// Columns at which the parts of a row begin.
const OFFSET: usize = 7;
const HEX: usize = 13;
const VALUE: usize = 36;
/// Bytes that are shown as hex, at the most.
const HEX_BYTES: usize = 7;
/// Findings that are told: more of them nobody reads.
const MOST_FINDINGS: usize = 20;
/// Fields that are looked at for one that is as it should be.
const MOST_LOOKED_AT: usize = 20;
/// Bytes that are shown before the first one that is different, where not all fit.
const BEFORE: usize = 2;

pub(super) fn text(difference: &Difference, page: Page) -> String {
    let mut out = String::new();
    let hues = Hues::of(page);
    let width = page.width.max(Page::NARROWEST);
    let mut text = Text { difference, writer: Writer::new(&mut out, hues.as_ref()), width };
    text.head();
    for finding in difference.findings().iter().take(MOST_FINDINGS) {
        text.writer.end_line();
        text.finding(finding);
    }
    let left = difference.findings().len().saturating_sub(MOST_FINDINGS);
    if left > 0 {
        text.writer.end_line();
        text.paragraph(Hue::Faint, 0, "", &format!("… and {left} more"));
    }
    out
}

struct Text<'t> {
    difference: &'t Difference,
    writer: Writer<'t>,
    width: usize,
}

impl Text<'_> {
    fn head(&mut self) {
        let Difference { expected, actual, findings } = self.difference;
        let name = expected.packet_type().map_or("packet", wire::PacketType::name);
        let size = titles::counted(expected.bytes.len(), "byte");
        if findings.is_empty() {
            return self.paragraph(Hue::Plain, 0, "", &format!("ok {name}, {size}"));
        }
        let causes = self.difference.causes().count();
        let follow = findings.len() - causes;
        let causes = titles::counted(causes, "difference");
        let follow = match follow {
            0 => String::new(),
            1 => ", and 1 that follows from it".to_owned(),
            _ => format!(", and {follow} that follow from it"),
        };
        let sizes = if expected.bytes.len() == actual.bytes.len() {
            String::new()
        } else {
            format!("; want {size}, got {}", actual.bytes.len())
        };
        let line = format!("{name}: {causes}{follow}{sizes}");
        self.paragraph(Hue::Strong, 0, "", &line);
    }

    fn finding(&mut self, finding: &Finding) {
        let title = titles::title(self.difference, finding);
        if !finding.is_cause() {
            let line = format!("{title}: a consequence of what is told above");
            return self.paragraph(Hue::Faint, 0, "→ ", &line);
        }
        self.paragraph(Hue::Wrong, 0, "✗ ", &title);
        if let Some(field) = finding.field {
            self.paragraph(Hue::Faint, 2, "", &place(field, finding));
        }
        self.context(finding);
        match &finding.kind {
            Kind::Bits(bits) => self.lanes(finding, bits),
            _ => self.rows(finding),
        }
        let rule = finding.rule.map(|rule| format!("{rule} {}", rule.sentence));
        let about = titles::about(finding).map(str::to_owned);
        for sentence in [rule, titles::hint(finding), about].into_iter().flatten() {
            self.paragraph(Hue::Plain, 2, "", &sentence);
        }
    }

    /// The last field before the finding that is as it should be: where to look.
    fn context(&mut self, finding: &Finding) {
        let Difference { expected, actual, .. } = self.difference;
        let end = finding.actual.offset.min(finding.expected.offset);
        let is_same = |seen: &&Spanned| {
            let same = expected.spans.iter().any(|other| other == *seen);
            same && expected.bytes_of(seen.span) == actual.bytes_of(seen.span)
        };
        let before: Vec<_> =
            actual.spans.iter().take_while(|seen| seen.span.end() <= end).collect();
        let before = before.into_iter().rev().filter(|seen| is_whole(seen));
        if let Some(seen) = before.take(MOST_LOOKED_AT).find(is_same) {
            let value = Some((seen.field, seen.value(&actual.bytes)));
            let (mark, hue) = ("ok", Hue::Payload);
            self.row(Row { mark, hue, side: actual, span: seen.span, from: 0 }, value, true);
        }
    }

    fn rows(&mut self, finding: &Finding) {
        let Difference { expected, actual, .. } = self.difference;
        let (wanted, came) = (expected.bytes_of(finding.expected), actual.bytes_of(finding.actual));
        let first = wanted.iter().zip(came).position(|(wanted, came)| wanted != came);
        let first = first.unwrap_or(wanted.len().min(came.len()));
        let fits = wanted.len().max(came.len()) <= HEX_BYTES || finding.kind == Kind::Moved;
        let from = if first >= HEX_BYTES && !fits { first - BEFORE } else { 0 };
        let (mark, hue) = ("want", Hue::Payload);
        let value = self.value(finding, expected, finding.expected);
        self.row(Row { mark, hue, side: expected, span: finding.expected, from }, value, false);
        let (mark, hue) = ("got", Hue::Wrong);
        let value = self.value(finding, actual, finding.actual);
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
            Kind::CutOff => vec![came.len() - from],
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
    fn lanes(&mut self, finding: &Finding, bits: &[BitsDiffer]) {
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

    fn row(&mut self, row: Row<'_>, value: Option<(&'static Field, Value<'_>)>, is_named: bool) {
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
        let length = if finding.expected.len > length && length <= 2 { length } else { 0 };
        let is_number = match known {
            Some(seen) => matches!(seen.value(&[]), Value::Number(_)),
            None => span.len <= 2,
        };
        let length = length.min(span.len);
        let inner = Span { offset: span.offset + length, len: span.len - length, ..span };
        let value = side.value(field, inner, is_number);
        Some((field, value))
    }

    fn paragraph(&mut self, hue: Hue, indent: usize, mark: &str, text: &str) {
        let room = self.width - indent - width(mark);
        for (index, line) in wrap(text, room).iter().enumerate() {
            self.writer.spaces(indent).hue(hue);
            if index == 0 {
                self.writer.text(mark);
            } else {
                self.writer.spaces(width(mark));
            }
            self.writer.text(line).hue(Hue::Plain).end_line();
        }
    }
}

/// A row of bytes, from this one of its place on.
#[derive(Clone, Copy)]
struct Row<'r> {
    mark: &'static str,
    hue: Hue,
    side: &'r Side,
    span: Span,
    from: usize,
}

/// `byte 9, variable header, MQTT 3.1.1 §3.1.2.3, mqtt.conflags`.
fn place(field: &'static Field, finding: &Finding) -> String {
    let filter = field.filter.map_or(String::new(), |filter| format!(", {filter}"));
    let at = if finding.actual.len > 0 { finding.actual } else { finding.expected };
    format!("{at}, {}, MQTT 3.1.1 §{}{filter}", field.part, field.section)
}

/// The bits of a byte in two groups of four.
fn lane(byte: u8, one: char, zero: char) -> String {
    let bit = |bit: u8| if byte >> bit & 1 == 1 { one } else { zero };
    let four = |bits: std::ops::Range<u8>| bits.rev().map(bit).collect::<String>();
    format!("{} {}", four(4..8), four(0..4))
}

/// Whether a field speaks for all of its bytes. The first byte is told by its type.
fn is_whole(seen: &Spanned) -> bool {
    let is_type =
        seen.field.part == Part::FixedHeader && seen.span.bits.is_some_and(|bits| bits.high == 7);
    let is_first_byte = seen.is_group && seen.field.part == Part::FixedHeader;
    *seen.field != wire::UNDECODED && (is_type || seen.span.bits.is_none()) && !is_first_byte
}

/// Whether the bytes of such a finding are a value of its field.
fn has_value(kind: &Kind) -> bool {
    !matches!(kind, Kind::Nothing | Kind::Trailing | Kind::Utf16)
}
