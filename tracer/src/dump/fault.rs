//! What is wrong with a packet: under the field that breaks the rule, or, where no field can be
//! blamed, behind all of them.

use wire::{DecodeError, Malformed, Spanned};

use crate::conversation::Seen;
use crate::page::{Hue, Writer, wrap};

/// Whether this field is the one that breaks the rule. The error may point at some bytes of it.
pub(super) fn is_at(malformed: &Malformed, spanned: &Spanned) -> bool {
    let (blamed, span) = (malformed.span, spanned.span);
    malformed.field == spanned.field
        && !spanned.is_group
        && span.offset <= blamed.offset
        && blamed.end() <= span.end()
}

/// The rule that is broken, in a sentence, and what the receiver has to do.
pub(super) fn write(writer: &mut Writer<'_>, width: usize, indent: usize, malformed: &Malformed) {
    let Malformed { rule, span, .. } = malformed;
    let place = if span.len == 0 { String::new() } else { format!(" ({span})") };
    let what = format!("{rule}{place} {}", rule.sentence);
    paragraph(writer, width, indent, "✗ ", &what);
    paragraph(writer, width, indent, "→ ", malformed.remedy());
}

/// An error that no row of the dump shows.
pub(super) fn write_unplaced(writer: &mut Writer<'_>, width: usize, seen: &Seen<'_>) {
    match &seen.outcome {
        Ok(_) => {}
        Err(DecodeError::Malformed(malformed)) => {
            if !seen.spans.fields().any(|spanned| is_at(malformed, spanned)) {
                let missing = if malformed.span.len == 0 { " is missing" } else { "" };
                let what = format!("{}, {}{missing}", malformed.span, malformed.field.name);
                paragraph(writer, width, 2, "✗ ", &what);
                write(writer, width, 4, malformed);
            }
        }
        Err(error) => paragraph(writer, width, 2, "✗ ", &error.to_string()),
    }
}

fn paragraph(writer: &mut Writer<'_>, width: usize, indent: usize, mark: &str, text: &str) {
    for (index, line) in wrap(text, width - indent - 2).iter().enumerate() {
        writer.spaces(indent).hue(Hue::Wrong);
        writer.text(if index == 0 { mark } else { "  " }).text(line).hue(Hue::Plain).end_line();
    }
}
