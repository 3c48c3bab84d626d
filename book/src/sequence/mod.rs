//! Who says what to whom: a scenario, or some parts of it, as a sequence diagram.
//!
//! ```text
//!   Played ──▶ Diagram: lanes and rows ──▶ svg   twice: for wide pages and for phones
//!                                      └─▶ text  the same as a list
//! ```
//!
//! The parts of a scenario are what stands between the paragraphs that it tells; those paragraphs
//! become captions in the diagram.

mod geometry;
mod svg;
mod text;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use tracer::summary;
use wire::PacketType;

use crate::html::escape;
use crate::play::{BROKER, Moment, Passed, Played};
use geometry::{NARROW, WIDE};

/// A silence of this length is worth a row.
const SILENCE: Duration = Duration::from_millis(400);

/// Lanes and rows, before anybody knows how wide the page is.
pub(crate) struct Diagram<'p> {
    played: &'p Played,
    /// The clients and the broker, from left to right.
    lanes: Vec<String>,
    rows: Vec<Row>,
    /// Packets that the page shows byte by byte, and the ids of their views.
    shown: &'p BTreeMap<u64, String>,
    id: String,
}

enum Row {
    Caption(String),
    Packet(Arrow),
    /// Something that no packet carries, and the client that it concerns.
    Note {
        client: Option<String>,
        text: String,
    },
    Silence(Duration),
}

struct Arrow {
    number: u64,
    size: usize,
    from: String,
    to: String,
    name: &'static str,
    words: String,
    kind: Kind,
    is_answer: bool,
    link: Option<String>,
}

/// What a packet is about: each has a hue.
#[derive(Clone, Copy)]
enum Kind {
    Connection,
    Subscription,
    Message,
}

impl<'p> Diagram<'p> {
    /// The diagram of these parts of what was played; all of them if `None`.
    pub(crate) fn new(
        played: &'p Played,
        parts: Option<RangeInclusive<usize>>,
        id: String,
        shown: &'p BTreeMap<u64, String>,
    ) -> Result<Self, String> {
        let mut diagram = Self { played, lanes: Vec::new(), rows: Vec::new(), shown, id };
        diagram.fill(parts.unwrap_or(0..=usize::MAX));
        if diagram.arrows().next().is_none() {
            return Err(format!("scenario {} has no such part", played.scenario.name));
        }
        diagram.place_lanes();
        Ok(diagram)
    }

    /// The numbers of the packets that the diagram shows.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.arrows().map(|arrow| arrow.number)
    }

    pub(crate) fn html(&self) -> String {
        let Self { played, id, .. } = self;
        format!(
            "<figure class=\"sequence\" id=\"{id}\">\n<figcaption><strong>{which}</strong> <span \
             class=\"quiet\">scenario {name}</span></figcaption>\n<div class=\"wide\">\n{wide}</div>\n\
             <div class=\"narrow\">\n{narrow}</div>\n<details><summary>The same exchange as \
             text</summary>\n{text}</details>\n</figure>\n",
            which = self.which(),
            name = escape(played.scenario.name),
            wide = svg::draw(self, &WIDE),
            narrow = svg::draw(self, &NARROW),
            text = text::list(self),
        )
    }

    /// `Packets 5 to 7`.
    fn which(&self) -> String {
        let first = self.numbers().next().unwrap_or_default();
        match self.numbers().last() {
            Some(last) if last > first => format!("Packets {first} to {last}"),
            _ => format!("Packet {first}"),
        }
    }

    fn fill(&mut self, parts: RangeInclusive<usize>) {
        let mut part = 0;
        let mut last: Option<Duration> = None;
        let mut clients: BTreeMap<u32, String> = BTreeMap::new();
        for moment in &self.played.moments {
            if let Moment::Said(_) = moment {
                part += 1;
            }
            if let Moment::Packet(passed) = moment {
                clients.insert(passed.stream, passed.client.to_string());
            }
            if !parts.contains(&part) {
                continue;
            }
            let time = match moment {
                Moment::Packet(passed) => Some(passed.time),
                Moment::Event(event) => Some(event.time),
                Moment::Said(_) | Moment::Over(_) => None,
            };
            if let (Some(time), Some(before)) = (time, last)
                && time.saturating_sub(before) >= SILENCE
            {
                self.rows.push(Row::Silence(time.saturating_sub(before)));
            }
            last = time.or(last);
            match moment {
                // A table that a scenario tells is for a terminal; the book has better ones.
                Moment::Said(words) if !words.contains("\n  ") => {
                    self.rows.push(Row::Caption(words.clone()));
                }
                Moment::Said(_) | Moment::Over(_) => {}
                Moment::Packet(passed) => self.rows.push(Row::Packet(self.arrow(passed))),
                Moment::Event(event) => self.rows.push(Row::Note {
                    client: event.stream.and_then(|stream| clients.get(&stream).cloned()),
                    text: event.text.clone(),
                }),
            }
        }
    }

    fn arrow(&self, passed: &Passed) -> Arrow {
        let words = passed
            .outcome
            .as_ref()
            .map_or_else(|error| format!("✗ {error}"), |packet| summary(packet).to_string());
        Arrow {
            number: passed.number,
            size: passed.bytes.len(),
            from: passed.from().to_owned(),
            to: passed.to().to_owned(),
            name: passed.type_name(),
            words,
            kind: Kind::of(passed),
            is_answer: is_answer(passed),
            link: self.shown.get(&passed.number).cloned(),
        }
    }

    /// The broker stands in the middle, the clients beside it in the order in which they come.
    fn place_lanes(&mut self) {
        let mut clients: Vec<String> = Vec::new();
        for arrow in self.arrows() {
            for end in [&arrow.from, &arrow.to] {
                if end != BROKER && !clients.contains(end) {
                    clients.push(end.clone());
                }
            }
        }
        let left = clients.len().div_ceil(2);
        clients.insert(left, BROKER.to_owned());
        self.lanes = clients;
    }

    fn arrows(&self) -> impl Iterator<Item = &Arrow> {
        self.rows.iter().filter_map(|row| match row {
            Row::Packet(arrow) => Some(arrow),
            _ => None,
        })
    }

    fn lane(&self, name: &str) -> usize {
        self.lanes.iter().position(|lane| lane == name).unwrap_or_default()
    }
}

impl Kind {
    fn of(passed: &Passed) -> Self {
        use PacketType::{Puback, Pubcomp, Publish, Pubrec, Pubrel};
        use PacketType::{Suback, Subscribe, Unsuback, Unsubscribe};
        match passed.packet_type() {
            Some(Subscribe | Suback | Unsubscribe | Unsuback) => Self::Subscription,
            Some(Publish | Puback | Pubrec | Pubrel | Pubcomp) => Self::Message,
            _ => Self::Connection,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Subscription => "subscription",
            Self::Message => "message",
        }
    }
}

fn is_answer(passed: &Passed) -> bool {
    use PacketType::{Connack, Pingresp, Puback, Pubcomp, Pubrec, Pubrel, Suback, Unsuback};
    matches!(
        passed.packet_type(),
        Some(Connack | Suback | Unsuback | Puback | Pubrec | Pubrel | Pubcomp | Pingresp)
    )
}

/// `5 s pass`.
fn silence(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} s pass"),
        (whole, part) => format!("{whole}.{part} s pass"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, parts: Option<RangeInclusive<usize>>) -> Result<String, String> {
        let (played, shown) = (Played::of(name)?, BTreeMap::new());
        Ok(Diagram::new(&played, parts, "here".to_owned(), &shown)?.html())
    }

    #[test]
    fn the_diagram_is_drawn_twice_and_told_once() {
        let html = of("first-packets", None).unwrap();
        assert_eq!(html.matches("<svg").count(), 2);
        assert_eq!(html.matches("<ol").count(), 1);
        let arrows = html.matches("class=\"arrow ").count();
        assert_eq!(arrows, 2 * Played::of("first-packets").unwrap().packets().count());
        assert!(!html.contains("\n\n"), "an empty line would end the HTML block");
    }

    #[test]
    fn the_caption_says_which_packets_are_shown() {
        assert!(of("publish", None).unwrap().contains("<strong>Packets 1 to 16</strong>"));
        assert!(of("publish", Some(1..=1)).unwrap().contains("<strong>Packet 3</strong>"));
    }

    #[test]
    fn a_part_is_shown_alone() {
        let all = of("last-will", None).unwrap();
        let part = of("last-will", Some(2..=2)).unwrap();
        assert!(part.len() < all.len() / 3);
        assert_eq!(
            of("last-will", Some(90..=91)).unwrap_err(),
            "scenario last-will has no such part"
        );
    }

    #[test]
    fn the_broker_stands_between_its_clients() {
        let (played, shown) = (Played::of("qos").unwrap(), BTreeMap::new());
        let diagram = Diagram::new(&played, None, "here".to_owned(), &shown).unwrap();
        assert_eq!(diagram.lanes, ["sub0", "sub1", "broker", "sub2", "pub"]);
    }

    #[test]
    fn silences_are_told() {
        assert_eq!(silence(Duration::from_secs(5)), "5 s pass");
        assert_eq!(silence(Duration::from_millis(2_960)), "3 s pass");
        assert_eq!(silence(Duration::from_millis(1_500)), "1.5 s pass");
    }
}
