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

use bench::Traffic;
use bench::peers::{self, Cut};
use bytes::BytesMut;
use divan::{Bencher, black_box};
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
    use super::{Bencher, Cut, Packet, Spans, Traffic, Version, black_box, look};

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
        peer::<false>(bencher);
    }

    #[divan::bench]
    fn mqtt_protocol_core_strict(bencher: Bencher<'_, '_>) {
        peer::<true>(bencher);
    }

    fn peer<const STRICT: bool>(bencher: Bencher<'_, '_>) {
        let traffic = Traffic::new().unwrap();
        let frames: Vec<_> = traffic.frames.iter().map(|frame| Cut::new(frame).unwrap()).collect();
        bencher.bench_local(|| {
            for frame in &frames {
                assert!(black_box(frame).decode::<STRICT>());
            }
        });
    }
}

/// Packets as they come over a Network Connection: cut and decoded.
mod stream {
    use super::{Bencher, BytesMut, MAX_PACKET, Packet, Traffic, Version, look, peers, take_frame};

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
            look(&Packet::decode(frame, Version::V3_1_1));
        });
    }

    #[divan::bench]
    fn rumqttc(bencher: Bencher<'_, '_>) {
        bench(bencher, |stream| assert!(peers::read::<false>(stream)));
    }

    #[divan::bench]
    fn rumqttc_strict(bencher: Bencher<'_, '_>) {
        bench(bencher, |stream| assert!(peers::read::<true>(stream)));
    }
}

/// Packets into bytes. `kept` writes packets that stay as they are; `consumed` drops each once it is
/// written, as who sends a packet does.
mod encode {
    use rumqttc::mqttbytes::v4;

    use super::{Bencher, BytesMut, MAX_PACKET, Packet, Traffic, black_box};

    fn kept<P>(bencher: Bencher<'_, '_>, packets: &[P], write: impl Fn(&P, &mut BytesMut)) {
        bencher.with_inputs(|| BytesMut::with_capacity(1 << 20)).bench_local_values(
            |mut buffer| {
                for packet in packets {
                    write(black_box(packet), &mut buffer);
                }
                buffer
            },
        );
    }

    fn consumed<P: Clone>(
        bencher: Bencher<'_, '_>,
        packets: &[P],
        write: impl Fn(&P, &mut BytesMut),
    ) {
        let inputs = || (packets.to_vec(), BytesMut::with_capacity(1 << 20));
        bencher.with_inputs(inputs).bench_local_values(|(packets, mut buffer)| {
            for packet in packets {
                write(&black_box(packet), &mut buffer);
            }
            buffer
        });
    }

    fn write_ours(packet: &Packet, buffer: &mut BytesMut) {
        packet.encode(buffer).unwrap();
    }

    fn write_theirs(packet: &v4::Packet, buffer: &mut BytesMut) {
        packet.write(buffer, MAX_PACKET).unwrap();
    }

    fn theirs() -> Vec<v4::Packet> {
        let mut stream = Traffic::new().unwrap().stream();
        let mut packets = Vec::new();
        while !stream.is_empty() {
            packets.push(v4::Packet::read(&mut stream, MAX_PACKET).unwrap());
        }
        packets
    }

    #[divan::bench]
    fn wire_kept(bencher: Bencher<'_, '_>) {
        kept(bencher, &Traffic::new().unwrap().packets, write_ours);
    }

    #[divan::bench]
    fn rumqttc_kept(bencher: Bencher<'_, '_>) {
        kept(bencher, &theirs(), write_theirs);
    }

    #[divan::bench]
    fn wire_consumed(bencher: Bencher<'_, '_>) {
        consumed(bencher, &Traffic::new().unwrap().packets, write_ours);
    }

    #[divan::bench]
    fn rumqttc_consumed(bencher: Bencher<'_, '_>) {
        consumed(bencher, &theirs(), write_theirs);
    }
}
