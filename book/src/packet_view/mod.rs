//! One packet, byte by byte: a table of its bytes beside a table of its fields, linked to each other.
//!
//! ```text
//!   caption    CONNECT  alice → broker                 packet 5 · 43 bytes
//!   structure  fixed header │ variable header │ payload
//!   columns    bytes, eight a row, each a link to its row │ fields, one row each
//! ```
//!
//! Without scripts and on paper these are plain tables. `theme/packet-view.js` adds the light that
//! falls on a field from either side, the keyboard, and the bits of the byte that is looked at.

mod bytes;
mod fields;

use std::collections::BTreeMap;
use std::fmt::Write;

use wire::{DecodeError, Part, Spanned};

use crate::compare::{Change, Changed};
use crate::html::{escape, slug};
use crate::play::Passed;

/// The view of a packet.
pub(crate) struct View<'p> {
    passed: &'p Passed,
    /// Begins each id of this view: ids are unique in the whole book.
    id: String,
    /// Where the packet is in its sequence diagram, if the page has one.
    sequence: Option<String>,
    /// How it differs from what it usually is.
    change: Change,
    rows: Vec<Row<'p>>,
}

/// A row of the table of fields.
struct Row<'p> {
    id: String,
    spanned: &'p Spanned,
    /// Its number among the fields of its key, from 0.
    nth: usize,
}

impl<'p> View<'p> {
    pub(crate) fn new(passed: &'p Passed, id: String) -> Self {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let rows = passed.spans.iter().map(|spanned| {
            let key = spanned.field.key;
            let count = seen.entry(key).or_default();
            let nth = *count;
            *count += 1;
            let id = match nth {
                0 => format!("{id}-{}", slug(key)),
                _ => format!("{id}-{}-{count}", slug(key)),
            };
            Row { id, spanned, nth }
        });
        let rows = rows.collect();
        Self { passed, id, sequence: None, change: Change::None, rows }
    }

    /// The same, with a link back to the sequence diagram of this id.
    pub(crate) fn sequence(mut self, id: Option<&str>) -> Self {
        self.sequence = id.map(str::to_owned);
        self
    }

    /// The same, with what is otherwise than usual marked.
    pub(crate) fn changed(mut self, change: Change) -> Self {
        self.change = change;
        self
    }

    /// The change of the field in this row.
    fn change_of(&self, row: &Row<'_>) -> Option<&Changed> {
        let Change::Fields(fields) = &self.change else { return None };
        let is_it = |changed: &&Changed| {
            (changed.key, changed.nth) == (row.spanned.field.key, row.nth) && !row.spanned.is_group
        };
        fields.iter().find(is_it)
    }

    /// Whether a field with this byte in it has changed.
    fn is_changed(&self, offset: usize) -> bool {
        let here = |row: &&Row<'_>| {
            let span = row.spanned.span;
            span.offset <= offset && offset < span.end()
        };
        self.rows.iter().filter(here).any(|row| self.change_of(row).is_some())
    }

    pub(crate) fn html(&self) -> String {
        let mut out = format!("<figure class=\"packet\" id=\"{}\">\n", self.id);
        self.caption(&mut out);
        self.structure(&mut out);
        out.push_str("<div class=\"columns\">\n<div class=\"near\">\n");
        self.bytes(&mut out);
        out.push_str("</div>\n");
        self.fields(&mut out);
        out.push_str("</div>\n");
        self.fault(&mut out);
        out.push_str("</figure>\n");
        out
    }

    fn caption(&self, out: &mut String) {
        let Passed { number, bytes, .. } = self.passed;
        let size = if bytes.len() == 1 { "1 byte" } else { &format!("{} bytes", bytes.len()) };
        let number = match &self.sequence {
            Some(sequence) => format!("<a href=\"#{sequence}\">packet {number}</a>"),
            None => format!("packet {number}"),
        };
        let _ = writeln!(
            out,
            "<figcaption><strong>{}</strong> <span>{} → {}</span> <span \
             class=\"quiet\">{number} · {size}</span></figcaption>",
            self.passed.type_name(),
            escape(self.passed.from()),
            escape(self.passed.to()),
        );
    }

    /// The parts as a bar, as wide as they have bytes.
    fn structure(&self, out: &mut String) {
        out.push_str("<p class=\"structure\">");
        for part in [Part::FixedHeader, Part::VariableHeader, Part::Payload] {
            let own = |spanned: &&Spanned| spanned.field.part == part;
            let spans = || self.passed.spans.iter().filter(own).map(|spanned| spanned.span);
            let Some(start) = spans().map(|span| span.offset).min() else { continue };
            let size = spans().map(|span| span.end()).max().unwrap_or(start) - start;
            if size > 0 {
                let name = part.to_string().replace(" header", "<i> header</i>");
                let _ = write!(
                    out,
                    "<span class=\"{}\" style=\"flex-grow:{size}\">{name} {size} B</span> ",
                    part_class(part),
                );
            }
        }
        out.push_str("</p>\n");
    }

    /// What is wrong with the packet, where no row of it can say so.
    fn fault(&self, out: &mut String) {
        let error = match &self.passed.outcome {
            Ok(_) => return,
            Err(DecodeError::Malformed(malformed))
                if self.rows.iter().any(|row| malformed.blames(row.spanned)) =>
            {
                return;
            }
            Err(error) => error,
        };
        let _ = writeln!(out, "<p class=\"fault\">✗ {}</p>", escape(&error.to_string()));
    }
}

pub(crate) fn part_class(part: Part) -> &'static str {
    match part {
        Part::FixedHeader => "fixed",
        Part::VariableHeader => "variable",
        Part::Payload => "payload",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::Played;

    #[test]
    fn each_byte_links_to_the_row_of_its_field() {
        let played = Played::of("first-packets").unwrap();
        let passed = played.packets().next().unwrap();
        let html = View::new(passed, "here-1".to_owned()).html();
        assert!(html.contains("<strong>CONNECT</strong> <span>bob → broker</span>"));
        assert_eq!(html.matches("aria-label=").count(), passed.bytes.len());
        for target in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("id=\"{target}\"")), "{target} leads nowhere");
        }
        assert!(html.contains("id=\"here-1-clean-session\""));
        assert!(!html.contains("\n\n"), "an empty line would end the HTML block");
    }

    #[test]
    fn ids_are_unique_where_fields_repeat() {
        let played = Played::of("subscribe").unwrap();
        for passed in played.packets() {
            let view = View::new(passed, "p".to_owned());
            let mut ids: Vec<_> = view.rows.iter().map(|row| &row.id).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), view.rows.len());
        }
    }
}
