//! What tests of scenarios ask of a trace, and the brokers that they play on.
#![allow(dead_code)] // each file of tests uses a part

pub(crate) mod broker;

use std::collections::BTreeMap;

use bytes::Bytes;
use lab::Scenario;
use tap::{Direction, Record, What};
use wire::{Packet, Version};

/// The packets of each connection and direction, in the order in which the connections came.
pub(crate) type Packets = BTreeMap<(usize, Direction), Vec<Bytes>>;

/// Whether a scenario waits for real time to pass, when it is played over TCP.
pub(crate) fn is_slow(scenario: &Scenario) -> bool {
    ["connection", "last-will"].contains(&scenario.name)
}

/// A number that was drawn has five digits; it is another one over TCP, and left out here.
pub(crate) fn packets(records: &[Record]) -> Packets {
    let mut connections = Vec::new();
    let mut packets = Packets::new();
    for record in records {
        let Some(connection) = record.connection else { continue };
        match &record.what {
            What::Opened { .. } => connections.push(connection),
            What::Packet { direction, bytes } => {
                // The same port may come again: the last one of it counts.
                let number = connections.iter().rposition(|known| *known == connection).unwrap();
                packets.entry((number, *direction)).or_default().push(without_draw(bytes));
            }
            What::Closed { .. } | What::Event(_) | What::Missing => {}
        }
    }
    packets
}

/// What passed on one broker and not on another one, a line for each packet.
pub(crate) fn differences(ours: &Packets, theirs: &Packets) -> Vec<String> {
    let mut told = Vec::new();
    let nothing = Vec::new();
    let mut keys: Vec<_> = ours.keys().chain(theirs.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let of = |packets: &Packets| packets.get(key).unwrap_or(&nothing).clone();
        let (ours, mut theirs) = (of(ours), of(theirs));
        let same = ours == theirs;
        let before = told.len();
        for packet in ours {
            match theirs.iter().position(|it| *it == packet) {
                Some(place) => drop(theirs.remove(place)),
                None => told.push(format!("- {}", line(key, &packet))),
            }
        }
        told.extend(theirs.iter().map(|packet| format!("+ {}", line(key, packet))));
        assert!(same || told.len() > before, "{key:?}: the same packets in another order");
    }
    told
}

fn line((connection, direction): &(usize, Direction), packet: &Bytes) -> String {
    let arrow = match direction {
        Direction::ToServer => "▶",
        Direction::ToClient => "◀",
    };
    let decoded = Packet::decode(packet, Version::V3_1_1).unwrap();
    let name = decoded.packet_type().name();
    format!("{} {arrow} {name} {}", connection + 1, tracer::summary(&decoded)).trim_end().to_owned()
}

fn without_draw(bytes: &[u8]) -> Bytes {
    let mut bytes = bytes.to_vec();
    let mut from = 0;
    while from + 5 <= bytes.len() {
        if bytes[from..from + 5].iter().all(u8::is_ascii_digit) {
            bytes[from..from + 5].fill(b'N');
        }
        from += 1;
    }
    bytes.into()
}
