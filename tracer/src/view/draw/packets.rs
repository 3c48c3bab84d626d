//! The list of packets and events.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tap::Direction;

use super::{WIDE, column, put};
use crate::conversation::SERVER;
use crate::measure::{cut, width};
use crate::page::Hue;
use crate::printable::printable;
use crate::view::item::{Item, PacketItem, What};
use crate::view::model::{Model, Pane};
use crate::view::style;

/// Columns of the number, the time, the client (where the window is narrow and where it is wide), and
/// the type.
const NUMBER: usize = 5;
const TIME: usize = 10;
const CLIENT: (usize, usize) = (10, 20);
const TYPE: usize = 11;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    if model.shown.is_empty() {
        let words = if model.kept.len() == 0 {
            "nothing has come yet"
        } else {
            "no line has this; Esc takes the filter back"
        };
        return put(frame, area, 0, Line::styled(words, model.style(Hue::Faint)), None);
    }
    let top = model.tops[Pane::Packets as usize];
    for at in top..top + usize::from(area.height) {
        let Some(item) = model.line(at) else { return };
        let is_chosen = at == model.chosen;
        let line = line(model, item, is_chosen, area.width.into());
        let chosen = is_chosen.then(|| style::chosen(model.focus == Pane::Packets));
        put(frame, area, at - top, line, chosen);
    }
}

fn line<'i>(model: &Model, item: &'i Item, is_chosen: bool, room: usize) -> Line<'i> {
    let mark = if is_chosen { "▸" } else { " " };
    let time = item.moment();
    let time = format!("{}{time}", " ".repeat(TIME.saturating_sub(width(&time))));
    match &item.what {
        What::Event(text) => {
            let room = room.saturating_sub(1 + NUMBER + 1 + TIME + 5);
            let words = Span::styled(cut(text, room), model.style(Hue::Event));
            let start = format!("{mark}{}{time}  ·· ", " ".repeat(NUMBER + 1));
            Line::from_iter([Span::raw(start), words])
        }
        What::Packet(packet) => {
            let start = format!("{mark}{:>NUMBER$} {time}  ", packet.number);
            let room = room.saturating_sub(width(&start));
            [Span::raw(start)].into_iter().chain(words(model, item, packet, room)).collect()
        }
    }
}

/// Who says what to whom.
fn words(
    model: &Model,
    item: &Item,
    packet: &PacketItem,
    room: usize,
) -> impl Iterator<Item = Span<'static>> + use<> {
    let client = printable(item.client.as_deref().unwrap_or_default()).into_owned();
    let arrow = match packet.direction {
        Direction::ToServer => "─▶",
        Direction::ToClient => "◀─",
    };
    let columns = if model.size.0 < WIDE { CLIENT.0 } else { CLIENT.1 };
    let actors = format!("{} {arrow} {SERVER}  ", column(&client, columns));
    let room = room.saturating_sub(width(&actors) + TYPE + 1);
    let (words, is_broken) = packet.words();
    let hue = if is_broken { Hue::Wrong } else { Hue::Plain };
    let stream = Hue::of_stream(packet.stream);
    [
        Span::styled(actors, model.style(stream)),
        Span::styled(format!("{:TYPE$} ", packet.type_name), model.style(Hue::Strong)),
        Span::styled(cut(&words, room).into_owned(), model.style(hue)),
    ]
    .into_iter()
}
