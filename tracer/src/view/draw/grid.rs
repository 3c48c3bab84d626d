//! The bytes of the packet, those of the chosen field set off.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::{put, rule};
use crate::dump::character;
use crate::page::Hue;
use crate::view::areas::Areas;
use crate::view::model::{Model, Pane};

/// The columns in front of the first byte: its number, and a gap.
const START: usize = 7;
/// Bytes in a group, which a wider gap sets apart.
const GROUP: usize = 8;

pub(super) fn draw_title(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let words = match &model.opened {
        Some(opened) if !opened.bytes.is_empty() => format!("byte {}", model.byte),
        _ => String::new(),
    };
    rule(model, frame, area, "bytes", &words, model.focus == Pane::Grid);
}

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let Some(opened) = &model.opened else { return };
    let length = model.areas.grid_line();
    let styles = styles(model);
    let top = model.tops[Pane::Grid as usize];
    let lines = opened.bytes.chunks(length).enumerate().skip(top).take(area.height.into());
    for (index, bytes) in lines {
        let first = index * length;
        let style = |at: usize| styles.get(first + at).copied().unwrap_or_default();
        let mut spans = vec![Span::styled(format!("{first:04x}   "), model.style(Hue::Faint))];
        for (at, byte) in bytes.iter().enumerate() {
            let gap = match at {
                0 => "",
                _ if at % GROUP == 0 => "  ",
                _ => " ",
            };
            spans.push(Span::raw(gap));
            spans.push(Span::styled(format!("{byte:02x}"), style(at)));
        }
        let used: usize = spans.iter().map(Span::width).sum();
        let gap = START + column_of(length) + 1 - used;
        spans.push(Span::styled(format!("{}│ ", " ".repeat(gap)), model.style(Hue::Faint)));
        for (at, byte) in bytes.iter().enumerate() {
            spans.push(Span::styled(character(*byte).to_string(), style(at)));
        }
        put(frame, area, index - top, Line::from(spans), None);
    }
}

/// The style of each byte: the hue of the first field that has some of it, the chosen field set off, the chosen byte underlined.
fn styles(model: &Model) -> Vec<Style> {
    let Some(opened) = &model.opened else { return Vec::new() };
    let mut styles = vec![Style::new(); opened.bytes.len()];
    for (spanned, hue) in opened.fields.iter().zip(opened.hues()).rev() {
        styles[spanned.span.offset..spanned.span.end()].fill(model.style(hue));
    }
    if let Some(chosen) = opened.fields.get(model.field) {
        for style in &mut styles[chosen.span.offset..chosen.span.end()] {
            *style = style.add_modifier(Modifier::REVERSED);
        }
    }
    if let Some(style) = styles.get_mut(model.byte).filter(|_| model.focus == Pane::Grid) {
        *style = style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
    }
    styles
}

/// The column of a byte behind the first one of its line.
const fn column_of(at: usize) -> usize {
    at * 3 + at / GROUP
}

/// Which byte of its line stands in this column of the window: as hex, or as a character.
pub(in crate::view) fn byte_at(areas: Areas, x: u16) -> Option<usize> {
    let length = areas.grid_line();
    let column = usize::from(x.checked_sub(areas.grid.x)?);
    let characters = START + column_of(length) + 3;
    if column >= characters {
        return Some(column - characters).filter(|at| *at < length);
    }
    let column = column.checked_sub(START)?;
    (0..length).find(|&at| (column_of(at)..column_of(at) + 2).contains(&column))
}
