//! The first line of a packet: the talk's console view.

use crate::conversation::Seen;
use crate::page::{Hue, Page, Writer, width};
use crate::summary::summary;
use crate::time::Moment;

/// The column at which the summary begins, where there is room before it.
const SUMMARY: usize = 60;

pub(super) fn write(writer: &mut Writer<'_>, page: Page, seen: &Seen<'_>) {
    writer.text("#").number(seen.number).spaces(2);
    writer.text(&Moment(seen.time).to_string()).spaces(2);
    writer.text(seen.from()).text(" → ").text(seen.to()).spaces(2);
    writer.hue(Hue::Strong).text(type_name(seen)).hue(Hue::Plain).spaces(2);
    writer.number(seen.bytes.len() as u64);
    writer.text(if seen.bytes.len() == 1 { " byte" } else { " bytes" });
    match &seen.outcome {
        Ok(packet) => {
            let summary = summary(packet).to_string();
            if !summary.is_empty() {
                let column = SUMMARY.min(page.width.saturating_sub(width(&summary)));
                writer.spaces(1).to(column);
                let room = page.width.saturating_sub(writer.column());
                writer.text(&cut(&summary, room));
            }
        }
        Err(_) => {
            writer.spaces(2).hue(Hue::Wrong).text("✗ malformed").hue(Hue::Plain);
        }
    }
    writer.end_line();
}

/// The name of the packet's type, as far as its first byte tells one.
pub(crate) fn type_name(seen: &Seen<'_>) -> &'static str {
    match seen.bytes.first().map(|&byte| wire::PacketType::of_first_byte(byte)) {
        Some(Some(packet_type)) => packet_type.name(),
        _ => "RESERVED",
    }
}

/// The text, or as much of it as fits into `room` columns, with an ellipsis.
pub(crate) fn cut(text: &str, room: usize) -> std::borrow::Cow<'_, str> {
    if width(text) <= room {
        return text.into();
    }
    let mut short = String::new();
    for character in text.chars() {
        if width(&short) + 2 > room {
            break;
        }
        short.push(character);
    }
    short.push('…');
    short.into()
}
