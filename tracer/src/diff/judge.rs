//! From an explanation to findings: which differences are mistakes, and which follow from them.

use std::ops::Range;

use wire::{Bits, DecodeError, Field, Part, Span, Spanned};

use super::align::{Alignment, Placed, Step};
use super::finding::{BitsDiffer, Finding, Kind, Miscount, Role};
use super::item::{Item, Shape};
use super::lengths;
use super::names::Names;
use super::side::Side;

/// More than this, and a packet of another type has nothing in common with the expected one.
const MOST_IN_COMMON: u32 = 6;

/// Where more items than these are missing at the end, the packet counts as cut off.
const MOST_MISSING: usize = 16;

/// What is to be told of an alignment: causes in the order of the wire, then what follows from them.
pub(super) fn findings(
    expected: &Side,
    items: &[Item<'_>],
    actual: &Side,
    actual_items: &[Item<'_>],
    alignment: &Alignment,
) -> Vec<Finding> {
    let judge = Judge { expected, items, actual, actual_items };
    let steps = judge.completed(&alignment.steps);
    let mut findings: Vec<Finding> = steps.iter().flat_map(|placed| judge.judge(placed)).collect();
    let another_type = findings.iter().find(|finding| finding.kind == Kind::PacketType);
    if let Some(finding) = another_type.filter(|_| alignment.cost > MOST_IN_COMMON) {
        return vec![finding.clone()];
    }
    judge.move_what_is_elsewhere(&mut findings);
    judge.name(&mut findings);
    findings.sort_by_key(|finding| finding.role == Role::Consequence);
    findings
}

struct Judge<'j> {
    expected: &'j Side,
    items: &'j [Item<'j>],
    actual: &'j Side,
    actual_items: &'j [Item<'j>],
}

impl Judge<'_> {
    /// The steps, with a packet that ends early and says so told as one whose last items are missing.
    fn completed(&self, steps: &[Placed]) -> Vec<Placed> {
        let Some((last, before)) = steps.split_last() else { return Vec::new() };
        let is_honest = self.actual.announced() == Some(self.actual.bytes.len())
            && self.items.len() - last.item.min(self.items.len()) <= MOST_MISSING;
        if last.step != Step::CutOff || !last.range.is_empty() || !is_honest {
            return steps.to_vec();
        }
        let missing = (last.item..self.items.len()).map(|item| Placed {
            step: Step::Missing,
            item,
            range: last.range.clone(),
        });
        before.iter().cloned().chain(missing).collect()
    }

    fn judge(&self, placed: &Placed) -> Vec<Finding> {
        let actual = span(&placed.range);
        let Some(item) = self.items.get(placed.item) else {
            let end = self.expected.bytes.len();
            return vec![self.extra(span(&(end..end)), actual)];
        };
        let whole = span(&item.range);
        let finding = |kind, field| Finding { field, ..cause(kind, whole, actual) };
        let field = Some(item.field());
        match placed.step {
            Step::Equal => Vec::new(),
            Step::Missing => vec![finding(Kind::Missing, field)],
            Step::CutOff => vec![finding(Kind::CutOff, field)],
            Step::Extra => {
                let start = item.range.start;
                vec![self.extra(span(&(start..start)), actual)]
            }
            Step::Swapped => vec![finding(Kind::ByteOrder, field)],
            Step::Narrow => vec![finding(Kind::OneByte, field)],
            Step::Plain => vec![finding(Kind::Length(Miscount::Plain), field)],
            Step::Changed => self.changed(item, placed),
            Step::Exchanged => {
                let start = placed.range.end - item.range.len();
                let moved = finding(Kind::Moved, field);
                vec![Finding { actual: span(&(start..placed.range.end)), ..moved }]
            }
            Step::LengthMissing
            | Step::LengthWrong
            | Step::LengthSwapped
            | Step::LengthNarrow
            | Step::Utf16 => lengths::counted(item, placed, &self.actual.bytes),
        }
    }

    fn extra(&self, expected: Span, actual: Span) -> Finding {
        let trails = self.actual.announced() == Some(actual.offset);
        let kind = if trails { Kind::Trailing } else { Kind::Extra(Vec::new()) };
        cause(kind, expected, actual)
    }

    fn changed(&self, item: &Item<'_>, placed: &Placed) -> Vec<Finding> {
        let actual = span(&placed.range);
        let field = Some(item.field());
        match &item.shape {
            Shape::Byte { parts, .. } if !parts.is_empty() => self.bits(item, parts, actual),
            Shape::RemainingLength(_) => {
                let own = self.actual_items.iter().find(|own| own.range == placed.range);
                let counted = lengths::remaining(item, own, self.actual.bytes.len());
                vec![Finding { field, ..counted }]
            }
            Shape::Counted { .. } => lengths::counted(item, placed, &self.actual.bytes),
            Shape::Byte { .. } | Shape::Number(_) | Shape::Rest(_) => {
                let kind = Kind::Value;
                vec![Finding { field, ..cause(kind, span(&item.range), actual) }]
            }
        }
    }

    /// A byte that several fields share: its type told apart from all else.
    fn bits(&self, item: &Item<'_>, parts: &[&Spanned], actual: Span) -> Vec<Finding> {
        let place = span(&item.range);
        let (wanted, came) = (self.expected.bytes[place.offset], self.actual.bytes[actual.offset]);
        let differ = |part: &&&Spanned| {
            let bits = part.span.bits?;
            let (expected, actual) = (bits.get(wanted).into(), bits.get(came).into());
            (expected != actual).then_some(BitsDiffer { field: part.field, expected, actual })
        };
        let (types, flags): (Vec<_>, Vec<_>) =
            parts.iter().filter_map(|part| differ(&part)).partition(is_packet_type);
        let another_type = types.first().map(|bits| Finding {
            field: Some(bits.field),
            ..cause(Kind::PacketType, place, actual)
        });
        let flags = match &flags[..] {
            [] => None,
            [BitsDiffer { field, .. }] => Some((*field, field.bits)),
            _ => Some((item.field(), None)),
        }
        .map(|(field, bits)| {
            let (place, actual) = (Span { bits, ..place }, Span { bits, ..actual });
            Finding { field: Some(field), ..cause(Kind::Bits(flags), place, actual) }
        });
        another_type.into_iter().chain(flags).collect()
    }

    /// Extra bytes that are just what is missing elsewhere were moved.
    fn move_what_is_elsewhere(&self, findings: &mut Vec<Finding>) {
        let mut at = 0;
        while let Some(extra) = findings.get(at).cloned() {
            at += 1;
            if !matches!(extra.kind, Kind::Extra(_) | Kind::Trailing) {
                continue;
            }
            let came = &self.actual.bytes[extra.actual.offset..extra.actual.end()];
            let Some(run) = missing_run(findings, &self.expected.bytes, came) else { continue };
            let (first, last) = (findings[run.start].clone(), findings[run.end - 1].clone());
            let expected = span(&(first.expected.offset..last.expected.end()));
            let moved = Finding { kind: Kind::Moved, expected, actual: extra.actual, ..first };
            findings[at - 1] = moved;
            findings.drain(run.clone());
            at = 0;
        }
    }

    /// Gives names to what has none, rules to what breaks one, and finds what only follows from a flag.
    fn name(&self, findings: &mut [Finding]) {
        let names = Names::new(self.expected, self.items, self.actual, self.actual_items);
        let flags: Vec<&'static Field> = findings
            .iter()
            .filter_map(|finding| match &finding.kind {
                Kind::Bits(bits) => Some(bits.iter().map(|bits| bits.field)),
                _ => None,
            })
            .flatten()
            .collect();
        for finding in findings {
            names.name(finding);
            let hangs = finding.field.is_some_and(|field| names.depends(field, &flags));
            if hangs && matches!(finding.kind, Kind::Missing | Kind::Extra(_)) {
                finding.role = Role::Consequence;
            }
            finding.rule = names.rule(finding);
        }
    }
}

/// The missing items that are, one behind the other, these bytes.
fn missing_run(findings: &[Finding], expected: &[u8], came: &[u8]) -> Option<Range<usize>> {
    let missing = |finding: &Finding| finding.kind == Kind::Missing;
    (0..findings.len()).filter(|&first| missing(&findings[first])).find_map(|first| {
        let mut end = findings[first].expected.offset;
        for (index, finding) in findings.iter().enumerate().skip(first) {
            if !missing(finding) || finding.expected.offset != end {
                return None;
            }
            end = finding.expected.end();
            if &expected[findings[first].expected.offset..end] == came {
                return Some(first..index + 1);
            }
        }
        None
    })
}

/// The type of a packet stands in the high four bits of its first byte.
fn is_packet_type(bits: &BitsDiffer) -> bool {
    let high = bits.field.bits.map(|Bits { high, .. }| high);
    bits.field.part == Part::FixedHeader && high == Some(7)
}

/// A difference that is a mistake of its own.
pub(super) fn cause(kind: Kind, expected: Span, actual: Span) -> Finding {
    Finding { kind, role: Role::Cause, field: None, expected, actual, rule: None }
}

pub(super) fn span(range: &Range<usize>) -> Span {
    Span { offset: range.start, len: range.len(), bits: None }
}

/// The error of a packet that breaks a rule.
pub(super) fn malformed(side: &Side) -> Option<&wire::Malformed> {
    match &side.outcome {
        Err(DecodeError::Malformed(malformed)) => Some(malformed),
        _ => None,
    }
}
