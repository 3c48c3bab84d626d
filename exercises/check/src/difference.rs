//! The difference of two packets. The one place that says how it is told.

use bytes::Bytes;
use wire::{Packet, Spans, Version};

use crate::compare::bits;

/// The lines that tell how `actual` differs from `expected`: the first field that does, and its bits.
pub(crate) fn difference(expected: &[u8], actual: &[u8]) -> Vec<String> {
    let mut spans = Spans::default();
    let frame = Bytes::copy_from_slice(expected);
    let _ = Packet::decode_observed(&frame, Version::default(), &mut spans);
    let (head, actual_head) = (fixed_header(expected), fixed_header(actual));
    let moved = |offset: usize| {
        if offset < head { offset } else { offset - head + actual_head }
    };
    let is_length = |offset: usize| offset == 1;
    let differs = spans.fields().find(|spanned| {
        let (from, to) = (spanned.span.offset, spanned.span.end());
        let mask = spanned.span.bits.map_or(0xff, wire::Bits::mask);
        let wanted = &expected[from..to];
        let got = actual.get(moved(from)..moved(from) + wanted.len());
        let same = |(one, other): (&u8, &u8)| one & mask == other & mask;
        !is_length(from) && !got.is_some_and(|got| wanted.iter().zip(got).all(same))
    });
    let size = format!("{} bytes are expected, yours has {}", expected.len(), actual.len());
    let Some(spanned) = differs else {
        return vec!["Remaining Length, or what follows behind the last field".to_owned(), size];
    };
    let (from, to) = (spanned.span.offset, spanned.span.end());
    let end = (moved(from) + to - from).min(actual.len());
    let got = actual.get(moved(from)..end).unwrap_or_default();
    let of = |bytes: &[u8]| match (spanned.span.bits, bytes) {
        (Some(_), [byte]) => format!("{byte:02x}  {}", bits(*byte)),
        _ => hex(bytes),
    };
    let mut lines = vec![
        format!("{}, {} (§{})", spanned.field.name, spanned.span, spanned.field.section),
        format!("expected  {}", of(&expected[from..to])),
        format!("yours     {}", of(got)),
    ];
    if expected.len() != actual.len() {
        lines.push(size);
    }
    lines
}

/// The size of the fixed header: the first byte, and those of the Remaining Length.
fn fixed_header(bytes: &[u8]) -> usize {
    let more = bytes.iter().skip(1).take(3).take_while(|byte| **byte >= 0x80).count();
    (2 + more).min(bytes.len())
}

fn hex(bytes: &[u8]) -> String {
    let hex: Vec<_> = bytes.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    if hex.is_empty() { "(nothing)".to_owned() } else { hex.join(" ") }
}
