//! The annotated dump: a packet as a line, a grid of bytes, and a row for each field.
//!
//! ```text
//! #3  0.412 ms  alice → broker  CONNECT  19 bytes          client alice, clean session   head
//!
//!   0000  10 11 00 04 4d 51 54 54  04 02 00 3c 00 05 61 6c  │ ····MQTT···<··al │       grid
//!
//!   byte   hex        bits        field                value         §        Wireshark  rows
//!   fixed header
//!   0      10         0001 ····   Packet type          1 CONNECT     2.2.1    mqtt.msgtype
//! ```
//!
//! What stands in the rows comes from the fields that the decoder saw, in the order of the wire: this
//! module knows columns and colours, and nothing of MQTT.

mod columns;
mod fault;
mod grid;
mod head;
mod lane;
mod rows;
mod value;

use std::str::FromStr;

use crate::conversation::{Event, Seen};
use crate::measure::{width, wrap};
use crate::page::{Hue, Hues, Page};
use crate::printable::printable;
use crate::time::Moment;
use crate::writer::Writer;
use rows::Rows;

pub(crate) use fault::brief;
#[cfg(feature = "view")]
pub(crate) use grid::{FieldHues, character};
pub(crate) use head::type_name;
#[cfg(feature = "view")]
pub(crate) use lane::bit_lane;
pub use value::text as value_text;
pub(crate) use value::write as write_value;

/// How much of a packet is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// One line: who, to whom, what.
    Line,
    /// The line, and the bytes.
    Hex,
    /// Line, bytes, and a row for each field.
    #[default]
    Fields,
    /// All that, and under each field what this very value means.
    Explain,
}

impl Detail {
    /// All levels, with the names that commands know them by.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Line, "line"),
        (Self::Hex, "hex"),
        (Self::Fields, "fields"),
        (Self::Explain, "explain"),
    ];
}

impl FromStr for Detail {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|(_, known)| *known == name)
            .map(|(detail, _)| detail)
            .ok_or_else(|| {
                format!("'{name}' is no level of detail: use line, hex, fields or explain")
            })
    }
}

/// Writes packets and events as text.
#[derive(Clone, Debug)]
pub struct Dump {
    page: Page,
    detail: Detail,
    full: bool,
    hues: Option<Hues>,
    rows: Rows,
}

impl Dump {
    /// A dump for this page.
    pub fn new(page: Page, detail: Detail) -> Self {
        let page = Page { width: page.width.max(Page::NARROWEST), ..page };
        let hues = Hues::of(page);
        let rows = Rows::new(page, hues.as_ref());
        Self { page, detail, full: false, hues, rows }
    }

    /// Whether long values are shown to their last byte, instead of cut in the middle.
    pub fn show_full(&mut self, full: bool) {
        self.full = full;
    }

    /// Writes a packet to the end of `out`.
    pub fn packet(&self, seen: &Seen<'_>, out: &mut String) {
        let mut writer = Writer::new(out, self.hues.as_ref());
        let mut scratch = String::new();
        head::write(&mut writer, self.page, seen, self.detail == Detail::Line, &mut scratch);
        if self.detail > Detail::Line {
            writer.end_line();
            grid::write(&mut writer, self.page, seen, self.full);
        }
        if self.detail > Detail::Hex {
            writer.end_line();
            self.rows.write(&mut writer, self, seen, &mut scratch);
        }
        if self.detail > Detail::Line {
            fault::write_unplaced(&mut writer, self, seen);
            writer.end_line();
        }
    }

    /// Writes, in front of the first packet of a stream, who its client is.
    pub(crate) fn introduction(&self, seen: &Seen<'_>, out: &mut String) {
        if let Some(line) = seen.introduction() {
            self.note(Hue::Faint, "··  ", &line, out);
        }
    }

    /// Writes an event to the end of `out`.
    pub fn event(&self, event: &Event, out: &mut String) {
        let mark = format!("··  {}  ", Moment(event.time));
        self.note(Hue::Event, &mark, &printable(&event.text), out);
    }

    fn note(&self, hue: Hue, mark: &str, text: &str, out: &mut String) {
        let mut writer = Writer::new(out, self.hues.as_ref());
        let indent = width(mark);
        for (index, line) in wrap(text, self.page.width - indent).iter().enumerate() {
            writer.hue(hue);
            if index == 0 {
                writer.text(mark);
            } else {
                writer.spaces(indent);
            }
            writer.text(line).hue(Hue::Plain).end_line();
        }
        if self.detail > Detail::Line {
            writer.end_line();
        }
    }
}
