//! The first line of a packet: who, to whom, what.

use crate::conversation::Seen;
use crate::measure::{cut, width};
use crate::page::{Hue, Page};
use crate::printable::printable;
use crate::summary::in_words;
use crate::time::Moment;
use crate::writer::Writer;

/// The column at which the summary begins, where there is room before it.
const SUMMARY: usize = 60;
/// The longest name that is shown whole.
const NAME: usize = 20;

/// Writes the line. A summary that does not fit goes to a second line, unless there may be `one_line`
/// alone.
pub(super) fn write(writer: &mut Writer<'_>, page: Page, seen: &Seen<'_>, one_line: bool) {
    writer.text("#").number(seen.number).spaces(2);
    writer.text(&Moment(seen.time).to_string()).spaces(2);
    writer.text(&name(seen.from())).text(" → ").text(&name(seen.to())).spaces(2);
    writer.hue(Hue::Strong).text(type_name(seen)).hue(Hue::Plain).spaces(2);
    writer.number(seen.bytes.len() as u64);
    writer.text(if seen.bytes.len() == 1 { " byte" } else { " bytes" });
    let (words, hue) = in_words(&seen.outcome);
    if !words.is_empty() {
        let start = writer.column() + 2;
        let room = page.width.saturating_sub(start);
        if !one_line && room < width(&words) {
            writer.end_line();
            writer.hue(hue).spaces(4).text(&cut(&words, page.width - 4));
        } else {
            let column = SUMMARY.min(page.width.saturating_sub(width(&words))).max(start);
            let room = page.width.saturating_sub(column);
            writer.spaces(column - writer.column()).hue(hue).text(&cut(&words, room));
        }
    }
    writer.hue(Hue::Plain).end_line();
}

/// The name of the packet's type, as far as its first byte tells one.
pub(crate) fn type_name(seen: &Seen<'_>) -> &'static str {
    match seen.bytes.first().map(|&byte| wire::PacketType::of_first_byte(byte)) {
        Some(Some(packet_type)) => packet_type.name(),
        _ => "RESERVED",
    }
}

fn name(name: &str) -> String {
    cut(&printable(name), NAME).into_owned()
}
