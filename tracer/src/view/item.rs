//! What the list has a line for: a packet or an event; and a packet that was opened.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction};
use wire::{DecodeError, Malformed, Packet, Part, Spanned, Spans, UNDECODED, Version};

use crate::conversation::{Entry, Event, SERVER, Seen};
use crate::dump::type_name;
use crate::page::Hue;
use crate::printable::printable;
use crate::reading::read;
use crate::summary::in_words;
use crate::time::Moment;

/// A line of the list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) time: Duration,
    /// How the client is called whom it concerns, if it concerns one.
    pub(super) client: Option<Arc<str>>,
    /// The number of its stream, if it concerns one.
    stream: Option<u32>,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Packet(PacketItem),
    Event(String),
}

#[derive(Debug)]
pub(super) struct PacketItem {
    pub(super) number: u64,
    pub(super) stream: u32,
    pub(super) direction: Direction,
    pub(super) type_name: &'static str,
    pub(super) bytes: Bytes,
    version: Option<Version>,
    connection: Connection,
    is_first: bool,
    index: u64,
}

impl Item {
    pub(super) fn of(seen: &Seen<'_>) -> Self {
        let packet = PacketItem {
            number: seen.number,
            stream: seen.stream,
            direction: seen.direction,
            type_name: type_name(seen),
            bytes: Bytes::copy_from_slice(&seen.bytes), // and not all that came with it
            version: seen.version,
            connection: seen.connection,
            is_first: seen.is_first,
            index: seen.index,
        };
        let what = What::Packet(packet);
        let (client, stream) = (Some(Arc::clone(&seen.client)), Some(seen.stream));
        Self { time: seen.time, client, stream, what }
    }

    pub(super) fn event(event: Event) -> Self {
        let Event { time, client, stream, text } = event;
        Self { time, client, stream, what: What::Event(printable(&text).into_owned()) }
    }

    /// How many bytes of what was said it holds.
    pub(super) fn size(&self) -> usize {
        match &self.what {
            What::Packet(packet) => packet.bytes.len(),
            What::Event(text) => text.len(),
        }
    }

    /// All that the line says, in lower case, for the filter.
    pub(super) fn searched(&self) -> String {
        let packet = match &self.what {
            What::Event(text) => return text.to_lowercase(),
            What::Packet(packet) => packet,
        };
        let client = self.client.as_deref().unwrap_or_default();
        let (from, to) = match packet.direction {
            Direction::ToServer => (client, SERVER),
            Direction::ToClient => (SERVER, client),
        };
        let PacketItem { number, type_name, .. } = packet;
        format!("#{number} {from} → {to} {type_name} {}", packet.words().0).to_lowercase()
    }

    /// What the line stands for, as the conversation told it. `spans` is where its fields go.
    pub(super) fn entry<'s>(&self, spans: &'s mut Spans) -> Entry<'s> {
        let (time, client) = (self.time, self.client.clone());
        match &self.what {
            What::Event(text) => {
                Entry::Event(Event { time, client, stream: self.stream, text: text.clone() })
            }
            What::Packet(packet) => {
                let outcome = packet.decode(spans);
                Entry::Packet(Seen {
                    number: packet.number,
                    time,
                    stream: packet.stream,
                    connection: packet.connection,
                    is_first: packet.is_first,
                    direction: packet.direction,
                    index: packet.index,
                    client: client.unwrap_or_default(),
                    version: packet.version,
                    bytes: packet.bytes.clone(),
                    spans,
                    outcome,
                })
            }
        }
    }

    pub(super) fn packet(&self) -> Option<&PacketItem> {
        match &self.what {
            What::Packet(packet) => Some(packet),
            What::Event(_) => None,
        }
    }

    /// When it was, as people read it.
    pub(super) fn moment(&self) -> String {
        Moment(self.time).to_string()
    }
}

impl PacketItem {
    /// What its line says behind its type, and whether it breaks a rule.
    pub(super) fn words(&self) -> (String, bool) {
        let outcome = self.decode(&mut Spans::default());
        (in_words(&outcome).0, outcome.is_err())
    }

    fn decode(&self, spans: &mut Spans) -> Result<Packet, DecodeError> {
        read(&self.bytes, self.version.unwrap_or_default(), spans)
    }
}

/// The packet that the panes below the list show.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) bytes: Bytes,
    pub(super) fields: Vec<Spanned>,
    pub(super) malformed: Option<Malformed>,
    /// What is wrong in no single place.
    pub(super) unplaced: Option<String>,
}

/// A row of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Part(Part),
    /// The field with this index.
    Field(usize),
}

impl Opened {
    pub(super) fn new(packet: &PacketItem) -> Self {
        let mut spans = Spans::default();
        let (malformed, unplaced) = match packet.decode(&mut spans) {
            Err(DecodeError::Malformed(malformed)) => (Some(malformed), None),
            Err(error) => (None, Some(error.to_string())),
            Ok(_) => (None, None),
        };
        let fields = spans.fields().copied().collect();
        Self { bytes: packet.bytes.clone(), fields, malformed, unplaced }
    }

    /// The tree: the fields, with a row above each part.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut part = None;
        for (index, spanned) in self.fields.iter().enumerate() {
            let undecoded = *spanned.field == UNDECODED;
            if !undecoded && part.replace(spanned.field.part) != Some(spanned.field.part) {
                rows.push(Row::Part(spanned.field.part));
            }
            rows.push(Row::Field(index));
        }
        rows
    }

    /// The first field that has some of this byte.
    pub(super) fn owner(&self, byte: usize) -> Option<usize> {
        let has = |spanned: &Spanned| (0..8).any(|bit| spanned.owns(byte, bit));
        self.fields.iter().position(has)
    }

    /// The hues of the fields, as the dump has them.
    pub(super) fn hues(&self) -> Vec<Hue> {
        let mut hues = crate::dump::FieldHues::default();
        self.fields.iter().map(|spanned| hues.next(spanned)).collect()
    }
}
