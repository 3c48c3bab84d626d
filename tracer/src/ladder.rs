//! One line a packet, with an arrow between those who talk: a conversation as a sequence diagram.

use std::sync::Arc;
use std::time::Duration;

use tap::Direction;

use crate::conversation::{Entry, SERVER, Seen};
use crate::dump::type_name;
use crate::measure::{cut, width};
use crate::page::{Hue, Hues, Page};
use crate::printable::printable;
use crate::summary::write_words;
use crate::time::Moment;
use crate::writer::Writer;

/// Writes entries as the rungs of a ladder, and each client, when it first says something, with its
/// address:
///
/// ```text
///             alice is 127.0.0.1:50312, broker is 127.0.0.1:1883
///   0.000 ms  alice ──CONNECT──────────▶ broker  client alice, clean session, keep alive 60 s
///   0.200 ms  alice ◀──────────CONNACK── broker  accepted
/// ```
#[derive(Clone, Debug)]
pub struct Ladder {
    page: Page,
    hues: Option<Hues>,
    names: usize,
}

/// What a ladder needs of an entry.
#[derive(Clone, Debug)]
pub(crate) struct Rung {
    time: Duration,
    what: What,
    /// What it says.
    text: String,
}

#[derive(Clone, Debug)]
enum What {
    Packet(Packet),
    Event,
    /// Who a client is: in front of the first packet of its stream.
    Introduction,
}

#[derive(Clone, Debug)]
struct Packet {
    stream: u32,
    client: Arc<str>,
    direction: Direction,
    type_name: &'static str,
    hue: Hue,
}

/// The columns of a time.
const TIME: usize = 10;
/// The length of an arrow, its head included, and where the page is narrow.
const ARROW: (usize, usize) = (20, 16);
/// From this width on arrows have their full length.
const WIDE: usize = 80;
/// The columns of words that a rung keeps: more than any page has.
const MOST_WORDS: usize = 300;
/// The longest name that is shown whole where there is room.
const NAME: usize = 20;

impl Ladder {
    /// A ladder for this page.
    pub fn new(page: Page) -> Self {
        let width = page.width.max(Page::NARROWEST);
        Self { page: Page { width, ..page }, hues: Hues::of(page), names: 5 }
    }

    /// Writes the entry to the end of `out`.
    pub fn entry(&mut self, entry: &Entry<'_>, out: &mut String) {
        if let Some(rung) = Rung::introduction(entry) {
            self.rung(&rung, out);
        }
        self.rung(&Rung::of(entry, String::new()), out);
    }

    /// Writes these rungs, aligned with each other from the first on.
    pub(crate) fn rungs<'r>(
        &mut self,
        rungs: impl Iterator<Item = &'r Rung> + Clone,
        out: &mut String,
    ) {
        for rung in rungs.clone() {
            self.make_room(rung);
        }
        for rung in rungs {
            self.rung(rung, out);
        }
    }

    fn rung(&mut self, rung: &Rung, out: &mut String) {
        self.make_room(rung);
        let mut writer = Writer::new(out, self.hues.as_ref());
        match &rung.what {
            What::Introduction => {
                writer.hue(Hue::Faint).spaces(TIME + 2);
                writer.text(&cut(&rung.text, self.page.width - TIME - 2));
            }
            What::Event => {
                time(&mut writer, rung.time);
                let room = self.page.width.saturating_sub(writer.column() + 3);
                writer.hue(Hue::Event).text("·· ").text(&cut(&printable(&rung.text), room));
            }
            What::Packet(packet) => {
                time(&mut writer, rung.time);
                self.packet(&mut writer, packet, &rung.text);
            }
        }
        writer.hue(Hue::Plain).end_line();
    }

    fn packet(&self, writer: &mut Writer<'_>, packet: &Packet, words: &str) {
        let client = printable(&packet.client);
        let client = cut(&client, self.names);
        writer.spaces(self.names - width(&client)).text(&client).spaces(1);
        writer.hue(Hue::of_stream(packet.stream));
        arrow(writer, self.page, packet.direction, packet.type_name);
        writer.hue(Hue::Plain).spaces(1).text(SERVER);
        if words.is_empty() {
            return;
        }
        writer.spaces(2);
        let room = self.page.width.saturating_sub(writer.column());
        writer.hue(packet.hue).text(&cut(words, room));
    }

    /// Names stand in one column, which grows with the longest of them.
    fn make_room(&mut self, rung: &Rung) {
        if let What::Packet(Packet { client, .. }) = &rung.what {
            let most = NAME.min(self.page.width / 6);
            self.names = self.names.max(width(&printable(client))).min(most);
        }
    }
}

fn arrow(writer: &mut Writer<'_>, page: Page, direction: Direction, name: &str) {
    let length = if page.width < WIDE { ARROW.1 } else { ARROW.0 };
    let line = "─".repeat(length - 3 - width(name));
    match direction {
        Direction::ToServer => writer.text("──").text(name).text(&line).text("▶"),
        Direction::ToClient => writer.text("◀").text(&line).text(name).text("──"),
    };
}

fn time(writer: &mut Writer<'_>, time: Duration) {
    let time = Moment(time).to_string();
    writer.spaces(TIME.saturating_sub(width(&time))).text(&time).spaces(2);
}

impl Rung {
    /// The rung in front of an entry that is the first packet of its stream: who its client is.
    pub(crate) fn introduction(entry: &Entry<'_>) -> Option<Self> {
        let Entry::Packet(seen) = entry else { return None };
        let text = seen.introduction()?;
        Some(Self { time: seen.time, what: What::Introduction, text })
    }

    /// The rung of an entry. `text` is one that nobody needs any more: its memory is used again.
    pub(crate) fn of(entry: &Entry<'_>, mut text: String) -> Self {
        match entry {
            Entry::Event(event) => {
                text.clone_from(&event.text);
                Self { time: event.time, what: What::Event, text }
            }
            Entry::Packet(seen) => {
                let hue = write_words(&seen.outcome, &mut text);
                if text.len() > MOST_WORDS {
                    text = cut(&text, MOST_WORDS).into_owned();
                }
                Self { time: seen.time, what: What::Packet(Packet::of(seen, hue)), text }
            }
        }
    }

    /// The text of a rung that nobody needs any more.
    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

impl Packet {
    fn of(seen: &Seen<'_>, hue: Hue) -> Self {
        Self {
            stream: seen.stream,
            client: Arc::clone(&seen.client),
            direction: seen.direction,
            type_name: type_name(seen),
            hue,
        }
    }
}
