//! The diagram as a list, for who hears it and for who copies from it.

use std::fmt::Write;

use super::{Diagram, Row, silence};
use crate::html::escape;

pub(super) fn list(diagram: &Diagram<'_>) -> String {
    let mut out = String::from("<ol class=\"exchange\">\n");
    for row in &diagram.rows {
        match row {
            Row::Caption(words) => {
                let _ = writeln!(out, "<li class=\"said\">{}</li>", escape(words));
            }
            Row::Packet(arrow) => {
                let comma = if arrow.words.is_empty() { "" } else { ": " };
                let _ = writeln!(
                    out,
                    "<li value=\"{}\">{} → {}: <b>{}</b>{comma}{}</li>",
                    arrow.number,
                    escape(&arrow.from),
                    escape(&arrow.to),
                    arrow.name,
                    escape(&arrow.words),
                );
            }
            Row::Note { text, .. } => {
                let _ = writeln!(out, "<li class=\"event\">{}</li>", escape(text));
            }
            Row::Silence(duration) => {
                let _ = writeln!(out, "<li class=\"event\">{}</li>", silence(*duration));
            }
        }
    }
    out.push_str("</ol>\n");
    out
}
