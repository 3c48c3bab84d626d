//! One line a packet, with an arrow between those who talk: a conversation as a sequence diagram.

use crate::conversation::{Entry, Event, SERVER, Seen};
use crate::dump::cut;
use crate::page::{Hue, Hues, Page, Writer, width};
use crate::summary::summary;
use crate::time::Moment;

/// Writes entries as the rungs of a ladder:
///
/// ```text
///    0.000 ms  alice ──CONNECT──────────▶ broker  client alice, clean session, keep alive 60 s
///    0.200 ms  alice ◀──────────CONNACK── broker  accepted
/// ```
#[derive(Clone, Debug)]
pub struct Ladder {
    page: Page,
    hues: Option<Hues>,
    names: usize,
}

/// The length of an arrow, its head included.
const ARROW: usize = 20;
const TIME: usize = 12;

impl Ladder {
    /// A ladder for this page.
    pub fn new(page: Page) -> Self {
        let width = page.width.max(Page::NARROWEST);
        Self { page: Page { width, ..page }, hues: Hues::of(page), names: SERVER.len() }
    }

    /// Writes the entry to the end of `out`.
    pub fn entry(&mut self, entry: &Entry<'_>, out: &mut String) {
        match entry {
            Entry::Packet(seen) => self.packet(seen, out),
            Entry::Event(event) => self.event(event, out),
        }
    }

    fn packet(&mut self, seen: &Seen<'_>, out: &mut String) {
        self.names = self.names.max(width(&seen.client)).min(20);
        let mut writer = Writer::new(out, self.hues.as_ref());
        let time = Moment(seen.time).to_string();
        writer.to(TIME.saturating_sub(width(&time))).text(&time).spaces(2);
        let client = cut(&seen.client, self.names);
        writer.spaces(self.names - width(&client)).text(&client).spaces(1);
        let name = crate::dump::type_name(seen);
        let line = "─".repeat(ARROW - 3 - width(name));
        writer.hue(Hue::Strong);
        match seen.direction {
            tap::Direction::ToServer => writer.text("──").text(name).text(&line).text("▶"),
            tap::Direction::ToClient => writer.text("◀").text(&line).text(name).text("──"),
        };
        writer.hue(Hue::Plain).spaces(1).text(SERVER).spaces(2);
        let room = self.page.width.saturating_sub(writer.column());
        match &seen.outcome {
            Ok(packet) => writer.text(&cut(&summary(packet).to_string(), room)),
            Err(_) => writer.hue(Hue::Wrong).text("✗ malformed").hue(Hue::Plain),
        };
        writer.end_line();
    }

    fn event(&self, event: &Event, out: &mut String) {
        let mut writer = Writer::new(out, self.hues.as_ref());
        let time = Moment(event.time).to_string();
        writer.to(TIME.saturating_sub(width(&time))).text(&time).spaces(2);
        let room = self.page.width - writer.column() - 3;
        writer.hue(Hue::Event).text("·· ").text(&cut(&event.text, room)).hue(Hue::Plain);
        writer.end_line();
    }
}
