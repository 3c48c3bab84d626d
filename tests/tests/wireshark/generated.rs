//! Traffic of all types, made up.

use std::net::SocketAddr;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tap::{Connection, Direction, Record, Side, What};
use wire::{Packet, PacketType, strategies};

/// So many connections, each with a CONNECT and some twenty packets behind it. The same at each run.
pub(crate) fn traffic(connections: u16) -> Vec<Record> {
    let mut runner = TestRunner::deterministic();
    (0..connections)
        .flat_map(|number| {
            let packets = conversation().new_tree(&mut runner).expect("it takes any values");
            records(number, packets.current())
        })
        .collect()
}

/// The packets of one connection. Behind a CONNECT of a foreign protocol nothing follows: nobody could
/// tell how to read it.
fn conversation() -> impl Strategy<Value = Vec<Packet>> {
    let others: Vec<_> =
        PacketType::ALL.into_iter().filter(|it| *it != PacketType::Connect).collect();
    let packet = proptest::sample::select(others).prop_flat_map(strategies::packet_of);
    (strategies::packet_of(PacketType::Connect), vec(packet, 10..30)).prop_map(|(connect, rest)| {
        let rest = if matches!(connect, Packet::Connect(_)) { rest } else { Vec::new() };
        std::iter::once(connect).chain(rest).collect()
    })
}

fn records(number: u16, packets: Vec<Packet>) -> Vec<Record> {
    let connection = Connection {
        client: SocketAddr::from(([10, 0, 0, 2], 20_000 + number)),
        server: SocketAddr::from(([10, 0, 0, 1], 1883)),
    };
    let passes = |packet: Packet| {
        let direction = direction(packet.packet_type());
        let bytes = packet.to_bytes().expect("the strategies make packets that encode");
        What::Packet { direction, bytes }
    };
    std::iter::once(What::Opened { client_name: None })
        .chain(packets.into_iter().map(passes))
        .chain([What::Closed { by: Side::Client }])
        .map(|what| Record {
            time: Duration::from_secs(number.into()),
            connection: Some(connection),
            what,
        })
        .collect()
}

fn direction(packet_type: PacketType) -> Direction {
    match packet_type {
        PacketType::Connack | PacketType::Suback | PacketType::Unsuback | PacketType::Pingresp => {
            Direction::ToClient
        }
        _ => Direction::ToServer,
    }
}
