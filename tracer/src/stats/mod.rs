//! What a conversation amounts to: packets, bytes, overhead, and how long answers took.
//!
//! ```text
//!   tap::Record ─▶ Conversation ─▶ Filter ─▶ Seen ─┬─▶ counts by type, QoS, client, topic
//!                                                  └─▶ round trips: what is answered, and when
//!                                                              ─▶ text, JSON
//! ```
//!
//! Memory does not grow with the capture: it holds a count for each client and each topic, up to more
//! of them than anybody reads, and what waits for its answer.

mod count;
mod json;
mod round_trip;
mod text;

use std::collections::BTreeMap;
use std::time::Duration;

use tap::{Direction, Record, What};
use wire::{Packet, Qos};

use crate::conversation::{Conversation, Entry, Seen};
use crate::dump::type_name;
use crate::filter::Filter;
use count::{Count, Named};
use round_trip::RoundTrips;

/// Counts what passes.
#[derive(Debug, Default)]
pub struct Stats {
    conversation: Conversation,
    filter: Filter,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    total: Count,
    directions: [Count; 2],
    first: Option<Duration>,
    last: Duration,
    /// One more than the highest number of a stream.
    streams: u32,
    malformed: Count,
    retained: Count,
    duplicates: Count,
    by_type: BTreeMap<&'static str, [Count; 2]>,
    by_qos: BTreeMap<Qos, Count>,
    by_client: Named<[Count; 2]>,
    by_topic: Named<Count>,
    round_trips: RoundTrips,
}

impl Stats {
    /// Counts what passes this filter.
    pub fn new(filter: Filter) -> Self {
        Self { filter, ..Self::default() }
    }

    /// Counts this record, if it is a packet that passes the filter.
    pub fn add(&mut self, record: Record) {
        let closes = matches!(record.what, What::Closed { .. });
        let Some(entry) = self.conversation.add(record) else { return };
        let passes = self.filter.passes(&entry);
        match entry {
            Entry::Event(event) => {
                if let Some(stream) = event.stream.filter(|_| closes) {
                    self.counts.round_trips.end(stream);
                }
            }
            Entry::Packet(seen) if passes => self.counts.packet(&seen),
            Entry::Packet(_) => {}
        }
    }

    /// How many packets were counted.
    pub fn packets(&self) -> u64 {
        self.counts.total.packets
    }
}

impl Counts {
    fn packet(&mut self, seen: &Seen<'_>) {
        let publish = match &seen.outcome {
            Ok(Packet::Publish(publish)) => Some(publish),
            _ => None,
        };
        let count = Count::of(seen.bytes.len(), publish.map_or(0, |publish| publish.payload.len()));
        let direction = seen.direction as usize;
        self.first.get_or_insert(seen.time);
        self.last = self.last.max(seen.time);
        self.streams = self.streams.max(seen.stream + 1);
        self.total += count;
        self.directions[direction] += count;
        self.by_type.entry(type_name(seen)).or_default()[direction] += count;
        self.by_client.entry(&seen.client)[direction] += count;
        if let Some(publish) = publish {
            *self.by_qos.entry(publish.delivery.qos()).or_default() += count;
            *self.by_topic.entry(&publish.topic) += count;
            self.retained += count.only_if(publish.retain);
            self.duplicates += count.only_if(publish.delivery.dup());
        }
        self.malformed += count.only_if(seen.outcome.is_err());
        if let Ok(packet) = &seen.outcome {
            self.round_trips.packet(seen.time, seen.stream, seen.direction, packet);
        }
    }

    fn duration(&self) -> Duration {
        self.last.saturating_sub(self.first.unwrap_or_default())
    }
}

/// What a direction is called, in the order of [`Direction`].
const DIRECTIONS: [(Direction, &str); 2] =
    [(Direction::ToServer, "to the broker"), (Direction::ToClient, "to clients")];
