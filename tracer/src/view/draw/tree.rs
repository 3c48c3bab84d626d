//! The fields of the packet: each with its bytes, its bits and its value; and what the chosen one means.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use wire::{Bits, Spanned};

use super::{WIDE, column, put, rule};
use crate::dump::{bit_lane, value_text};
use crate::measure::{cut, width, wrap};
use crate::page::Hue;
use crate::view::item::{Opened, Row, What};
use crate::view::model::{Model, Pane};
use crate::view::style;

/// Columns of the bytes' numbers, of the bits, and of the field's name.
const PLACE: usize = 9;
const LANE: usize = 11;
const NAME: usize = 25;
/// Columns of the section, where the window is wide.
const SECTION: usize = 9;

pub(super) fn draw_title(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let name = match model.item().map(|item| &item.what) {
        Some(What::Packet(packet)) => format!("#{} {}", packet.number, packet.type_name),
        Some(What::Event(_)) => "an event: no packet carries it".to_owned(),
        None => String::new(),
    };
    let words = match &model.opened {
        Some(opened) if opened.bytes.len() == 1 => "1 byte".to_owned(),
        Some(opened) => format!("{} bytes", opened.bytes.len()),
        None => "no bytes".to_owned(),
    };
    rule(model, frame, area, &name, &words, model.focus == Pane::Tree);
}

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let Some(opened) = &model.opened else {
        if let Some(What::Event(text)) = model.item().map(|item| &item.what) {
            for (at, line) in wrap(text, area.width.into()).into_iter().enumerate() {
                put(frame, area, at, Line::from(line), None);
            }
        }
        return;
    };
    let hues = opened.hues();
    let top = model.tops[Pane::Tree as usize];
    let rows = opened.rows();
    let mut last_byte = None;
    for (at, row) in rows.iter().enumerate() {
        let (line, is_chosen) = match *row {
            Row::Part(part) => {
                let hue = model.style(Hue::Faint);
                (Line::styled(part.to_string(), hue), false)
            }
            Row::Field(index) => {
                let spanned = &opened.fields[index];
                let offset = spanned.span.offset;
                let continues = last_byte.replace(offset) == Some(offset);
                let is_chosen = index == model.field;
                let place = Place { continues, is_chosen, hue: hues[index] };
                (field(model, opened, spanned, place, area.width), is_chosen)
            }
        };
        if at >= top {
            let chosen = is_chosen.then(|| style::chosen(model.focus == Pane::Tree));
            put(frame, area, at - top, line, chosen);
        }
    }
}

#[derive(Clone, Copy)]
struct Place {
    /// Whether the row above is of the same byte.
    continues: bool,
    is_chosen: bool,
    hue: Hue,
}

fn field<'o>(
    model: &Model,
    opened: &'o Opened,
    spanned: &'o Spanned,
    place: Place,
    room: u16,
) -> Line<'o> {
    let field = spanned.field;
    let is_blamed = opened.malformed.as_ref().is_some_and(|malformed| malformed.blames(spanned));
    let mark = match (is_blamed, place.is_chosen) {
        (true, _) => Span::styled("✗", model.style(Hue::Wrong)),
        (false, true) => Span::raw("▸"),
        (false, false) => Span::raw(" "),
    };
    let span = spanned.span;
    let bytes = match (place.continues, span.len) {
        (true, _) => String::new(),
        (false, 0 | 1) => span.offset.to_string(),
        (false, _) => format!("{}–{}", span.offset, span.end() - 1),
    };
    let section = if room >= WIDE { SECTION } else { 0 };
    let value_room = usize::from(room).saturating_sub(1 + PLACE + LANE + NAME + section);
    let value = value_text(spanned, &opened.bytes, value_room.saturating_sub(1));
    let mut spans = vec![
        mark,
        Span::raw(column(&bytes, PLACE)),
        Span::styled(column(&lane(opened, spanned), LANE), model.style(place.hue)),
        Span::styled(column(field.name, NAME), model.style(place.hue)),
        Span::raw(column(&value, value_room)),
    ];
    if section > 0 {
        spans.push(Span::styled(column(field.section, section), model.style(Hue::Faint)));
    }
    Line::from(spans)
}

/// The bits of a field of one byte, and the hex of the first of several.
fn lane(opened: &Opened, spanned: &Spanned) -> String {
    let span = spanned.span;
    let bytes = opened.bytes.get(span.offset..span.end()).unwrap_or_default();
    let whole = spanned.is_number().then_some(Bits { high: 7, low: 0 });
    if let (&[byte], Some(bits)) = (bytes, span.bits.or(whole)) {
        return bit_lane(byte, bits).concat();
    }
    let hex: Vec<String> = bytes.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    cut(&hex.join(" "), if bytes.len() > 3 { LANE - 2 } else { LANE }).into_owned()
}

/// Where the chosen field is defined, and what this value of it means; or the rule that it breaks.
pub(super) fn draw_explanation(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let Some(opened) = &model.opened else { return };
    let Some(spanned) = opened.fields.get(model.field) else { return };
    let field = spanned.field;
    let room = usize::from(area.width);
    let mut head = format!("{} · §{}", spanned.span, field.section);
    if let Some(filter) = field.filter {
        head = format!("{head} · {filter}");
    }
    let blamed = opened.malformed.as_ref().filter(|malformed| malformed.blames(spanned));
    let (words, hue) = match (blamed, &opened.unplaced) {
        (Some(malformed), _) => {
            let rule = malformed.rule;
            (format!("✗ {rule} {} → {}", rule.sentence, malformed.remedy()), Hue::Wrong)
        }
        (None, Some(wrong)) => (format!("✗ {wrong}"), Hue::Wrong),
        (None, None) => ((field.explain)(spanned.value(&opened.bytes)).into_owned(), Hue::Plain),
    };
    let words = if words.is_empty() { field.about.to_owned() } else { words };
    put(frame, area, 0, Line::styled(cut(&head, room), model.style(Hue::Faint)), None);
    let lines = wrap(&words, room);
    let last = usize::from(area.height) - 2;
    for (at, line) in lines.iter().enumerate().take(last + 1) {
        let is_cut = at == last && lines.len() > last + 1;
        let line = if is_cut && width(line) < room { format!("{line}…") } else { line.clone() };
        put(frame, area, at + 1, Line::styled(line, model.style(hue)), None);
    }
}
