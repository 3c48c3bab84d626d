//! The table of bytes: offset, eight bytes a row, and their characters.

use std::fmt::Write;

use super::{Row, View, part_class};
use crate::html::escape;

/// Bytes in a row.
const ROW: usize = 8;

impl View<'_> {
    pub(super) fn bytes(&self, out: &mut String) {
        out.push_str("<table class=\"bytes\"><caption class=\"hidden\">Its bytes</caption>\n");
        for (row, chunk) in self.passed.bytes.chunks(ROW).enumerate() {
            let _ = write!(out, "<tr><th scope=\"row\">{:04x}</th>", row * ROW);
            for (column, byte) in chunk.iter().enumerate() {
                self.byte(out, row * ROW + column, *byte);
            }
            for _ in chunk.len()..ROW {
                out.push_str("<td></td>");
            }
            let _ = writeln!(out, "<td class=\"text\">{}</td></tr>", escape(&printable(chunk)));
        }
        out.push_str("</table>\n");
    }

    fn byte(&self, out: &mut String, offset: usize, byte: u8) {
        // Each byte has an owner; the fallback is for a packet without any field.
        let Some((number, row)) = self.owner(offset) else {
            let _ = write!(out, "<td>{byte:02x}</td>");
            return;
        };
        let _ = write!(
            out,
            "<td class=\"{} {}{}\"><a href=\"#{}\" aria-label=\"{byte:02x}, byte {offset}: \
             {}\">{byte:02x}</a></td>",
            part_class(row.spanned.field.part),
            if number.is_multiple_of(2) { "even" } else { "odd" },
            if self.is_changed(offset) { " changed" } else { "" },
            row.id,
            escape(row.spanned.field.name),
        );
    }

    /// The row that owns a byte: that of the whole byte, where several fields share it. With it its
    /// number among such rows, so that neighbours can be told apart.
    fn owner(&self, offset: usize) -> Option<(usize, &Row<'_>)> {
        let whole = |row: &&Row<'_>| row.spanned.is_group || row.spanned.span.bits.is_none();
        self.rows.iter().filter(whole).enumerate().find(|(_, row)| {
            let span = row.spanned.span;
            span.offset <= offset && offset < span.end()
        })
    }
}

fn printable(bytes: &[u8]) -> String {
    let shown = |byte: &u8| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '·' };
    bytes.iter().map(shown).collect()
}
