//! The difference of two conversations: what each client says and hears, up to the first step that is
//! not as expected.
//!
//! What different clients do at the same time may come in any order, so each client is compared with
//! its own, by its name. Behind the first difference nothing is compared: what follows answers to it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use tap::{Direction, Record, What};
use wire::{PacketType, Version};

#[cfg(feature = "json")]
use super::json;
use super::{Difference, packets, steps};
use crate::conversation::{Conversation, Entry};
use crate::dump::type_name;
use crate::page::Page;
use crate::summary::in_words;

/// How two conversations differ, client by client.
#[derive(Debug)]
pub struct Conversations(Vec<ClientDifference>);

/// What one client says and hears, as it should be and as it was.
#[derive(Debug)]
pub struct ClientDifference {
    /// How the client is called.
    pub client: Arc<str>,
    /// The steps up to the first that is different, which both conversations have.
    pub alike: Vec<Step>,
    /// The first step that is different, as it was expected; `None` where the conversation was to end.
    pub expected: Option<Step>,
    /// What happened instead; `None` where nothing more did.
    pub actual: Option<Step>,
    /// How the two packets differ, where both are of one type and go the same way.
    pub difference: Option<Difference>,
    /// Whether the conversation goes on as expected if one step is left out.
    pub slip: Option<Slip>,
}

/// One step more or less than expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// The expected step did not happen, and the one behind it did.
    Missing,
    /// The step that happened is one too many: behind it comes the expected one.
    Extra,
}

/// A packet that passed, or the end of a Network Connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where to.
    pub direction: Direction,
    /// The type of the packet, or `close`.
    pub name: &'static str,
    /// Its summary.
    pub words: String,
    /// Its bytes; none for the end of a Network Connection.
    pub bytes: Bytes,
    version: Version,
}

/// The name of the step that ends a Network Connection.
pub(super) const CLOSE: &str = "close";

/// Compares what happened with what was expected to.
///
/// ```
/// use tracer::diff;
///
/// assert!(diff::conversations(&[], &[]).is_equal());
/// ```
pub fn conversations(expected: &[Record], actual: &[Record]) -> Conversations {
    let expected = steps_by_client(expected);
    let mut actual = steps_by_client(actual);
    let mut clients = Vec::new();
    for (client, expected) in expected {
        let at = actual.iter().position(|(name, _)| *name == client);
        let actual = at.map_or(Vec::new(), |at| actual.remove(at).1);
        clients.push(compare(client, &expected, &actual));
    }
    clients.extend(actual.into_iter().map(|(client, actual)| compare(client, &[], &actual)));
    Conversations(clients)
}

impl Conversations {
    /// Whether every client said and heard the same.
    pub fn is_equal(&self) -> bool {
        self.0.iter().all(ClientDifference::is_equal)
    }

    /// The clients: those that were expected in their order, then those that were not.
    pub fn clients(&self) -> &[ClientDifference] {
        &self.0
    }

    /// Two ladders side by side for each client, with the difference of the packets under them.
    pub fn text(&self, page: Page) -> String {
        steps::text(self, page)
    }

    /// The difference for machines: a line of JSON for each client that says or hears something else.
    #[cfg(feature = "json")]
    pub fn json(&self) -> String {
        json::conversations(self)
    }
}

impl fmt::Display for Conversations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Page { width: 80, colour: None }))
    }
}

impl ClientDifference {
    /// Whether this client said and heard the same.
    pub fn is_equal(&self) -> bool {
        self.expected.is_none() && self.actual.is_none()
    }
}

impl Step {
    /// Whether two steps are the same to those who see them.
    fn is_like(&self, other: &Self) -> bool {
        (self.direction, self.name, &self.bytes) == (other.direction, other.name, &other.bytes)
    }
}

fn compare(client: Arc<str>, expected: &[Step], actual: &[Step]) -> ClientDifference {
    let pairs = expected.iter().zip(actual);
    let alike = pairs.take_while(|(expected, actual)| expected.is_like(actual)).count();
    let like = |one: Option<&Step>, other: Option<&Step>| {
        one.zip(other).is_some_and(|(one, other)| one.is_like(other))
    };
    let slip = if like(expected.get(alike + 1), actual.get(alike)) {
        Some(Slip::Missing)
    } else if like(expected.get(alike), actual.get(alike + 1)) {
        Some(Slip::Extra)
    } else {
        None
    };
    let first = (expected.get(alike).cloned(), actual.get(alike).cloned());
    let difference = match &first {
        (Some(one), Some(other)) if one.direction == other.direction && slip.is_none() => {
            let are_packets = !one.bytes.is_empty() && !other.bytes.is_empty();
            let are_alike = are_packets && one.name == other.name;
            are_alike.then(|| packets(&one.bytes, &other.bytes, one.version))
        }
        _ => None,
    };
    let (expected, came) = first;
    ClientDifference {
        client,
        alike: actual[..alike].to_vec(),
        expected,
        actual: came,
        difference,
        slip,
    }
}

/// Behind a DISCONNECT both ends close, and who is first is chance: it counts as the client's.
fn settle(step: &mut Step, before: Option<&Step>) {
    let leaves = |before: &Step| {
        (before.direction, before.name) == (Direction::ToServer, PacketType::Disconnect.name())
    };
    if step.name == CLOSE && before.is_some_and(leaves) {
        step.direction = Direction::ToServer;
    }
}

/// What each client said and heard, in the order in which they appear.
fn steps_by_client(records: &[Record]) -> Vec<(Arc<str>, Vec<Step>)> {
    let mut conversation = Conversation::default();
    let mut streams: Vec<(u32, Arc<str>)> = Vec::new();
    let mut clients: Vec<(Arc<str>, Vec<Step>)> = Vec::new();
    for record in records {
        let closed = match &record.what {
            What::Closed { by } => Some(*by),
            _ => None,
        };
        let Some(entry) = conversation.add(record.clone()) else { continue };
        let (stream, client, mut step) = match &entry {
            Entry::Packet(seen) => {
                let step = Step {
                    direction: seen.direction,
                    name: type_name(seen),
                    words: in_words(&seen.outcome).0,
                    bytes: seen.bytes.clone(),
                    version: seen.version.unwrap_or_default(),
                };
                (Some(seen.stream), Some(Arc::clone(&seen.client)), step)
            }
            Entry::Event(event) => {
                let Some(by) = closed else { continue };
                let direction = match by {
                    tap::Side::Client => Direction::ToServer,
                    tap::Side::Server => Direction::ToClient,
                };
                let step = Step {
                    direction,
                    name: CLOSE,
                    words: String::new(),
                    bytes: Bytes::new(),
                    version: Version::default(),
                };
                (event.stream, None, step)
            }
        };
        let Some(stream) = stream else { continue };
        let known = streams.iter().rfind(|(number, _)| *number == stream);
        let Some(client) = client.or_else(|| known.map(|(_, client)| Arc::clone(client))) else {
            continue;
        };
        if known.is_none() {
            streams.push((stream, Arc::clone(&client)));
        }
        match clients.iter_mut().find(|(name, _)| *name == client) {
            Some((_, steps)) => {
                settle(&mut step, steps.last());
                steps.push(step);
            }
            None => clients.push((client, vec![step])),
        }
    }
    clients
}
