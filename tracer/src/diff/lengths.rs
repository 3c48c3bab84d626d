//! Lengths that count wrongly, and those that count rightly what is wrong.

use wire::Span;

use super::align::{Placed, Step};
use super::finding::{Finding, Kind, Miscount, Role};
use super::item::{Item, Shape};
use super::judge::{cause, span};

/// The findings of a string or binary data and its length, which is not as it should be.
pub(super) fn counted(item: &Item<'_>, placed: &Placed, actual: &[u8]) -> Vec<Finding> {
    let Shape::Counted { length, content } = item.shape else { return Vec::new() };
    let start = placed.range.start;
    let length_size = match placed.step {
        Step::LengthMissing => 0,
        Step::LengthNarrow => 1,
        _ => length.span.len,
    };
    let content_place = start + length_size..placed.range.end;
    let of_length = |kind| Finding {
        field: Some(length.field),
        ..cause(kind, length.span, span(&(start..start + length_size)))
    };
    let of_content = |kind| Finding {
        field: Some(content.field),
        ..cause(kind, content.span, span(&content_place))
    };
    match placed.step {
        Step::LengthMissing => vec![of_length(Kind::LengthMissing)],
        Step::LengthNarrow => vec![of_length(Kind::OneByte)],
        Step::LengthSwapped => vec![of_length(Kind::ByteOrder)],
        Step::LengthWrong => {
            let says = number(actual, start);
            let counts_itself = says == content.span.len + length.span.len;
            let miscount = if counts_itself { Miscount::CountsItself } else { Miscount::Other };
            vec![of_length(Kind::Length(miscount))]
        }
        _ => {
            let kind = if placed.step == Step::Utf16 { Kind::Utf16 } else { Kind::Value };
            let mut findings = vec![of_content(kind)];
            let says = number(actual, start);
            if says != content.span.len {
                let counts = says == content_place.len();
                let role = if counts { Role::Consequence } else { Role::Cause };
                let finding = of_length(Kind::Length(Miscount::Other));
                findings.push(Finding { role, ..finding });
            }
            findings
        }
    }
}

/// The finding of a Remaining Length that is not the expected one. `own` is how the actual packet's
/// decoder read it, `size` how many bytes the actual packet has.
pub(super) fn remaining(item: &Item<'_>, own: Option<&Item<'_>>, size: usize) -> Finding {
    let expected = span(&item.range);
    let Some(own) = own else {
        return cause(Kind::Length(Miscount::Other), expected, Span { len: 1, ..expected });
    };
    let says = own.spanned().value(&[]).number();
    let of_item = item.spanned().value(&[]).number();
    let counted = (size - own.range.end) as u64;
    let header = own.range.end as u64;
    let (miscount, role) = match says {
        _ if says == of_item => (Miscount::Padded, Role::Cause),
        _ if says == counted => (Miscount::Other, Role::Consequence),
        _ if says == counted + header => (Miscount::CountsHeader, Role::Cause),
        _ if says == counted + own.range.len() as u64 => (Miscount::CountsItself, Role::Cause),
        _ => (Miscount::Other, Role::Cause),
    };
    Finding { role, ..cause(Kind::Length(miscount), expected, span(&own.range)) }
}

/// The number of two bytes that stands here.
fn number(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..at + 2) {
        Some(&[high, low]) => usize::from(u16::from_be_bytes([high, low])),
        _ => 0,
    }
}
