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

/// Has the compiler believe that a decoded packet is of use, where it lies: moving it would be counted
/// too.
#[inline]
fn look<T, E>(decoded: &Result<T, E>) {
    assert!(black_box(decoded).is_ok());
}

/// Packets whose frames are cut already.
mod frames {
    use super::{Arc, Bencher, Packet, Spans, Traffic, Version, black_box, core, look};

    #[divan::bench]
    fn wire(bencher: Bencher<'_, '_>) {
        let traffic = Traffic::new().unwrap();
        bencher.bench_local(|| {
            for frame in &traffic.frames {
                look(&Packet::decode(black_box(frame), Version::V3_1_1));
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
                look(&Packet::decode_observed(black_box(frame), Version::V3_1_1, &mut spans));
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
                1 => look(&core::Connect::parse(body)),
                2 => look(&core::Connack::parse(body)),
                3 => look(&core::Publish::parse(self.first & 0x0f, Arc::clone(&self.body))),
                4 => look(&core::Puback::parse(body)),
                5 => look(&core::Pubrec::parse(body)),
                6 => look(&core::Pubrel::parse(body)),
                7 => look(&core::Pubcomp::parse(body)),
                8 => look(&core::Subscribe::parse(body)),
                9 => look(&core::Suback::parse(body)),
                10 => look(&core::Unsubscribe::parse(body)),
                11 => look(&core::Unsuback::parse(body)),
                12 => look(&core::Pingreq::parse(body)),
                13 => look(&core::Pingresp::parse(body)),
                14 => look(&core::Disconnect::parse(body)),
                number => unreachable!("no packet has the type {number}"),
            }
        }
    }
}

/// Packets as they come over a Network Connection: cut and decoded.
mod stream {
    use super::{Bencher, BytesMut, MAX_PACKET, Packet, Traffic, Version, look, take_frame};

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
            look(&Packet::decode(&frame, Version::V3_1_1));
        });
    }

    #[divan::bench]
    fn rumqttc(bencher: Bencher<'_, '_>) {
        bench(bencher, |stream| {
            look(&rumqttc::mqttbytes::v4::Packet::read(stream, MAX_PACKET));
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
