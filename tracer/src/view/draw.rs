//! The model on a screen.

mod grid;
mod help;
mod packets;
mod sequence;
mod tree;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

pub(super) use grid::byte_at;

use super::areas::SMALLEST;
use super::model::{Mode, Model, Pane};
use super::style;
use crate::measure::{cut, width};
use crate::page::Hue;
use crate::printable::printable;

/// From so many columns on, lines have room for more than what must be there.
const WIDE: u16 = 100;

impl Model {
    /// Draws all of it.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        let (columns, lines) = self.size;
        if columns < SMALLEST.0 || lines < SMALLEST.1 {
            let advice = format!("make the window {} × {} at least", SMALLEST.0, SMALLEST.1);
            return frame.render_widget(Paragraph::new(advice), frame.area());
        }
        let areas = self.areas;
        self.draw_title(frame, areas.title);
        if self.is_sequence {
            sequence::draw(self, frame, areas.packets);
        } else {
            packets::draw(self, frame, areas.packets);
            tree::draw_title(self, frame, areas.tree_title);
            tree::draw(self, frame, areas.tree);
            tree::draw_explanation(self, frame, areas.explanation);
            grid::draw_title(self, frame, areas.grid_title);
            grid::draw(self, frame, areas.grid);
        }
        self.draw_status(frame, areas.status);
        if self.mode == Mode::Help {
            help::draw(frame, areas.title.width, self.size.1);
        }
    }

    fn draw_title(&self, frame: &mut Frame<'_>, area: Rect) {
        let (shown, all) = (self.shown.len(), self.kept.len());
        let first = if self.kept.is_full() { "the first " } else { "" };
        let mut words = format!("{first}{all} lines");
        if shown != all {
            words = format!("{shown} of {words}");
        }
        if self.kept.forgotten() > 0 {
            words = format!("{words}, {} older dropped", self.kept.forgotten());
        }
        if let Some(client) = &self.followed {
            words = format!("{words}, only {}", printable(client));
        }
        let title = printable(&self.title).into_owned();
        rule(self, frame, area, &title, &words, self.focus == Pane::Packets);
    }

    fn draw_status(&self, frame: &mut Frame<'_>, area: Rect) {
        let room = usize::from(area.width);
        let line = if self.mode == Mode::Filter {
            let typed = printable(self.filter.typed()).into_owned();
            let kind = self.filter.kind();
            let line = format!("/{typed}▏  {kind}; Enter keeps it, Esc takes it back");
            Line::from(cut(&line, room).into_owned())
        } else if !self.note.is_empty() {
            Line::from(Span::raw(cut(&printable(&self.note), room).into_owned()))
        } else {
            let keys = "Tab pane  / filter  f client  s sequence  y copy  ? help  q quit";
            let kept = self.filter.typed();
            let keys = if kept.is_empty() { keys.to_owned() } else { format!("/{kept}  {keys}") };
            Line::from(Span::styled(
                cut(&printable(&keys), room).into_owned(),
                self.style(Hue::Faint),
            ))
        };
        frame.render_widget(Paragraph::new(line), area);
    }

    fn style(&self, hue: Hue) -> Style {
        style::of(hue, self.colour)
    }
}

/// The line above a pane: its name, and what is to say about it. The pane that has the keys is marked.
fn rule(model: &Model, frame: &mut Frame<'_>, area: Rect, name: &str, words: &str, has_keys: bool) {
    let room = usize::from(area.width);
    let mark = if has_keys { "▸ " } else { "─ " };
    let end = match words {
        "" => String::new(),
        words => format!(" {} ─", cut(words, room / 2)),
    };
    let name = format!("{mark}{} ", cut(name, room.saturating_sub(width(&end) + 4)));
    let line = "─".repeat(room.saturating_sub(width(&name) + width(&end)));
    let name_style = model.style(if has_keys { Hue::Strong } else { Hue::Plain });
    let spans = [
        Span::styled(name, name_style),
        Span::styled(line, model.style(Hue::Faint)),
        Span::raw(end),
    ];
    frame.render_widget(Paragraph::new(Line::from_iter(spans)), area);
}

/// A line in a pane, which is the chosen one or not.
fn put(frame: &mut Frame<'_>, area: Rect, at: usize, line: Line<'_>, chosen: Option<Style>) {
    let Ok(at) = u16::try_from(at) else { return };
    if at >= area.height {
        return;
    }
    let area = Rect { y: area.y + at, height: 1, ..area };
    frame.render_widget(Paragraph::new(line), area);
    if let Some(style) = chosen {
        frame.buffer_mut().set_style(area, style);
    }
}

/// Text in a column of so many cells, cut or filled up.
fn column(text: &str, cells: usize) -> String {
    let text = cut(text, cells);
    let blanks = " ".repeat(cells - width(&text));
    format!("{text}{blanks}")
}
