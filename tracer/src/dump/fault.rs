//! What is wrong with a packet: under the field that breaks the rule, or, where no row shows that
//! field, behind all of them.

use std::borrow::Cow;

use wire::{DecodeError, Malformed, Span};

use super::{Detail, Dump};
use crate::conversation::Seen;
use crate::measure::wrap;
use crate::page::Hue;
use crate::writer::Writer;

/// What is wrong, in a few words: for the line of a packet.
pub(crate) fn brief(error: &DecodeError) -> Cow<'static, str> {
    match error {
        DecodeError::Malformed(Malformed { field, rule, .. }) => {
            format!("✗ malformed: {}, {rule}", field.name).into()
        }
        DecodeError::Truncated { .. } => "✗ cut off".into(),
        DecodeError::TooLarge { .. } => "✗ too large".into(),
    }
}

/// Under a row: the rule that the field breaks, in a sentence, and what the receiver has to do.
pub(super) fn write(
    writer: &mut Writer<'_>,
    width: usize,
    indent: usize,
    malformed: &Malformed,
    row: Span,
) {
    let Malformed { rule, span, .. } = malformed;
    // The row tells its own place; the error may be about some bytes of it.
    let place = if *span == row { String::new() } else { format!("{span}: ") };
    paragraph(writer, width, indent, "✗ ", &format!("{rule} {place}{}", rule.sentence));
    paragraph(writer, width, indent, "→ ", malformed.remedy());
}

/// An error that no row of the dump shows: with the levels that have rows, one of a field that is
/// missing; with the bytes alone, any.
pub(super) fn write_unplaced(writer: &mut Writer<'_>, dump: &Dump, seen: &Seen<'_>) {
    let width = dump.page.width;
    match &seen.outcome {
        Err(DecodeError::Malformed(malformed)) => {
            let has_row = seen.spans.fields().any(|spanned| malformed.blames(spanned));
            if !has_row || dump.detail == Detail::Hex {
                let Malformed { field, rule, span, .. } = malformed;
                let missing = if span.len == 0 { " is missing" } else { "" };
                let what = format!("{span}, {}{missing}: {rule} {}", field.name, rule.sentence);
                writer.end_line();
                paragraph(writer, width, 2, "✗ ", &what);
                paragraph(writer, width, 2, "→ ", malformed.remedy());
            }
        }
        Err(error) => {
            writer.end_line();
            paragraph(writer, width, 2, "✗ ", &error.to_string());
        }
        Ok(_) => {}
    }
}

fn paragraph(writer: &mut Writer<'_>, width: usize, indent: usize, mark: &str, text: &str) {
    for (index, line) in wrap(text, width - indent - 2).iter().enumerate() {
        writer.spaces(indent).hue(Hue::Wrong);
        writer.text(if index == 0 { mark } else { "  " }).text(line).hue(Hue::Plain).end_line();
    }
}
