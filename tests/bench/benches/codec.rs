//! The wire format, beside the codecs of `rumqttc` and `mqtt-protocol-core`.
//!
//! A microsecond in the table is a nanosecond a packet. Others on the machine make single figures larger and
//! none smaller: compare the columns `fastest` and `median`, within one run. All contenders make packets
//! that can be kept, and drop them; all but `kept` count the drop.
//!
//! - `frames`: packets that are cut already. `mqtt-protocol-core` gets each PUBLISH in the `Arc` that it
//!   wants, without its fixed header; to put it there is not counted.
//! - `stream`: the same as they come over a Network Connection, all cut from one buffer.
//! - `encode`: packets into one buffer, for packets that stay (`kept`) and packets that are dropped then
//!   (`consumed`), as who sends one does. `mqtt-protocol-core` makes a buffer for each, and is not here.
//!
//! A codec that checks less is faster for it. Both peers leave out flags, wildcards, U+0000, bytes left
//! over, and in some packets identifier 0. So each stands here twice: as it is, and `strict`, with what it
//! leaves out added behind it ([`bench::peers`]). A test holds the strict ones to refusing whatever `wire`
//! refuses.
//!
//! # What was found
//!
//! One run on two cores of a Xeon that others kept busy (load 9); medians, in nanoseconds a packet:
//!
//! |                    | wire | peer                     | peer, strict |
//! |--------------------|-----:|--------------------------|-------------:|
//! | `frames`           | 21.5 | 23.0, mqtt-protocol-core | 26.1         |
//! | `stream`           | 30.8 | 50.5, rumqttc            | 55.7         |
//! | `encode`, kept     | 9.8  | 9.8, rumqttc             |              |
//! | `encode`, consumed | 19.5 | 21.6, rumqttc            |              |
//!
//! What decides it, by `perf` and `callgrind`:
//!
//! - One owner more of a shared buffer, and later one less, are two atomic operations: about 11 ns, a third
//!   of what a PUBLISH takes. The payload needs them; short topics are copied instead, and a frame that is
//!   given away becomes the payload itself.
//! - To allocate a string and free it costs about as much: that is what the peers pay for a topic.
//! - A value larger than two registers that is written in one size and read in another before it has
//!   reached the cache has the processor wait for some 5 ns. So walks look at values where they are, and
//!   strings are read as `tracer/wire/src/text/cut.rs` says.
//! - What is left of `encode` is reading the packets from memory and copying them.
//!
//! Others were tried on `frames` once. `mqtt-proto` copies payloads: 95 ns. The packets of `mqttrs` borrow
//! from the frame and end with it: 14 ns with the checks that it leaves out, 22 ns if topic and payload of
//! each PUBLISH are then made to outlive the frame. `ntex-mqtt` brings 88 crates.
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
