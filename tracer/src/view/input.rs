//! What keys and the mouse do.

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::{Position, Rect};

use super::item::{Opened, Row};
use super::model::{Mode, Model, Pane};

/// What the terminal is to do after an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Show the model.
    Continue,
    /// Put this text into the clipboard, and show the model.
    Copy(String),
    /// Leave.
    Quit,
}

/// How a key moves through a pane.
#[derive(Clone, Copy)]
enum Move {
    Back,
    On,
    PageBack,
    PageOn,
    First,
    Last,
}

/// Lines that a turn of the wheel moves.
const WHEEL: usize = 3;

impl Model {
    /// A key, the mouse, or the size of the window.
    pub fn input(&mut self, event: &Event) -> Step {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => return self.key(*key),
            Event::Mouse(mouse) => self.mouse(*mouse),
            Event::Resize(width, height) => self.arrange((*width, *height)),
            _ => {}
        }
        Step::Continue
    }

    fn key(&mut self, key: KeyEvent) -> Step {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        if is_control && matches!(key.code, KeyCode::Char('c')) {
            return Step::Quit;
        }
        self.note.clear();
        match self.mode {
            Mode::Filter => {
                self.edit(key.code);
                Step::Continue
            }
            Mode::Help => {
                self.mode = Mode::Browse;
                Step::Continue
            }
            Mode::Browse => self.browse(key.code),
        }
    }

    /// A key while the filter is typed: what is shown follows each of them.
    fn edit(&mut self, key: KeyCode) {
        let mut typed = self.filter.typed().to_owned();
        match key {
            KeyCode::Char(character) => typed.push(character),
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Esc => {
                typed.clear();
                self.mode = Mode::Browse;
            }
            KeyCode::Enter | KeyCode::Tab | KeyCode::Down | KeyCode::Up => self.mode = Mode::Browse,
            _ => {}
        }
        let narrows = self.filter.set(typed);
        self.sift(narrows);
    }

    fn browse(&mut self, key: KeyCode) -> Step {
        match key {
            KeyCode::Char('q') => return Step::Quit,
            KeyCode::Char('y') => return self.copy(false),
            KeyCode::Char('Y') => return self.copy(true),
            KeyCode::Char('?' | 'h') => self.mode = Mode::Help,
            KeyCode::Char('/') => self.mode = Mode::Filter,
            KeyCode::Char('f') => self.follow(),
            KeyCode::Char('s') => self.turn(!self.is_sequence),
            KeyCode::Tab => self.focus = self.neighbour(1),
            KeyCode::BackTab => self.focus = self.neighbour(2),
            KeyCode::Enter if self.is_sequence => self.turn(false),
            KeyCode::Enter => self.focus = Pane::Tree,
            KeyCode::Esc => self.step_back(),
            KeyCode::Up | KeyCode::Char('k') => self.step(Move::Back, true),
            KeyCode::Down | KeyCode::Char('j') => self.step(Move::On, true),
            KeyCode::Left => self.step(Move::Back, false),
            KeyCode::Right => self.step(Move::On, false),
            KeyCode::PageUp => self.step(Move::PageBack, true),
            KeyCode::PageDown => self.step(Move::PageOn, true),
            KeyCode::Home | KeyCode::Char('g') => self.step(Move::First, true),
            KeyCode::End | KeyCode::Char('G') => self.step(Move::Last, true),
            _ => {}
        }
        Step::Continue
    }

    fn neighbour(&self, steps: usize) -> Pane {
        let panes = [Pane::Packets, Pane::Tree, Pane::Grid];
        if self.is_sequence { Pane::Packets } else { panes[(self.focus as usize + steps) % 3] }
    }

    /// Escape takes back one thing at a time: the filter, the client, the pane.
    fn step_back(&mut self) {
        if !self.filter.is_empty() {
            self.filter.set(String::new());
        } else if self.followed.is_some() {
            self.followed = None;
        } else if self.is_sequence {
            return self.turn(false);
        } else {
            self.focus = Pane::Packets;
        }
        self.sift(false);
    }

    /// Follows the client of the chosen line, or everybody again.
    fn follow(&mut self) {
        self.followed = match self.followed {
            Some(_) => None,
            None => self.item().and_then(|item| item.client.clone()),
        };
        self.sift(false);
    }

    fn turn(&mut self, is_sequence: bool) {
        self.is_sequence = is_sequence;
        self.focus = Pane::Packets;
        self.arrange(self.size);
    }

    /// Copies the packet's bytes, or those of the chosen field, as hex.
    fn copy(&mut self, field_alone: bool) -> Step {
        let Some(opened) = &self.opened else { return Step::Continue };
        let field = opened.fields.get(self.field).filter(|_| field_alone);
        let range =
            field.map_or(0..opened.bytes.len(), |field| field.span.offset..field.span.end());
        let bytes = opened.bytes.get(range).unwrap_or_default();
        let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        let plural = if bytes.len() == 1 { "" } else { "s" };
        self.note = format!("{} byte{plural} copied as hex; printed when you leave", bytes.len());
        self.copied.push(hex.clone());
        Step::Copy(hex)
    }

    /// Moves what is chosen in the pane that has the keys.
    fn step(&mut self, step: Move, by_lines: bool) {
        let (at, count, page) = match self.focus {
            Pane::Packets => (self.chosen, self.shown.len(), self.areas.packets.height.into()),
            Pane::Tree => (self.field, self.fields(), self.areas.tree.height.into()),
            Pane::Grid => {
                let line = self.areas.grid_line();
                let page = line * usize::from(self.areas.grid.height);
                let unit = if by_lines { line } else { 1 };
                let bytes = self.opened.as_ref().map_or(0, |opened| opened.bytes.len());
                return self.choose_byte(moved(step, self.byte, bytes, unit, page));
            }
        };
        let to = moved(step, at, count, 1, page);
        match self.focus {
            Pane::Packets => self.choose(to),
            _ => self.choose_field(to),
        }
    }

    fn fields(&self) -> usize {
        self.opened.as_ref().map_or(0, |opened| opened.fields.len())
    }

    fn mouse(&mut self, mouse: MouseEvent) {
        let position = Position { x: mouse.column, y: mouse.row };
        let pane = self.pane_at(position);
        let Some((pane, area)) = pane.filter(|_| self.mode != Mode::Help) else { return };
        let wheel = match mouse.kind {
            MouseEventKind::ScrollUp => Move::Back,
            MouseEventKind::ScrollDown => Move::On,
            MouseEventKind::Down(MouseButton::Left) => {
                self.focus = pane;
                return self.click(pane, area, position);
            }
            _ => return,
        };
        let had_keys = std::mem::replace(&mut self.focus, pane);
        for _ in 0..WHEEL {
            self.step(wheel, true);
        }
        self.focus = had_keys;
    }

    fn pane_at(&self, position: Position) -> Option<(Pane, Rect)> {
        let areas = self.areas;
        let panes =
            [(Pane::Packets, areas.packets), (Pane::Tree, areas.tree), (Pane::Grid, areas.grid)];
        panes.into_iter().find(|(_, area)| area.contains(position))
    }

    fn click(&mut self, pane: Pane, area: Rect, position: Position) {
        let line = self.tops[pane as usize] + usize::from(position.y - area.y);
        match pane {
            Pane::Packets => {
                let heading = usize::from(self.is_sequence);
                if let Some(line) = line.checked_sub(heading).filter(|at| *at < self.shown.len()) {
                    self.choose(line);
                }
            }
            Pane::Tree => {
                let rows = self.opened.as_ref().map(Opened::rows).unwrap_or_default();
                if let Some(Row::Field(field)) = rows.get(line) {
                    self.choose_field(*field);
                }
            }
            Pane::Grid => {
                if let Some(column) = super::draw::byte_at(self.areas, position.x) {
                    self.choose_byte(line * self.areas.grid_line() + column);
                }
            }
        }
    }
}

/// Where a move leads, among so many.
fn moved(step: Move, at: usize, count: usize, unit: usize, page: usize) -> usize {
    let last = count.saturating_sub(1);
    let onward = |by: usize| (at + by).min(last);
    match step {
        Move::Back => at.checked_sub(unit).unwrap_or(at),
        Move::On if unit > 1 && at + unit > last => at, // no byte stands below this one
        Move::On => onward(unit),
        Move::PageBack => at.saturating_sub(page),
        Move::PageOn => onward(page),
        Move::First => 0,
        Move::Last => last,
    }
}
