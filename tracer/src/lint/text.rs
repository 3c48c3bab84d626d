//! Remarks as people read them.
//!
//! ```text
//! ✗ #5  0.900 ms  alice → broker  PUBLISH  [MQTT-2.3.1-2]
//!     bytes 9–10, Packet Identifier: 10 is still in use by #3, which is not acknowledged
//!     A client gives each new such packet an identifier that is not in use at that moment.
//! ```

use std::fmt;

use tap::Direction;

use super::advice::Advice;
use super::remark::{Matter, Place, Remark};
use crate::conversation::SERVER;
use crate::measure::wrap;
use crate::page::{Hue, Hues, Page};
use crate::printable::printable;
use crate::time::Moment;
use crate::writer::Writer;

/// Columns before what is said on a packet.
const INDENT: usize = 4;

/// A remark in a few lines.
pub fn text(remark: &Remark, page: Page) -> String {
    let mut out = String::new();
    let hues = Hues::of(page);
    let mut writer = Writer::new(&mut out, hues.as_ref());
    let width = page.width.max(Page::NARROWEST);
    let (mark, name, sentence) = matter(remark);
    let hue = if remark.is_breach() { Hue::Wrong } else { Hue::Event };
    let Place { number, time, packet_type, .. } = &remark.packet;
    let (from, to) = ends(&remark.packet);
    let head = format!(
        "{mark} #{number}  {}  {} → {}  {packet_type}  {name}",
        Moment(*time),
        printable(from),
        printable(to)
    );
    paragraph(&mut writer, width, hue, 0, &head);
    let told = told(remark);
    if !told.is_empty() {
        paragraph(&mut writer, width, Hue::Plain, INDENT, &told);
    }
    paragraph(&mut writer, width, Hue::Plain, INDENT, sentence);
    out
}

/// A remark in one line, for the comment of its packet in a capture:
/// `✗ [MQTT-2.3.1-2] bytes 9–10, Packet Identifier: 10 is still in use … A client gives …`.
pub fn comment(remark: &Remark) -> String {
    let (mark, name, sentence) = matter(remark);
    let told = told(remark);
    let separator = if told.is_empty() { "" } else { ". " };
    format!("{mark} {name} {told}{separator}{sentence}")
}

/// Its mark, the name of the rule or the advice, and what that says.
fn matter(remark: &Remark) -> (&'static str, String, &'static str) {
    match remark.matter {
        Matter::Breach(rule) => ("✗", rule.to_string(), rule.sentence),
        Matter::Advice(Advice { id, section, sentence }) => {
            ("!", format!("advice: {id} (§{section})"), sentence)
        }
    }
}

/// The field to blame, and what happened.
fn told(remark: &Remark) -> String {
    let place = remark.field.map(|(field, span)| format!("{span}, {}", field.name));
    let detail = Some(printable(&remark.detail).into_owned()).filter(|detail| !detail.is_empty());
    place.into_iter().chain(detail).collect::<Vec<_>>().join(": ")
}

/// Who sent the packet, and who gets it.
pub(super) fn ends(place: &Place) -> (&str, &str) {
    match place.direction {
        Direction::ToServer => (&place.client, SERVER),
        Direction::ToClient => (SERVER, &place.client),
    }
}

fn paragraph(writer: &mut Writer<'_>, width: usize, hue: Hue, indent: usize, text: &str) {
    for (index, line) in wrap(text, width - indent - 2).iter().enumerate() {
        let hanging = if index > 0 && indent == 0 { 2 } else { 0 };
        writer.spaces(indent + hanging).hue(hue).text(line).hue(Hue::Plain).end_line();
    }
}

/// How many packets there were, and what was said on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Packets that were looked at.
    pub packets: u64,
    /// The connections that they passed on.
    pub connections: u64,
    /// Broken rules.
    pub breaches: u64,
    /// Pieces of advice.
    pub advice: u64,
}

impl Summary {
    pub(super) fn count(&mut self, remarks: &[Remark]) {
        for remark in remarks {
            if remark.is_breach() {
                self.breaches += 1;
            } else {
                self.advice += 1;
            }
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { packets, connections, breaches, advice } = *self;
        let many = |number: u64, one: &str, many: &str| match number {
            0 => format!("no {many}"),
            1 => format!("1 {one}"),
            _ => format!("{number} {many}"),
        };
        write!(
            f,
            "{} on {}: {}, {}",
            many(packets, "packet", "packets"),
            many(connections, "connection", "connections"),
            many(breaches, "broken rule", "broken rules"),
            many(advice, "piece of advice", "pieces of advice")
        )
    }
}
