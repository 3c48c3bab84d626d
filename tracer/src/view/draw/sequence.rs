//! The conversation as a sequence diagram: the broker's line on the left, each client's to the right of
//! it, a line of the window for each packet.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tap::Direction;

use super::{column, put};
use crate::conversation::SERVER;
use crate::measure::{cut, width};
use crate::page::Hue;
use crate::printable::printable;
use crate::view::item::{Item, What};
use crate::view::model::{Model, Pane};
use crate::view::style;

/// Columns of mark and time in front of the broker's line.
const START: usize = 15;
/// Actors are looked for in so many lines before and behind the chosen one.
const NEAR: usize = 5000;
/// Columns from one line to the next: the longest name of a type, and an arrow around it.
const LANE: usize = 17;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let actors = Actors::of(model, area.width.into());
    put(frame, area, 0, actors.names(model), None);
    let top = model.tops[Pane::Packets as usize];
    let room = usize::from(area.height).saturating_sub(1);
    for at in top..top + room {
        let Some(item) = model.line(at) else { return };
        let is_chosen = at == model.chosen;
        let line = actors.line(model, item, is_chosen, area.width.into());
        put(frame, area, at - top + 1, line, is_chosen.then(|| style::chosen(true)));
    }
}

/// The clients that have a line of their own, in the order in which they came.
struct Actors<'m> {
    clients: Vec<&'m Arc<str>>,
    /// How many clients are left out to the left and to the right.
    hidden: usize,
}

impl<'m> Actors<'m> {
    /// As many as fit, the chosen one among them.
    fn of(model: &'m Model, room: usize) -> Self {
        let mut all: Vec<&Arc<str>> = Vec::new();
        let near = model.chosen.saturating_sub(NEAR)..model.chosen + NEAR;
        for item in near.map_while(|line| model.line(line)) {
            if let (Some(client), Some(_)) = (&item.client, item.packet())
                && !all.contains(&client)
            {
                all.push(client);
            }
        }
        let fit = (room.saturating_sub(START + 4) / LANE).max(1);
        let chosen = model.item().and_then(|item| item.client.as_ref());
        let chosen = chosen.and_then(|chosen| all.iter().position(|client| *client == chosen));
        let first = (chosen.unwrap_or(0) + 1).saturating_sub(fit);
        let hidden = all.len().saturating_sub(fit);
        let clients = all.into_iter().skip(first).take(fit).collect();
        Self { clients, hidden }
    }

    fn names(&self, model: &Model) -> Line<'m> {
        let mut names = column(&format!("{}{SERVER}", " ".repeat(START - 3)), START + LANE - 5);
        for client in &self.clients {
            names.push_str(&column(&cut(&printable(client), LANE - 1), LANE));
        }
        if self.hidden > 0 {
            names = format!("{} +{}", names.trim_end(), self.hidden);
        }
        Line::styled(names, model.style(Hue::Strong))
    }

    fn line(&self, model: &Model, item: &Item, is_chosen: bool, room: usize) -> Line<'m> {
        let mark = if is_chosen { "▸" } else { " " };
        let time = item.moment();
        let blanks = " ".repeat((START - 3).saturating_sub(width(&time)));
        let start = Span::raw(format!("{mark}{blanks}{time}  "));
        let (text, hue) = match &item.what {
            What::Event(text) => {
                let lines = self.lifelines();
                let lines: String = lines.iter().collect();
                let room = room.saturating_sub(START + width(&lines) + 2);
                let text = if room < text.len() && room < LANE {
                    format!("│ ·· {}", cut(text, width(&lines).saturating_sub(5)))
                } else {
                    format!("{lines}  {}", cut(text, room))
                };
                (text, Hue::Event)
            }
            What::Packet(packet) => {
                let lane =
                    self.clients.iter().position(|client| Some(*client) == item.client.as_ref());
                let (words, is_broken) = packet.words();
                let hue = if is_broken { Hue::Wrong } else { Hue::of_stream(packet.stream) };
                let broken = if is_broken { "✗" } else { "" };
                let name = match (lane, &item.client) {
                    (None, Some(client)) => cut(
                        &format!("{} {broken}{}", printable(client), packet.type_name),
                        LANE - 3,
                    )
                    .into_owned(),
                    _ => format!("{broken}{}", packet.type_name),
                };
                let drawn = self.arrow(lane, packet.direction, &name);
                let room = room.saturating_sub(START + width(&drawn) + 2);
                let words = if room >= LANE { cut(&words, room) } else { "".into() };
                (format!("{drawn}  {words}"), hue)
            }
        };
        Line::from_iter([start, Span::styled(text, model.style(hue))])
    }

    /// A line of each actor, without an arrow.
    fn lifelines(&self) -> Vec<char> {
        let mut cells = vec![' '; self.clients.len() * LANE + 1];
        for cell in cells.iter_mut().step_by(LANE) {
            *cell = '│';
        }
        cells
    }

    fn arrow(&self, lane: Option<usize>, direction: Direction, name: &str) -> String {
        let mut cells = self.lifelines();
        let end = lane.map_or(0, |lane| (lane + 1) * LANE);
        for cell in cells.get_mut(1..end).unwrap_or_default() {
            *cell = '─';
        }
        let label = if end == 0 { 2 } else { end - LANE + 3 };
        for (cell, character) in cells.iter_mut().skip(label).zip(name.chars()) {
            *cell = character;
        }
        match direction {
            Direction::ToServer if end > 0 => cells[1] = '◀',
            Direction::ToClient if end > 0 => cells[end - 1] = '▶',
            _ => {}
        }
        cells.into_iter().collect()
    }
}
