//! The messages that were sent and are not done: how far each is, and how much they are together.

use std::collections::{BTreeMap, btree_map};

use wire::PacketIdentifier;

use crate::message::Message;

/// A message that was sent and is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight<T> {
    /// The step at which it came to its stage: what is sent again keeps this order.
    pub step: u64,
    /// How far it is.
    pub stage: Stage,
    /// The caller's mark.
    pub mark: T,
}

impl<T> Flight<T> {
    /// How many bytes topic and payload are, while they are kept.
    pub(crate) fn size(&self) -> usize {
        match &self.stage {
            Stage::Published(message) => message.size(),
            Stage::Released => 0,
        }
    }
}

/// How far a message is that was sent and is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The PUBLISH was sent; PUBACK or PUBREC is awaited.
    Published(Message),
    /// PUBREC came and PUBREL was sent; PUBCOMP is awaited. The message itself is no longer needed.
    Released,
}

/// The messages that were sent and are not done, by their Packet Identifiers. Knows how many bytes it
/// holds.
#[derive(Clone, Debug)]
pub(crate) struct Flights<T> {
    flights: BTreeMap<PacketIdentifier, Flight<T>>,
    bytes: usize,
}

impl<T> Flights<T> {
    /// Takes a message. Its identifier must be a free one.
    pub(crate) fn insert(&mut self, identifier: PacketIdentifier, flight: Flight<T>) {
        self.bytes += flight.size();
        self.flights.insert(identifier, flight);
    }

    /// Takes a message out.
    pub(crate) fn remove(&mut self, identifier: PacketIdentifier) -> Option<Flight<T>> {
        let flight = self.flights.remove(&identifier)?;
        self.bytes -= flight.size();
        Some(flight)
    }

    /// The receiver has this message: its number is all that is kept of it.
    pub(crate) fn release(&mut self, identifier: PacketIdentifier, step: u64) {
        if let Some(flight) = self.flights.get_mut(&identifier) {
            self.bytes -= flight.size();
            flight.stage = Stage::Released;
            flight.step = step;
        }
    }

    pub(crate) fn get(&self, identifier: PacketIdentifier) -> Option<&Flight<T>> {
        self.flights.get(&identifier)
    }

    pub(crate) fn contains_key(&self, identifier: PacketIdentifier) -> bool {
        self.flights.contains_key(&identifier)
    }

    pub(crate) fn iter(&self) -> btree_map::Iter<'_, PacketIdentifier, Flight<T>> {
        self.flights.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.flights.len()
    }

    /// The bytes of topic and payload of those that may have to be sent again.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self { flights: BTreeMap::new(), bytes: 0 }
    }
}

impl<T> IntoIterator for Flights<T> {
    type Item = (PacketIdentifier, Flight<T>);
    type IntoIter = btree_map::IntoIter<PacketIdentifier, Flight<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.flights.into_iter()
    }
}
