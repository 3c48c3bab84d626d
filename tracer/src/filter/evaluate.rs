//! Whether an entry of a conversation passes.
//!
//! There are three answers: of an event, which has no fields, most questions cannot be answered.

use std::cmp::Ordering;

use memchr::memmem;
use regex_lite::Regex;
use wire::{DecodeError, TopicFilter, TopicName, Value};

use super::names::{Name, Own};
use crate::conversation::{Entry, Event, Seen};
use crate::dump::type_name;

/// A filter, or a part of one.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    Term(Term),
}

/// What is asked of one name.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) name: Name,
    /// Whether it is the number of bytes that is asked about.
    pub(super) is_length: bool,
    pub(super) test: Test,
}

#[derive(Clone, Debug)]
pub(super) enum Test {
    IsThere,
    Compare(Comparison, Literal),
    Contains(Vec<u8>),
    Matches(Regex),
    Topic(TopicFilter),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug)]
pub(super) enum Literal {
    Number(u64),
    /// Text is compared byte by byte.
    Bytes(Vec<u8>),
}

impl Node {
    /// Whether it holds; `None` if the entry does not tell.
    pub(super) fn holds(&self, entry: &Entry<'_>) -> Option<bool> {
        match self {
            Self::Not(node) => node.holds(entry).map(|holds| !holds),
            Self::All(nodes) => decide(nodes, entry, false),
            Self::Any(nodes) => decide(nodes, entry, true),
            Self::Term(term) => match entry {
                Entry::Packet(seen) => Some(term.holds(seen)),
                Entry::Event(event) => term.holds_for_event(event),
            },
        }
    }
}

/// `decisive` if one of them is; unknown if that cannot be excluded; else the contrary.
fn decide(nodes: &[Node], entry: &Entry<'_>, decisive: bool) -> Option<bool> {
    let mut all = Some(!decisive);
    for node in nodes {
        match node.holds(entry) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

impl Term {
    fn holds(&self, seen: &Seen<'_>) -> bool {
        let mut asked = Asked::of(self);
        match &self.name {
            Name::Own(own) => own.each(seen, &mut |value| asked.about(value)),
            Name::Fields(fields) => {
                for spanned in seen.spans.iter().filter(|spanned| fields.contains(&spanned.field)) {
                    asked.about(spanned.value(&seen.bytes));
                }
            }
        }
        asked.answer()
    }

    fn holds_for_event(&self, event: &Event) -> Option<bool> {
        let mut asked = Asked::of(self);
        match &self.name {
            Name::Own(Own::Client) => {
                client(event.client.as_deref()?, &mut |value| asked.about(value));
            }
            Name::Own(Own::Stream) => asked.about(Value::Number(event.stream?.into())),
            _ => return None,
        }
        Some(asked.answer())
    }
}

/// A question that is put to one value after the other.
struct Asked<'t> {
    term: &'t Term,
    values: u32,
    yes: u32,
}

impl<'t> Asked<'t> {
    fn of(term: &'t Term) -> Self {
        Self { term, values: 0, yes: 0 }
    }

    fn about(&mut self, value: Value<'_>) {
        let length = Value::Number(value.size() as u64);
        let value = if self.term.is_length { length } else { value };
        self.values += 1;
        self.yes += u32::from(self.term.test.holds(value));
    }

    fn answer(&self) -> bool {
        match self.term.test {
            Test::Compare(Comparison::Unequal, _) => self.values > 0 && self.yes == self.values,
            _ => self.yes > 0,
        }
    }
}

impl Own {
    fn each(self, seen: &Seen<'_>, ask: &mut impl FnMut(Value<'_>)) {
        match self {
            Self::Client => client(&seen.client, ask),
            Self::From => ask(Value::Text(seen.from())),
            Self::To => ask(Value::Text(seen.to())),
            Self::Type => ask(Value::Text(type_name(seen))),
            Self::Stream => ask(Value::Number(seen.stream.into())),
            Self::Number => ask(Value::Number(seen.number)),
            Self::Size => ask(Value::Number(seen.bytes.len() as u64)),
            Self::Malformed => match &seen.outcome {
                Ok(_) => {}
                Err(DecodeError::Malformed(malformed)) => ask(Value::Text(malformed.rule.id)),
                Err(_) => ask(Value::Text("")),
            },
            Self::Topic => topics(seen, ask),
        }
    }
}

/// How a client is called, and its Client Identifier, where a number was put behind that to tell it from
/// another client.
fn client(name: &str, ask: &mut impl FnMut(Value<'_>)) {
    ask(Value::Text(name));
    let numbered = name.strip_suffix(')').and_then(|name| name.rsplit_once(" ("));
    if let Some((identifier, number)) = numbered
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        ask(Value::Text(identifier));
    }
}

/// The texts that are topics, in whichever packet.
fn topics(seen: &Seen<'_>, ask: &mut impl FnMut(Value<'_>)) {
    use wire::Packet::{Connect, Publish, Subscribe, Unsubscribe};
    match &seen.outcome {
        Ok(Publish(packet)) => ask(Value::Text(&packet.topic)),
        Ok(Connect(packet)) => {
            if let Some(will) = &packet.will {
                ask(Value::Text(&will.topic));
            }
        }
        Ok(Subscribe(packet)) => {
            packet.subscriptions.iter().for_each(|each| ask(Value::Text(&each.topic_filter)));
        }
        Ok(Unsubscribe(packet)) => {
            packet.topic_filters.iter().for_each(|filter| ask(Value::Text(filter)));
        }
        _ => {}
    }
}

impl Test {
    pub(super) fn equals(bytes: &[u8]) -> Self {
        Self::Compare(Comparison::Equal, Literal::Bytes(bytes.to_vec()))
    }

    fn holds(&self, value: Value<'_>) -> bool {
        match self {
            Self::IsThere => true,
            Self::Compare(comparison, literal) => {
                literal.order(value).is_some_and(|order| comparison.holds(order))
            }
            Self::Contains(part) => {
                bytes(value).is_some_and(|bytes| memmem::find(bytes, part).is_some())
            }
            Self::Matches(regex) => match value {
                Value::Number(_) => false,
                Value::Text(text) => regex.is_match(text),
                Value::Bytes(bytes) => regex.is_match(&String::from_utf8_lossy(bytes)),
            },
            Self::Topic(filter) => match value {
                Value::Text(text) => {
                    **filter == *text
                        || TopicName::try_from(text).is_ok_and(|topic| filter.matches(&topic))
                }
                _ => false,
            },
        }
    }
}

impl Literal {
    /// How the value stands to this one; `None` for apples and pears.
    fn order(&self, value: Value<'_>) -> Option<Ordering> {
        match (self, value) {
            (Self::Number(number), Value::Number(value)) => Some(value.cmp(number)),
            (Self::Bytes(literal), value) => bytes(value).map(|bytes| bytes.cmp(literal)),
            (Self::Number(_), _) => None,
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

fn bytes(value: Value<'_>) -> Option<&[u8]> {
    match value {
        Value::Number(_) => None,
        Value::Text(text) => Some(text.as_bytes()),
        Value::Bytes(bytes) => Some(bytes),
    }
}
