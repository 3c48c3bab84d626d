//! The wire format, beside the codecs of `rumqttc` and `mqtt-protocol-core`.
//!
//! A microsecond in the table is a nanosecond a packet. What each contender does for it differs:
//!
//! - `wire` checks every rule on the form of the bytes, and shares topics and payloads with the frame.
//! - `rumqttc` copies topics into strings of their own, and leaves out many checks: flags, identifier 0,
//!   wildcards, U+0000, bytes left over. It cuts its frames itself, so it stands beside `stream`.
//! - `mqtt-protocol-core` copies topics, and checks flags outside of `parse`, which is not counted
//!   here; nor is the copy of each PUBLISH into the `Arc` that it wants.
#![allow(clippy::unwrap_used)] // a benchmark ends where it fails

use std::sync::Arc;

use bench::Traffic;
use bytes::BytesMut;
use divan::{Bencher, black_box};
use mqtt_protocol_core::mqtt::packet::v3_1_1 as core;
use wire::{MAX_PACKET, Packet, Spans, Version, take_frame};

fn main() {
    divan::main();
}

/// Packets whose frames are cut already.
mod frames {
    use super::{Arc, Bencher, Packet, Spans, Traffic, Version, black_box, core};

    #[divan::bench]
    fn wire(bencher: Bencher<'_, '_>) {
        let traffic = Traffic::new().unwrap();
        bencher.bench_local(|| {
            for frame in &traffic.frames {
                black_box(Packet::decode(black_box(frame), Version::V3_1_1).unwrap());
            }
        });
    }

    #[divan::bench]
    fn wire_with_spans(bencher: Bencher<'_, '_>) {
        let traffic = Traffic::new().unwrap();
        let mut spans = Spans::default();
        bencher.bench_local(|| {
            for frame in &traffic.frames {
                spans.clear();
                let packet = Packet::decode_observed(black_box(frame), Version::V3_1_1, &mut spans);
                black_box(packet.unwrap());
            }
        });
    }

    #[divan::bench]
    fn mqtt_protocol_core(bencher: Bencher<'_, '_>) {
        let traffic = Traffic::new().unwrap();
        let frames: Vec<_> = traffic.frames.iter().map(|frame| Frame::new(frame)).collect();
        bencher.bench_local(|| {
            for frame in &frames {
                black_box(frame).parse();
            }
        });
    }

    /// A packet as `mqtt-protocol-core` wants it: without its fixed header.
    struct Frame {
        first: u8,
        body: Arc<[u8]>,
    }

    impl Frame {
        fn new(frame: &[u8]) -> Self {
            let header = 1 + frame[1..].iter().position(|&byte| byte < 0x80).unwrap() + 1;
            Self { first: frame[0], body: frame[header..].into() }
        }

        fn parse(&self) {
            let body = &self.body[..];
            match self.first >> 4 {
                1 => drop(black_box(core::Connect::parse(body).unwrap())),
                2 => drop(black_box(core::Connack::parse(body).unwrap())),
                3 => drop(black_box(
                    core::Publish::parse(self.first & 0x0f, Arc::clone(&self.body)).unwrap(),
                )),
                4 => drop(black_box(core::Puback::parse(body).unwrap())),
                5 => drop(black_box(core::Pubrec::parse(body).unwrap())),
                6 => drop(black_box(core::Pubrel::parse(body).unwrap())),
                7 => drop(black_box(core::Pubcomp::parse(body).unwrap())),
                8 => drop(black_box(core::Subscribe::parse(body).unwrap())),
                9 => drop(black_box(core::Suback::parse(body).unwrap())),
                10 => drop(black_box(core::Unsubscribe::parse(body).unwrap())),
                11 => drop(black_box(core::Unsuback::parse(body).unwrap())),
                12 => drop(black_box(core::Pingreq::parse(body).unwrap())),
                13 => drop(black_box(core::Pingresp::parse(body).unwrap())),
                14 => drop(black_box(core::Disconnect::parse(body).unwrap())),
                number => unreachable!("no packet has the type {number}"),
            }
        }
    }
}

/// Packets as they come over a Network Connection: cut and decoded.
mod stream {
    use super::{Bencher, BytesMut, MAX_PACKET, Packet, Traffic, Version, black_box, take_frame};

    fn bench(bencher: Bencher<'_, '_>, mut decode: impl FnMut(&mut BytesMut)) {
        let traffic = Traffic::new().unwrap();
        bencher.with_inputs(|| traffic.stream()).bench_local_refs(|stream| {
            while !stream.is_empty() {
                decode(stream);
            }
        });
    }

    #[divan::bench]
    fn wire(bencher: Bencher<'_, '_>) {
        bench(bencher, |stream| {
            let frame = take_frame(stream, MAX_PACKET).unwrap().unwrap();
            black_box(Packet::decode(&frame, Version::V3_1_1).unwrap());
        });
    }

    #[divan::bench]
    fn rumqttc(bencher: Bencher<'_, '_>) {
        bench(bencher, |stream| {
            black_box(rumqttc::mqttbytes::v4::Packet::read(stream, MAX_PACKET).unwrap());
        });
    }
}

/// Packets into bytes.
mod encode {
    use super::{Bencher, BytesMut, MAX_PACKET, Traffic, black_box};

    #[divan::bench]
    fn wire(bencher: Bencher<'_, '_>) {
        let traffic = Traffic::new().unwrap();
        bencher
            .with_inputs(|| (traffic.packets.clone(), BytesMut::with_capacity(1 << 20)))
            .bench_local_values(|(packets, mut buffer)| {
                for packet in packets {
                    black_box(packet).encode(&mut buffer).unwrap();
                }
                buffer
            });
    }

    #[divan::bench]
    fn rumqttc(bencher: Bencher<'_, '_>) {
        let mut stream = Traffic::new().unwrap().stream();
        let mut packets = Vec::new();
        while !stream.is_empty() {
            packets.push(rumqttc::mqttbytes::v4::Packet::read(&mut stream, MAX_PACKET).unwrap());
        }
        bencher.with_inputs(|| BytesMut::with_capacity(1 << 20)).bench_local_values(
            |mut buffer| {
                for packet in &packets {
                    black_box(packet).write(&mut buffer, MAX_PACKET).unwrap();
                }
                buffer
            },
        );
    }
}
