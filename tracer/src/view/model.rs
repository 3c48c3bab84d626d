//! All that the view knows: what happened, what is chosen, what is shown.

use std::collections::VecDeque;
use std::sync::Arc;

use tap::Record;
use wire::Spans;

use super::areas::Areas;
use super::filter::Filter;
use super::item::{Item, Opened, Row};
use super::kept::{Keep, Kept};
use crate::conversation::{Conversation, Entry};
use crate::filter;

/// The state of the view. Records, keys and the mouse change it; [`draw`](Self::draw) shows it.
#[derive(Debug)]
pub struct Model {
    pub(super) title: String,
    pub(super) colour: bool,
    pub(super) areas: Areas,
    pub(super) size: (u16, u16),
    conversation: Conversation,
    /// Which packets and events become lines at all.
    only: filter::Filter,
    pub(super) kept: Kept,
    /// The lines that filter and client leave, by their number.
    pub(super) shown: VecDeque<usize>,
    /// Which of those is chosen.
    pub(super) chosen: usize,
    pub(super) opened: Option<Opened>,
    /// The index of the field that is chosen in the opened packet.
    pub(super) field: usize,
    /// The byte that is chosen in it.
    pub(super) byte: usize,
    /// The first line that is seen of each pane.
    pub(super) tops: [usize; 3],
    pub(super) focus: Pane,
    pub(super) mode: Mode,
    pub(super) filter: Filter,
    /// The one client whose packets are shown.
    pub(super) followed: Option<Arc<str>>,
    pub(super) is_sequence: bool,
    /// What the last key did, or why nothing more comes.
    pub(super) note: String,
    pub(super) copied: Vec<String>,
}

/// A pane that can have the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pane {
    Packets,
    Tree,
    Grid,
}

/// What keys mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Browse,
    Filter,
    Help,
}

impl Model {
    /// A view of nothing yet, with this title, in a window of so many columns and lines.
    pub fn new(title: impl Into<String>, colour: bool, size: (u16, u16)) -> Self {
        Self {
            title: title.into(),
            colour,
            areas: Areas::new(size, false),
            size,
            conversation: Conversation::default(),
            only: filter::Filter::default(),
            kept: Kept::new(Keep::First(usize::MAX)),
            shown: VecDeque::new(),
            chosen: 0,
            opened: None,
            field: 0,
            byte: 0,
            tops: [0; 3],
            focus: Pane::Packets,
            mode: Mode::Browse,
            filter: Filter::default(),
            followed: None,
            is_sequence: false,
            note: String::new(),
            copied: Vec::new(),
        }
    }

    /// The same, but of many lines only some are kept.
    #[must_use]
    pub fn keep(self, keep: Keep) -> Self {
        Self { kept: Kept::new(keep), ..self }
    }

    /// The same, but only what passes this filter is kept, with the numbers and times that it has in the
    /// whole conversation.
    #[must_use]
    pub fn only(self, only: filter::Filter) -> Self {
        Self { only, ..self }
    }

    /// Something happened. Whoever has chosen the last line stays on the last line.
    pub fn add(&mut self, record: Record) {
        let Some(entry) = self.conversation.add(record) else { return };
        if !self.only.passes(&entry) {
            return;
        }
        let item = match entry {
            Entry::Packet(seen) => Item::of(&seen),
            Entry::Event(event) => Item::event(event),
        };
        let is_shown = self.is_shown(&item, &mut Spans::default());
        let is_last = self.chosen + 1 >= self.shown.len() && self.chosen > 0;
        let Some(number) = self.kept.add(item) else { return };
        self.forget();
        if is_shown {
            self.shown.push_back(number);
        }
        if is_last {
            self.choose(self.shown.len().saturating_sub(1));
        } else if self.shown.len() == 1 {
            self.choose(0);
        }
    }

    /// Whether nothing that comes now will be shown, since as many lines are kept as were asked for.
    pub fn is_full(&self) -> bool {
        self.kept.is_full()
    }

    /// Leaves out the lines that are no longer kept. What is chosen stays so, as long as it is.
    fn forget(&mut self) {
        let first = self.kept.forgotten();
        let gone = self.shown.iter().take_while(|number| **number < first).count();
        if gone == 0 {
            return;
        }
        self.shown.drain(..gone);
        let top = &mut self.tops[Pane::Packets as usize];
        *top = top.saturating_sub(gone);
        match self.chosen.checked_sub(gone) {
            Some(chosen) => self.chosen = chosen,
            None => self.choose(0),
        }
    }

    /// Says something in the last line: why nothing more comes, for instance.
    pub fn say(&mut self, note: impl Into<String>) {
        self.note = note.into();
    }

    /// What was copied, in its order: for whoever prints it at the end.
    pub fn copied(&self) -> &[String] {
        &self.copied
    }

    /// `spans` is where the fields of a packet go, if they matter.
    fn is_shown(&self, item: &Item, spans: &mut Spans) -> bool {
        let is_followed = self.followed.is_none() || self.followed == item.client;
        is_followed && self.filter.takes(item, spans)
    }

    /// Filter or client have changed: what was chosen stays so, or what comes next of it. Where the filter
    /// only `narrows`, what was not shown before need not be looked at.
    pub(super) fn sift(&mut self, narrows: bool) {
        let before = self.shown.get(self.chosen).copied().unwrap_or(0);
        let mut spans = Spans::default();
        let mut is_shown = |item: &Item| self.is_shown(item, &mut spans);
        let shown = if narrows {
            let item = |number: &usize| self.kept.get(*number);
            self.shown
                .iter()
                .filter(|number| item(number).is_some_and(&mut is_shown))
                .copied()
                .collect()
        } else {
            let items = self.kept.iter().filter(|(_, item)| is_shown(item));
            items.map(|(number, _)| number).collect()
        };
        self.shown = shown;
        let next = self.shown.partition_point(|&number| number < before);
        self.choose(next.min(self.shown.len().saturating_sub(1)));
    }

    pub(super) fn item(&self) -> Option<&Item> {
        self.line(self.chosen)
    }

    /// What a line of the list stands for, counted from the first one that is shown.
    pub(super) fn line(&self, line: usize) -> Option<&Item> {
        self.shown.get(line).and_then(|&number| self.kept.get(number))
    }

    /// Chooses a line of the list, and opens its packet.
    pub(super) fn choose(&mut self, line: usize) {
        self.chosen = line.min(self.shown.len().saturating_sub(1));
        self.opened = self.item().and_then(Item::packet).map(Opened::new);
        let blamed = self.opened.as_ref().and_then(|opened| {
            let malformed = opened.malformed.as_ref()?;
            opened.fields.iter().position(|spanned| malformed.blames(spanned))
        });
        self.tops[Pane::Tree as usize] = 0;
        self.tops[Pane::Grid as usize] = 0;
        self.choose_field(blamed.unwrap_or(0));
    }

    /// Chooses a field; its first byte goes with it.
    pub(super) fn choose_field(&mut self, field: usize) {
        let last = self.opened.as_ref().map_or(0, |opened| opened.fields.len().saturating_sub(1));
        self.field = field.min(last);
        let chosen = self.opened.as_ref().and_then(|opened| opened.fields.get(self.field));
        self.byte = chosen.map_or(0, |spanned| spanned.span.offset);
        self.scroll();
    }

    /// Chooses a byte; the field that owns it goes with it.
    pub(super) fn choose_byte(&mut self, byte: usize) {
        let Some(opened) = &self.opened else { return };
        self.byte = byte.min(opened.bytes.len().saturating_sub(1));
        self.field = opened.owner(self.byte).unwrap_or(self.field);
        self.scroll();
    }

    /// The window has another size, or another use.
    pub(super) fn arrange(&mut self, size: (u16, u16)) {
        self.size = size;
        self.areas = Areas::new(size, self.is_sequence);
        self.scroll();
    }

    /// Moves each pane as far as it takes to see what is chosen in it.
    fn scroll(&mut self) {
        let areas = self.areas;
        let rows = self.opened.as_ref().map(Opened::rows).unwrap_or_default();
        let row = rows.iter().position(|row| *row == Row::Field(self.field)).unwrap_or(0);
        let heading = usize::from(self.is_sequence); // the names of the actors
        let seen = [
            (self.chosen, usize::from(areas.packets.height).saturating_sub(heading)),
            (row, areas.tree.height.into()),
            (self.byte / areas.grid_line(), areas.grid.height.into()),
        ];
        for (top, (line, height)) in self.tops.iter_mut().zip(seen) {
            *top = (*top).clamp((line + 1).saturating_sub(height.max(1)), line);
        }
        if row == 1 {
            self.tops[Pane::Tree as usize] = 0; // the name of the part above the first field
        }
    }
}
