//! The first line of a packet: who, to whom, what.

use crate::conversation::Seen;
use crate::measure::{cut, width};
use crate::page::{Hue, Page};
use crate::printable::printable;
use crate::summary::write_words;
use crate::time::Moment;
use crate::writer::Writer;

/// The column at which the summary begins, where there is room before it.
const SUMMARY: usize = 60;
/// The longest name that is shown whole.
const NAME: usize = 20;

/// Writes the line. A summary that does not fit goes to a second line, unless there may be `one_line`
/// alone. `words` is a text to work in.
pub(super) fn write(
    writer: &mut Writer<'_>,
    page: Page,
    seen: &Seen<'_>,
    one_line: bool,
    words: &mut String,
) {
    words.clear();
    let _ = Moment(seen.time).write(words); // a string takes whatever is written to it
    writer.cell('#').number(seen.number).spaces(2).plain(words).spaces(2);
    name(writer, seen.from());
    writer.measured(" → ", 3);
    name(writer, seen.to());
    writer.spaces(2).hue(Hue::Strong).plain(type_name(seen)).hue(Hue::Plain).spaces(2);
    writer.number(seen.bytes.len() as u64);
    writer.plain(if seen.bytes.len() == 1 { " byte" } else { " bytes" });
    let hue = write_words(&seen.outcome, words);
    if !words.is_empty() {
        let columns = width(words);
        let start = writer.column() + 2;
        let room = page.width.saturating_sub(start);
        if !one_line && room < columns {
            writer.end_line();
            writer.hue(hue).spaces(4).text(&cut(words, page.width - 4));
        } else {
            let column = SUMMARY.min(page.width.saturating_sub(columns)).max(start);
            let room = page.width.saturating_sub(column);
            writer.spaces(column - writer.column()).hue(hue).text(&cut(words, room));
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

fn name(writer: &mut Writer<'_>, name: &str) {
    writer.text(&cut(&printable(name), NAME));
}
