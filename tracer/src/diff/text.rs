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

mod rows;

use wire::{Field, Part, Spanned};

use super::Difference;
use super::finding::{Finding, Kind};
use super::titles;
use crate::measure::{width, wrap};
use crate::page::{Hue, Hues, Page};
use crate::writer::Writer;
use rows::Row;

/// Findings that are told: more of them nobody reads.
const MOST_FINDINGS: usize = 20;
/// Fields that are looked at for one that is as it should be.
const MOST_LOOKED_AT: usize = 20;
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

/// `byte 9, variable header, MQTT 3.1.1 §3.1.2.3, mqtt.conflags`.
fn place(field: &'static Field, finding: &Finding) -> String {
    let filter = field.filter.map_or(String::new(), |filter| format!(", {filter}"));
    let at = if finding.actual.len > 0 { finding.actual } else { finding.expected };
    format!("{at}, {}, MQTT 3.1.1 §{}{filter}", field.part, field.section)
}

/// Whether a field speaks for all of its bytes. The first byte is told by its type.
fn is_whole(seen: &Spanned) -> bool {
    let is_type =
        seen.field.part == Part::FixedHeader && seen.span.bits.is_some_and(|bits| bits.high == 7);
    let is_first_byte = seen.is_group && seen.field.part == Part::FixedHeader;
    *seen.field != wire::UNDECODED && (is_type || seen.span.bits.is_none()) && !is_first_byte
}
