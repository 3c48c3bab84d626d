//! From a packet to the one that answers it.

use std::collections::BTreeMap;
use std::time::Duration;

use tap::Direction;
use wire::{Packet, PacketIdentifier, PacketType, Qos};

/// What waits for answers, and how long those took that came.
#[derive(Debug, Default)]
pub(super) struct RoundTrips {
    waiting: BTreeMap<(u32, Direction, Exchange, Option<PacketIdentifier>), Duration>,
    /// By exchange, and where the question went.
    times: BTreeMap<(Exchange, Direction), Times>,
}

/// A packet and its answer, told by their types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exchange {
    pub(super) question: PacketType,
    pub(super) answer: PacketType,
}

/// How long the answers of one kind took.
#[derive(Clone, Debug)]
pub(super) struct Times {
    pub(super) answered: u64,
    pub(super) unanswered: u64,
    pub(super) least: Duration,
    pub(super) most: Duration,
    sum: Duration,
    /// How many took from 2^(n/16) to 2^((n+1)/16) nanoseconds.
    histogram: Vec<u64>,
}

const STEPS: f64 = 16.0;

impl RoundTrips {
    pub(super) fn packet(
        &mut self,
        time: Duration,
        stream: u32,
        direction: Direction,
        packet: &Packet,
    ) {
        let other = match direction {
            Direction::ToServer => Direction::ToClient,
            Direction::ToClient => Direction::ToServer,
        };
        for exchange in answered_by(packet) {
            let key = (stream, other, exchange, identifier(packet));
            if let Some(asked) = self.waiting.remove(&key) {
                let times = self.times.entry((exchange, other)).or_default();
                times.add(time.saturating_sub(asked));
            }
        }
        if let Some(exchange) = asked_by(packet) {
            // What is sent again waits since it was sent first.
            self.waiting.entry((stream, direction, exchange, identifier(packet))).or_insert(time);
        }
    }

    /// The stream is closed: nothing of it is answered any more.
    pub(super) fn end(&mut self, stream: u32) {
        let from = (stream, Direction::ToServer, Exchange::FIRST, None);
        let mut rest = self.waiting.split_off(&from);
        let behind = (stream + 1, Direction::ToServer, Exchange::FIRST, None);
        self.waiting.append(&mut rest.split_off(&behind));
        for (_, direction, exchange, _) in rest.into_keys() {
            self.times.entry((exchange, direction)).or_default().unanswered += 1;
        }
    }

    /// Each exchange, where its question went, and its times. What waits still is unanswered.
    pub(super) fn all(&self) -> Vec<(Exchange, Direction, Times)> {
        let mut times = self.times.clone();
        for (_, direction, exchange, _) in self.waiting.keys() {
            times.entry((*exchange, *direction)).or_default().unanswered += 1;
        }
        times
            .into_iter()
            .map(|((exchange, direction), times)| (exchange, direction, times))
            .collect()
    }
}

impl Exchange {
    /// Before all others.
    const FIRST: Self = Self { question: PacketType::Connect, answer: PacketType::Connect };

    const fn new(question: PacketType, answer: PacketType) -> Self {
        Self { question, answer }
    }
}

use PacketType as Type;
const CONNECT: Exchange = Exchange::new(Type::Connect, Type::Connack);
const QOS_1: Exchange = Exchange::new(Type::Publish, Type::Puback);
const QOS_2: Exchange = Exchange::new(Type::Publish, Type::Pubrec);
const RELEASE: Exchange = Exchange::new(Type::Pubrec, Type::Pubrel);
const COMPLETE: Exchange = Exchange::new(Type::Pubrel, Type::Pubcomp);
const SUBSCRIBE: Exchange = Exchange::new(Type::Subscribe, Type::Suback);
const UNSUBSCRIBE: Exchange = Exchange::new(Type::Unsubscribe, Type::Unsuback);
const PING: Exchange = Exchange::new(Type::Pingreq, Type::Pingresp);

/// The exchange that a packet begins.
fn asked_by(packet: &Packet) -> Option<Exchange> {
    Some(match packet {
        Packet::Publish(publish) => match publish.delivery.qos() {
            Qos::AtMostOnce => return None,
            Qos::AtLeastOnce => QOS_1,
            Qos::ExactlyOnce => QOS_2,
        },
        packet => {
            let all = [CONNECT, RELEASE, COMPLETE, SUBSCRIBE, UNSUBSCRIBE, PING];
            return all.into_iter().find(|exchange| exchange.question == packet.packet_type());
        }
    })
}

/// The exchanges that a packet may end.
fn answered_by(packet: &Packet) -> impl Iterator<Item = Exchange> {
    let packet_type = packet.packet_type();
    let all = [CONNECT, QOS_1, QOS_2, RELEASE, COMPLETE, SUBSCRIBE, UNSUBSCRIBE, PING];
    all.into_iter().filter(move |exchange| exchange.answer == packet_type)
}

fn identifier(packet: &Packet) -> Option<PacketIdentifier> {
    match packet {
        Packet::Publish(packet) => packet.delivery.packet_identifier(),
        Packet::Puback(packet) => Some(packet.packet_identifier),
        Packet::Pubrec(packet) => Some(packet.packet_identifier),
        Packet::Pubrel(packet) => Some(packet.packet_identifier),
        Packet::Pubcomp(packet) => Some(packet.packet_identifier),
        Packet::Subscribe(packet) => Some(packet.packet_identifier),
        Packet::Suback(packet) => Some(packet.packet_identifier),
        Packet::Unsubscribe(packet) => Some(packet.packet_identifier),
        Packet::Unsuback(packet) => Some(packet.packet_identifier),
        _ => None,
    }
}

impl Default for Times {
    fn default() -> Self {
        Self {
            answered: 0,
            unanswered: 0,
            least: Duration::MAX,
            most: Duration::ZERO,
            sum: Duration::ZERO,
            histogram: Vec::new(),
        }
    }
}

impl Times {
    fn add(&mut self, time: Duration) {
        self.answered += 1;
        self.least = self.least.min(time);
        self.most = self.most.max(time);
        self.sum += time;
        let bucket = bucket(time);
        if self.histogram.len() <= bucket {
            self.histogram.resize(bucket + 1, 0);
        }
        self.histogram[bucket] += 1;
    }

    /// The time that so many of a hundred answers did not exceed, to within 5 %.
    pub(super) fn percentile(&self, percent: u64) -> Duration {
        let wanted = (self.answered * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in self.histogram.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return upper(bucket).clamp(self.least.min(self.most), self.most);
            }
        }
        self.most
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // at most 64 × 16
fn bucket(time: Duration) -> usize {
    let nanoseconds = time.as_nanos().max(1) as f64;
    (nanoseconds.log2() * STEPS) as usize
}

#[allow(clippy::cast_precision_loss)] // as above
fn upper(bucket: usize) -> Duration {
    Duration::from_secs_f64(((bucket + 1) as f64 / STEPS).exp2() / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_near_what_they_are_of() {
        let mut times = Times::default();
        for millis in 1..=1000 {
            times.add(Duration::from_millis(millis));
        }
        for percent in [1, 50, 99, 100] {
            let told = times.percentile(percent).as_secs_f64();
            let right = Duration::from_millis(10 * percent).as_secs_f64();
            assert!((told / right - 1.0).abs() < 0.05, "{percent} %: {told} and not {right}");
        }
        assert_eq!(times.least, Duration::from_millis(1));
    }
}
