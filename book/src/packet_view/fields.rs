//! The table of fields: where, what, and which value.

use std::fmt::Write;

use tracer::value_text;
use wire::{Bits, DecodeError, Malformed, Spanned, Value};

use super::{Row, View, part_class};
use crate::compare::Changed;
use crate::html::{breakable, escape, field_link, rule_link};

/// A value of any length is shown up to so many columns.
const VALUE_ROOM: usize = 60;

impl View<'_> {
    pub(super) fn fields(&self, out: &mut String) {
        out.push_str(
            "<table class=\"fields\"><caption class=\"hidden\">Its fields</caption>\n<thead><tr>\
             <th scope=\"col\">Where</th><th scope=\"col\">Field</th><th scope=\"col\">Value</th>\
             </tr></thead>\n",
        );
        let mut part = None;
        for row in &self.rows {
            let own = row.spanned.field.part;
            if part.replace(own) != Some(own) {
                if !out.ends_with("</thead>\n") {
                    out.push_str("</tbody>\n");
                }
                let class = part_class(own);
                let _ = writeln!(
                    out,
                    "<tbody class=\"{class}\"><tr><th colspan=\"3\" \
                     scope=\"rowgroup\">{own}</th></tr>",
                );
            }
            self.row(out, row);
        }
        out.push_str("</tbody></table>\n");
    }

    fn row(&self, out: &mut String, row: &Row<'_>) {
        let Row { id, spanned, .. } = row;
        let (span, field) = (spanned.span, spanned.field);
        let bits = span
            .bits
            .map_or(String::new(), |bits| format!(" data-bits=\"{}-{}\"", bits.high, bits.low));
        let malformed = match &self.passed.outcome {
            Err(DecodeError::Malformed(malformed)) if malformed.blames(spanned) => Some(malformed),
            _ => None,
        };
        let changed = self.change_of(row);
        let class = match (spanned.is_group, span.bits, malformed, changed) {
            (_, _, Some(_), _) => " class=\"wrong\"",
            (_, _, _, Some(_)) => " class=\"changed\"",
            (true, ..) => " class=\"whole\"",
            (_, Some(_), ..) => " class=\"bits\"",
            _ => "",
        };
        let _ = write!(
            out,
            "<tr id=\"{id}\"{class} data-at=\"{}\" data-len=\"{}\"{bits}><td \
             class=\"where\">{}</td><th scope=\"row\"><a class=\"name\" href=\"#{id}\">{}</a>",
            span.offset,
            span.len,
            place(spanned),
            escape(field.name),
        );
        if let Some(Changed { usual, .. }) = changed {
            let usual = usual
                .as_ref()
                .map_or("not there".to_owned(), |usual| format!("<code>{}</code>", escape(usual)));
            let _ = write!(
                out,
                " <span class=\"mark\">changed</span> <span class=\"usual\">usually {usual}</span>"
            );
        }
        let explained = (field.explain)(spanned.value(&self.passed.bytes));
        if !spanned.is_group && !explained.is_empty() {
            let _ = write!(out, "<p>{}</p>", escape(&explained));
        }
        if let Some(malformed) = malformed {
            write_fault(out, malformed);
        }
        out.push_str("</th><td class=\"value\">");
        self.value(out, spanned);
        out.push_str("</td></tr>\n");
    }

    fn value(&self, out: &mut String, spanned: &Spanned) {
        let (span, field) = (spanned.span, spanned.field);
        let byte = self.passed.bytes.get(span.offset).copied().unwrap_or_default();
        if spanned.is_group {
            let _ = write!(out, "<code>{:04b} {:04b}</code>", byte >> 4, byte & 0xf);
            return;
        }
        let value = spanned.value(&self.passed.bytes);
        if let (Some(bits), Value::Number(_)) = (span.bits, value) {
            let _ = write!(out, "<code class=\"lane\">{}</code> ", lane(byte, bits));
        }
        let text = value_text(spanned, &self.passed.bytes, VALUE_ROOM);
        let _ = write!(out, "<code>{}</code><p>{}", escape(&text), field_link(field));
        if let Some(filter) = field.filter {
            let _ = write!(out, " <span class=\"filter\">{}</span>", breakable(filter));
        }
        out.push_str("</p>");
    }
}

fn write_fault(out: &mut String, malformed: &Malformed) {
    let _ = write!(
        out,
        "<p class=\"fault\">✗ {} {} <br>→ {}</p>",
        rule_link(malformed.rule),
        escape(malformed.rule.sentence),
        escape(malformed.remedy()),
    );
}

fn place(spanned: &Spanned) -> String {
    let span = spanned.span;
    match (span.bits, span.len) {
        (Some(bits), _) if bits.high == bits.low => format!("bit {}", bits.high),
        (Some(bits), _) => format!("bits {}–{}", bits.high, bits.low),
        (None, 0 | 1) => span.offset.to_string(),
        (None, _) => format!("{}–{}", span.offset, span.end() - 1),
    }
}

/// The bits of a byte that belong to a field, in bold, and dots for the others: `·1·· ····`.
fn lane(byte: u8, bits: Bits) -> String {
    let mut out = String::new();
    for bit in (0..8_u8).rev() {
        if bit == bits.high {
            out.push_str("<b>");
        }
        let is_own = bits.low <= bit && bit <= bits.high;
        let digit = if byte >> bit & 1 == 1 { '1' } else { '0' };
        out.push(if is_own { digit } else { '·' });
        if bit == bits.low {
            out.push_str("</b>");
        }
        if bit == 4 {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_shows_the_bits_of_its_field() {
        assert_eq!(lane(0b1110_1110, Bits { high: 4, low: 3 }), "···<b>0 1</b>···");
        assert_eq!(lane(0b1110_1110, Bits { high: 7, low: 7 }), "<b>1</b>··· ····");
    }
}
