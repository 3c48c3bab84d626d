//! What is encoded decodes to itself, and what is refused is refused at both ends.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use wire::{Packet, PacketType, Version, frame_size, strategies};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_packet_decodes_to_itself(
        packet in strategies::packet(),
        version in strategies::version(),
    ) {
        let bytes = packet.to_bytes()?;
        prop_assert_eq!(frame_size(&bytes)?, Some(bytes.len()));
        prop_assert_eq!(Packet::decode(&bytes, version)?, packet);
    }

    /// Also what the types can hold and the format cannot.
    #[test]
    fn an_encoder_writes_nothing_that_a_decoder_refuses(packet in strategies::any_value()) {
        let mut buffer = BytesMut::from(&b"before"[..]);
        if packet.encode(&mut buffer).is_ok() {
            let bytes = buffer.split_off(6).freeze();
            prop_assert_eq!(Packet::decode(&bytes, Version::V3_1_1)?, packet);
        }
        prop_assert_eq!(&buffer[..], b"before");
    }

    /// What a decoder takes says the same when it is written again.
    #[test]
    fn what_was_taken_encodes_to_its_bytes(
        bytes in strategies::damaged(),
        version in strategies::version(),
    ) {
        strategies::identity(&bytes, version).map_err(TestCaseError::fail)?;
    }
}

/// The generators reach what they promise.
#[test]
fn every_type_and_every_edge_is_generated() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = strategies::packet();
    let packets: Vec<Packet> =
        (0..20_000).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    for packet_type in PacketType::ALL {
        let count = packets.iter().filter(|packet| packet.packet_type() == packet_type).count();
        assert!(count > 1_000, "{packet_type}: {count}");
    }
    let any = |what: &str, test: fn(&Packet) -> bool| {
        assert!(packets.iter().any(test), "no {what}");
    };
    any(
        "CONNECT of 3.1",
        |packet| matches!(packet, Packet::Connect(connect) if connect.version == Version::V3_1),
    );
    any("foreign CONNECT", |packet| matches!(packet, Packet::ForeignConnect(_)));
    any(
        "empty client identifier",
        |packet| matches!(packet, Packet::Connect(connect) if connect.client_identifier.is_empty()),
    );
    any("password", |packet| {
        matches!(packet, Packet::Connect(connect) if connect.credentials.as_ref().is_some_and(
            |credentials| credentials.password.is_some()
        ))
    });
    any(
        "topic of 65535 bytes",
        |packet| matches!(packet, Packet::Publish(publish) if publish.topic.len() == 65_535),
    );
    any(
        "topic that is not ASCII",
        |packet| matches!(packet, Packet::Publish(publish) if !publish.topic.is_ascii()),
    );
    for size in [0, 1, 127, 128, 16_383, 16_384] {
        let of_size = |packet: &&Packet| matches!(packet, Packet::Publish(publish) if publish.payload.len() == size);
        assert!(packets.iter().find(of_size).is_some(), "no payload of {size} bytes");
    }
    let lengths: Vec<usize> = packets
        .iter()
        .filter(|packet| matches!(packet, Packet::Publish(_)))
        .map(|packet| remaining_length(&packet.to_bytes().unwrap()))
        .collect();
    for length in [127, 128, 16_383, 16_384] {
        assert!(lengths.contains(&length), "no Remaining Length of {length}");
    }
}

fn remaining_length(bytes: &Bytes) -> usize {
    let length_bytes = bytes[1..].iter().position(|&byte| byte < 0x80).unwrap() + 1;
    bytes.len() - 1 - length_bytes
}
