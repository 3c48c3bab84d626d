//! One packet, byte by byte: a table of its bytes beside a table of its fields, linked to each other.
//!
//! Without scripts and on paper both are plain tables. The script adds only the light that falls on a
//! field from either side.

use std::fmt::Write;

use bytes::Bytes;
use tracer::{Entry, Seen, value_text};
use wire::{Bits, Part, Spanned, Value};

use crate::html::escape;
use crate::trace::each_entry;

/// Bytes in a row of the table of bytes.
const ROW: usize = 8;
/// A value of any length is shown up to so many columns.
const VALUE_ROOM: usize = 60;

/// The view of packet `number` (from 1) of a scenario.
pub(crate) fn html(scenario: &str, number: u64) -> Result<String, String> {
    let mut view = None;
    each_entry(scenario, |entry| {
        if let Entry::Packet(seen) = entry
            && seen.number == number
        {
            view = Some(View::new(scenario, seen).figure());
        }
    })?;
    view.ok_or_else(|| format!("scenario {scenario} has no packet {number}"))
}

struct View<'s> {
    seen: &'s Seen<'s>,
    fields: Vec<&'s Spanned>,
    /// Begins each id of this view: ids are unique in the whole book.
    id: String,
}

impl<'s> View<'s> {
    fn new(scenario: &str, seen: &'s Seen<'_>) -> Self {
        let id = format!("{scenario}-{}", seen.number);
        Self { seen, fields: seen.spans.fields().collect(), id }
    }

    fn figure(&self) -> String {
        let mut out = String::new();
        let Self { seen, id, .. } = self;
        let name = seen.outcome.as_ref().map_or("", |packet| packet.packet_type().name());
        let _ = writeln!(out, r#"<figure class="packet" id="{id}">"#);
        let _ = writeln!(
            out,
            "<figcaption><strong>{name}</strong> {} → {} <span class=\"quiet\">packet {} · {} \
             bytes</span></figcaption>",
            escape(seen.from()),
            escape(seen.to()),
            seen.number,
            seen.bytes.len(),
        );
        out.push_str("<div class=\"columns\">\n");
        self.bytes(&mut out, &seen.bytes);
        self.rows(&mut out);
        out.push_str("</div>\n</figure>\n");
        out
    }

    /// The number of the field that a byte belongs to: the first one, where several share it.
    fn field_at(&self, offset: usize) -> usize {
        let holds =
            |spanned: &&Spanned| spanned.span.offset <= offset && offset < spanned.span.end();
        self.fields.iter().position(holds).unwrap_or_default()
    }

    fn bytes(&self, out: &mut String, bytes: &Bytes) {
        out.push_str("<table class=\"bytes\"><caption class=\"hidden\">Its bytes</caption>\n");
        for (row, chunk) in bytes.chunks(ROW).enumerate() {
            let _ = write!(out, "<tr><th scope=\"row\">{:04x}</th>", row * ROW);
            for (column, byte) in chunk.iter().enumerate() {
                let offset = row * ROW + column;
                let field = self.field_at(offset);
                let spanned = self.fields[field];
                let _ = write!(
                    out,
                    "<td class=\"{} {}\"><a href=\"#{}-f{field}\" data-field=\"{field}\" \
                     aria-label=\"{byte:02x}, byte {offset}: {}\">{byte:02x}</a></td>",
                    part_class(spanned.field.part),
                    if field.is_multiple_of(2) { "even" } else { "odd" },
                    self.id,
                    escape(spanned.field.name),
                );
            }
            for _ in chunk.len()..ROW {
                out.push_str("<td></td>");
            }
            let _ = writeln!(out, "<td class=\"text\">{}</td></tr>", escape(&printable(chunk)));
        }
        out.push_str("</table>\n");
    }

    fn rows(&self, out: &mut String) {
        out.push_str(
            "<table class=\"fields\"><caption class=\"hidden\">Its fields</caption>\n<thead><tr>\
             <th scope=\"col\">Where</th><th scope=\"col\">Field</th><th scope=\"col\">Value</th>\
             </tr></thead>\n",
        );
        let mut part = None;
        for (number, spanned) in self.fields.iter().enumerate() {
            if part.replace(spanned.field.part) != Some(spanned.field.part) {
                if number > 0 {
                    out.push_str("</tbody>\n");
                }
                let _ = writeln!(
                    out,
                    "<tbody class=\"{}\"><tr><th colspan=\"3\" scope=\"rowgroup\">{}</th></tr>",
                    part_class(spanned.field.part),
                    spanned.field.part,
                );
            }
            self.row(out, number, spanned);
        }
        out.push_str("</tbody></table>\n");
    }

    fn row(&self, out: &mut String, number: usize, spanned: &Spanned) {
        let field = spanned.field;
        let value = spanned.value(&self.seen.bytes);
        let _ = write!(
            out,
            "<tr id=\"{}-f{number}\" data-field=\"{number}\"><td class=\"where\">{}</td><th \
             scope=\"row\">{}<p>{}</p></th><td class=\"value\">",
            self.id,
            place(spanned),
            escape(field.name),
            escape(&(field.explain)(value)),
        );
        if let (Some(bits), Value::Number(_)) = (spanned.span.bits, value) {
            let byte = self.seen.bytes.get(spanned.span.offset).copied().unwrap_or_default();
            let _ = write!(out, "<code class=\"lane\">{}</code> ", lane(byte, bits));
        }
        let text = value_text(spanned, &self.seen.bytes, VALUE_ROOM);
        let _ = write!(out, "<code>{}</code>", escape(&text));
        let _ = write!(out, "<p>§{}", field.section);
        if let Some(filter) = field.filter {
            let _ = write!(out, " · <span class=\"filter\">{filter}</span>");
        }
        out.push_str("</p></td></tr>\n");
    }
}

fn place(spanned: &Spanned) -> String {
    let span = spanned.span;
    match (span.bits, span.len) {
        (Some(bits), _) if bits.high == bits.low => format!("{} bit {}", span.offset, bits.high),
        (Some(bits), _) => format!("{} bits {}–{}", span.offset, bits.high, bits.low),
        (None, 0 | 1) => span.offset.to_string(),
        (None, _) => format!("{}–{}", span.offset, span.end() - 1),
    }
}

/// The bits of a byte that belong to a field, dots for the others: `·1·· ····`.
fn lane(byte: u8, bits: Bits) -> String {
    (0..8_u8)
        .rev()
        .flat_map(|bit| {
            let is_own = bits.low <= bit && bit <= bits.high;
            let digit = if byte >> bit & 1 == 1 { '1' } else { '0' };
            [(bit == 3).then_some(' '), Some(if is_own { digit } else { '·' })]
        })
        .flatten()
        .collect()
}

fn part_class(part: Part) -> &'static str {
    match part {
        Part::FixedHeader => "fixed",
        Part::VariableHeader => "variable",
        Part::Payload => "payload",
    }
}

fn printable(bytes: &[u8]) -> String {
    let shown = |byte: &u8| if byte.is_ascii_graphic() { char::from(*byte) } else { '·' };
    bytes.iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_shows_the_bits_of_its_field() {
        assert_eq!(lane(0b1110_1110, Bits { high: 4, low: 3 }), "···0 1···");
    }

    #[test]
    fn each_byte_links_to_the_row_of_its_field() {
        let html = html("first-packets", 1).unwrap();
        assert!(html.contains("<strong>CONNECT</strong> bob → broker"));
        let links = html.matches("href=\"#first-packets-1-f").count();
        let bytes = html.matches("aria-label=").count();
        assert_eq!(links, bytes);
        for target in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("id=\"{target}\"")), "{target} leads nowhere");
        }
        assert!(!html.contains("\n\n"), "an empty line would end the HTML block");
    }
}
