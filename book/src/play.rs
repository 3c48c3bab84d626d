//! A scenario as it was played: its packets with every field, what happened in between, and its words.
//!
//! For the pages a scenario is played on the lab's virtual network, where each run is like the last
//! one. For *Run* it is played over TCP, and each moment is told as it comes.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use lab::{Audience, Choices, Scenario, Transcript};
use tap::{Direction, Record, Tap};
use tracer::{Conversation, Entry, Event, Seen};
use wire::{DecodeError, Packet, PacketType, Spanned};

/// Something in a scenario that can be shown.
#[derive(Clone, Debug)]
pub(crate) enum Moment {
    /// The scenario tells what is about to happen.
    Said(String),
    /// A packet passed.
    Packet(Box<Passed>),
    /// Something happened that no packet carries.
    Event(Event),
    /// It is over; the point to remember.
    Over(String),
}

/// A packet that passed, with what there is to say about it.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    /// Its number in the scenario, from 1.
    pub(crate) number: u64,
    /// When, since the scenario's first record.
    pub(crate) time: Duration,
    /// The number of its Network Connection, from 0.
    pub(crate) stream: u32,
    /// How its client is called.
    pub(crate) client: Arc<str>,
    pub(crate) direction: Direction,
    pub(crate) bytes: Bytes,
    /// Each byte that holds several fields, and each field, in the order of the wire.
    pub(crate) spans: Vec<Spanned>,
    pub(crate) outcome: Result<Packet, DecodeError>,
}

/// How the server is called, in the trace as in the book.
pub(crate) const BROKER: &str = "broker";

impl Passed {
    fn of(seen: &Seen<'_>) -> Self {
        Self {
            number: seen.number,
            time: seen.time,
            stream: seen.stream,
            client: Arc::clone(&seen.client),
            direction: seen.direction,
            bytes: seen.bytes.clone(),
            spans: seen.spans.iter().copied().collect(),
            outcome: seen.outcome.clone(),
        }
    }

    pub(crate) fn from(&self) -> &str {
        match self.direction {
            Direction::ToServer => &self.client,
            Direction::ToClient => BROKER,
        }
    }

    pub(crate) fn to(&self) -> &str {
        match self.direction {
            Direction::ToServer => BROKER,
            Direction::ToClient => &self.client,
        }
    }

    /// The type that the first byte tells; `None` for the reserved ones.
    pub(crate) fn packet_type(&self) -> Option<PacketType> {
        self.bytes.first().and_then(|&byte| PacketType::of_first_byte(byte))
    }

    pub(crate) fn type_name(&self) -> &'static str {
        self.packet_type().map_or("RESERVED", PacketType::name)
    }
}

/// A scenario that was played from its beginning to its end.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) scenario: &'static Scenario,
    pub(crate) moments: Vec<Moment>,
    pub(crate) records: Vec<Record>,
}

impl Played {
    /// Plays the scenario of this name. A packet that does not decode is an error: what the book
    /// shows was sent by the lab itself.
    pub(crate) fn of(name: &str) -> Result<Self, String> {
        let scenario =
            Scenario::named(name).ok_or_else(|| format!("there is no scenario '{name}'"))?;
        Self::with(scenario, &Choices::usual(scenario))
    }

    /// The same with choices of somebody's own.
    pub(crate) fn with(scenario: &'static Scenario, choices: &Choices) -> Result<Self, String> {
        let transcript = Transcript::with(scenario, choices).map_err(|error| error.to_string())?;
        let moments = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&moments);
        transcript.show(&Ear::new(move |moment| {
            told.lock().unwrap_or_else(PoisonError::into_inner).push(moment);
        }));
        let moments = std::mem::take(&mut *moments.lock().unwrap_or_else(PoisonError::into_inner));
        let played = Self { scenario, moments, records: transcript.records() };
        for passed in played.packets() {
            if let Err(error) = &passed.outcome {
                return Err(format!("packet {} does not decode: {error}", passed.number));
            }
        }
        Ok(played)
    }

    pub(crate) fn packets(&self) -> impl Iterator<Item = &Passed> {
        self.moments.iter().filter_map(|moment| match moment {
            Moment::Packet(passed) => Some(&**passed),
            _ => None,
        })
    }
}

/// All scenarios that were asked for, each played once.
#[derive(Debug, Default)]
pub(crate) struct Plays(BTreeMap<String, Rc<Played>>);

impl Plays {
    pub(crate) fn of(&mut self, name: &str) -> Result<Rc<Played>, String> {
        if let Some(played) = self.0.get(name) {
            return Ok(Rc::clone(played));
        }
        let played = Rc::new(Played::of(name)?);
        self.0.insert(name.to_owned(), Rc::clone(&played));
        Ok(played)
    }
}

/// An audience that passes on each moment as it comes.
pub(crate) struct Ear<F> {
    conversation: Mutex<Conversation>,
    tell: F,
}

impl<F: Fn(Moment) + Send + Sync> Ear<F> {
    pub(crate) fn new(tell: F) -> Self {
        Self { conversation: Mutex::new(Conversation::default()), tell }
    }
}

impl<F: Fn(Moment) + Send + Sync> Tap for Ear<F> {
    fn record(&self, record: Record) {
        let mut conversation = self.conversation.lock().unwrap_or_else(PoisonError::into_inner);
        match conversation.add(record) {
            Some(Entry::Packet(seen)) => (self.tell)(Moment::Packet(Box::new(Passed::of(&seen)))),
            Some(Entry::Event(event)) => (self.tell)(Moment::Event(event)),
            None => {}
        }
    }
}

impl<F: Fn(Moment) + Send + Sync> Audience for Ear<F> {
    fn hear(&self, paragraph: &str) {
        (self.tell)(Moment::Said(paragraph.to_owned()));
    }

    fn conclude(&self, remember: &str) {
        (self.tell)(Moment::Over(remember.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_has_words_packets_and_an_end() {
        let played = Played::of("first-packets").unwrap();
        assert!(matches!(played.moments.last(), Some(Moment::Over(_))));
        assert!(played.moments.iter().any(|moment| matches!(moment, Moment::Said(_))));
        let numbers: Vec<_> = played.packets().map(|passed| passed.number).collect();
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
        assert_eq!(Played::of("nowhere").unwrap_err(), "there is no scenario 'nowhere'");
    }
}
