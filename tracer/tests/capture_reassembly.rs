//! Captures that others made: every link, every disorder of segments, MQTT on any port.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use etherparse::{PacketBuilder, TcpHeader};
use proptest::prelude::*;
use tap::Direction::{ToClient, ToServer};
use tap::{Direction, Side, What};
use tracer::capture::{CaptureError, Reader};

const CONNECT: &[u8] = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";
const PINGREQ: &[u8] = b"\xc0\x00";
const PINGRESP: &[u8] = b"\xd0\x00";

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const FIN: u8 = 0x11;
const RST: u8 = 0x04;

/// The first sequence numbers: close to where they go round.
const CLIENT: u32 = u32::MAX - 20;
const SERVER: u32 = 7;

/// A pcap file under construction: link type, and frames of raw IP.
struct Capture {
    port: u16,
    frames: Vec<Vec<u8>>,
}

impl Capture {
    fn new(port: u16) -> Self {
        Self { port, frames: Vec::new() }
    }

    /// The handshake, then a CONNECT and its answer.
    fn connected(port: u16) -> Self {
        Self::new(port)
            .flags(ToServer, SYN, 0)
            .flags(ToClient, SYN | ACK, 0)
            .data(ToServer, 1, CONNECT)
            .data(ToClient, 1, CONNACK)
    }

    fn data(self, direction: Direction, offset: u32, payload: &[u8]) -> Self {
        self.segment(direction, ACK, offset, 0, payload)
    }

    fn flags(self, direction: Direction, flags: u8, offset: u32) -> Self {
        self.segment(direction, flags, offset, 0, b"")
    }

    fn acknowledge(self, direction: Direction, offset: u32, acknowledged: u32) -> Self {
        self.segment(direction, ACK, offset, acknowledged, b"")
    }

    /// A segment; offsets count from the first sequence numbers.
    fn segment(
        mut self,
        direction: Direction,
        flags: u8,
        offset: u32,
        acknowledged: u32,
        payload: &[u8],
    ) -> Self {
        let ((from, to), (own, other)) = match direction {
            ToServer => ((50_000, self.port), (CLIENT, SERVER)),
            ToClient => ((self.port, 50_000), (SERVER, CLIENT)),
        };
        let mut header = TcpHeader::new(from, to, own.wrapping_add(offset), 1000);
        header.syn = flags & SYN != 0;
        header.ack = flags & ACK != 0;
        header.fin = flags & FIN & !ACK != 0;
        header.rst = flags & RST != 0;
        header.acknowledgment_number = other.wrapping_add(acknowledged);
        let (source, destination) = match direction {
            ToServer => ([10, 0, 0, 2], [10, 0, 0, 1]),
            ToClient => ([10, 0, 0, 1], [10, 0, 0, 2]),
        };
        let ip = etherparse::Ipv4Header::new(
            u16::try_from(20 + payload.len()).unwrap(),
            64,
            etherparse::IpNumber::TCP,
            source,
            destination,
        )
        .unwrap();
        let mut frame = Vec::new();
        PacketBuilder::ip(etherparse::IpHeaders::Ipv4(ip, etherparse::Ipv4Extensions::default()))
            .tcp_header(header)
            .write(&mut frame, payload)
            .unwrap();
        self.frames.push(frame);
        self
    }

    fn file(&self, link: u32, prefix: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, link] {
            file.extend_from_slice(&u32::to_le_bytes(word));
        }
        for (number, frame) in (1_u32..).zip(&self.frames) {
            let length = u32::try_from(prefix.len() + frame.len()).unwrap();
            for word in [1000, number, length, length] {
                file.extend_from_slice(&u32::to_le_bytes(word));
            }
            file.extend_from_slice(prefix);
            file.extend_from_slice(frame);
        }
        file
    }

    fn read(&self) -> Vec<What> {
        let file = self.file(101, &[]);
        Reader::new(&file[..]).map(|record| record.unwrap().what).collect()
    }
}

fn packet(direction: Direction, bytes: &[u8]) -> What {
    What::Packet { direction, bytes: Bytes::copy_from_slice(bytes) }
}

fn opened() -> What {
    What::Opened { client_name: None }
}

fn text(what: &What) -> &str {
    match what {
        What::Event(text) => text,
        what => panic!("no event: {what:?}"),
    }
}

#[test]
fn every_link_is_read() {
    let capture = Capture::connected(1883);
    let ethernet = [&[0; 12][..], &[8, 0]].concat();
    let vlan = [&[0; 12][..], &[0x81, 0, 0, 7, 8, 0]].concat();
    let cooked = [&[0; 14][..], &[8, 0]].concat();
    let cooked_2 = [&[8, 0][..], &[0; 18]].concat();
    let links: [(u32, &[u8]); 8] = [
        (0, &[2, 0, 0, 0]),
        (1, &ethernet),
        (1, &vlan),
        (101, &[]),
        (108, &[0, 0, 0, 2]),
        (113, &cooked),
        (276, &cooked_2),
        (228, &[]),
    ];
    for (link, prefix) in links {
        let file = capture.file(link, prefix);
        let records: Vec<_> = Reader::new(&file[..]).map(Result::unwrap).collect();
        assert_eq!(records.len(), 3, "link type {link}");
        assert_eq!(records[1].what, packet(ToServer, CONNECT));
        assert_eq!(records[1].time, Duration::new(1000, 3_000));
        let connection = records[1].connection.unwrap();
        assert_eq!(connection.client, SocketAddr::from(([10, 0, 0, 2], 50_000)));
        assert_eq!(connection.server, SocketAddr::from(([10, 0, 0, 1], 1883)));
    }
}

#[test]
fn mqtt_is_known_by_its_port_or_by_a_connect() {
    let connect = [opened(), packet(ToServer, CONNECT), packet(ToClient, CONNACK)];
    for port in [1883, 12_345] {
        assert_eq!(Capture::connected(port).read(), connect, "{port}");
    }
    let web = Capture::new(80).flags(ToServer, SYN, 0).data(ToServer, 1, b"GET / HTTP/1.1\r\n");
    assert_eq!(web.data(ToServer, 17, CONNECT).read(), []);
    let file = Capture::new(4000).data(ToClient, 1, PINGRESP).file(101, &[]);
    assert_eq!(Reader::new(&file[..]).count(), 0);
    assert_eq!(Reader::new(&file[..]).port(4000).count(), 1);
}

#[test]
fn segments_may_be_out_of_order_and_come_twice() {
    let end = 1 + u32::try_from(CONNECT.len()).unwrap();
    let what = Capture::new(1883)
        .flags(ToServer, SYN, 0)
        .data(ToServer, end, PINGREQ)
        .data(ToServer, 9, &CONNECT[8..])
        .data(ToServer, 1, &CONNECT[..10])
        .data(ToServer, 1, CONNECT)
        .flags(ToServer, SYN, 0)
        .read();
    assert_eq!(what, [opened(), packet(ToServer, CONNECT), packet(ToServer, PINGREQ)]);
}

#[test]
fn what_the_capture_lacks_is_told_as_soon_as_it_was_acknowledged() {
    let capture = Capture::connected(1883)
        .data(ToServer, 20, b"x\xc0")
        .data(ToServer, 22, PINGREQ)
        .acknowledge(ToClient, 5, 24)
        .data(ToServer, 24, PINGREQ);
    let what = capture.read();
    assert_eq!(what[3], What::Missing);
    assert_eq!(text(&what[4])[..33], *"6 bytes from the client left out:");
    assert_eq!(what[5..], [packet(ToServer, PINGREQ), packet(ToServer, PINGREQ)]);
}

/// An answer comes behind what is known of its question, and behind the news that more is not known: a
/// lint has to know it before it judges the answer.
#[test]
fn what_the_capture_lacks_is_told_before_the_answer_to_it() {
    let puback = b"\x40\x02\0\x07";
    let cut_short = b"\x32\x40\0\x01a\0\x07";
    // The segment is cut short, as by tcpdump -s, and so is the question.
    let end = 1 + u32::try_from(CONNECT.len()).unwrap();
    let asked = || Capture::connected(1883).data(ToServer, end, cut_short);
    let what = asked().segment(ToClient, ACK, 5, end + 66, puback).read();
    assert_eq!(what[3..5], [What::Missing, packet(ToClient, puback)]);
    // So it is, and another segment came before the answer.
    let asked = asked().data(ToServer, end + 66, PINGREQ);
    let what = asked.segment(ToClient, ACK, 5, end + 68, puback).read();
    assert_eq!(what[3..5], [packet(ToServer, cut_short), What::Missing]);
    assert_eq!(what[6..], [packet(ToServer, PINGREQ), packet(ToClient, puback)]);
}

#[test]
fn what_waits_at_the_end_is_told() {
    let what = Capture::connected(1883).data(ToClient, 105, PINGRESP).read();
    assert_eq!(what[3], What::Missing);
    assert_eq!(text(&what[4])[..37], *"100 bytes from the server left out: t");
    assert_eq!(what[5], packet(ToClient, PINGRESP));
}

#[test]
fn what_is_missing_before_a_fin_is_told() {
    let capture = Capture::connected(1883).data(ToClient, 5, b"\x30\x40\0\x01t");
    let what = capture.flags(ToClient, FIN, 71).read();
    assert_eq!(what[3], packet(ToClient, b"\x30\x40\0\x01t"));
    assert_eq!(what[4], What::Missing);
    assert_eq!(text(&what[5])[..36], *"61 bytes from the server left out: t");
    assert_eq!(what[6], What::Closed { by: Side::Server });
}

#[test]
fn a_connection_may_be_joined_in_the_middle() {
    let what = Capture::new(1883)
        .data(ToClient, 500, b"end of a packet")
        .data(ToClient, 515, PINGRESP)
        .data(ToServer, 900, PINGREQ)
        .read();
    assert_eq!(text(&what[0])[..36], *"15 bytes from the server left out: t");
    assert_eq!(what[1..], [packet(ToClient, PINGRESP), packet(ToServer, PINGREQ)]);
}

#[test]
fn both_fins_or_one_rst_close() {
    let closed = |capture: Capture| capture.read().split_off(3);
    let both = Capture::connected(1883)
        .flags(ToClient, FIN, 5)
        .data(ToServer, 16, PINGREQ)
        .flags(ToServer, FIN, 18)
        .flags(ToClient, ACK, 6);
    let by_server = What::Closed { by: Side::Server };
    assert_eq!(closed(both), [packet(ToServer, PINGREQ), by_server.clone()]);
    assert_eq!(closed(Capture::connected(1883).flags(ToClient, FIN, 5)), [by_server]);
    let reset = Capture::connected(1883).data(ToServer, 16, b"\x30\x09").flags(ToServer, RST, 18);
    let by_client = What::Closed { by: Side::Client };
    assert_eq!(closed(reset), [packet(ToServer, b"\x30\x09"), by_client]);
}

#[test]
fn errors_say_where_and_what_to_do() {
    let message = |bytes: &[u8]| Reader::new(bytes).last().unwrap().unwrap_err().to_string();
    assert!(message(b"").starts_with("the capture is empty"));
    assert!(message(b"{\"a\": 1}").contains("begins with 7b 22 61 22, but"));
    assert!(message(b"\x1f\x8b\x08\0").ends_with("gunzip -c FILE | tracer read -"));
    let file = Capture::connected(1883).file(101, &[]);
    let cut = message(&file[..file.len() - 1]);
    let last = file.len() - 16 - Capture::connected(1883).frames[3].len();
    assert!(cut.contains(&format!("in the middle of the block at byte {last};")), "{cut}");
    assert_eq!(Reader::new(&file[..file.len() - 1]).count(), 3, "what came before is read");
    let mut large = file.clone();
    large[24 + 8..24 + 12].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = Reader::new(&[&large[..], &vec![0; 70 << 20]].concat()[..]).last().unwrap();
    assert!(matches!(error, Err(CaptureError::TooLarge { offset: 24 })), "{error:?}");
}

proptest! {
    /// However the bytes are cut, doubled and shuffled within a window: the packets are the same.
    #[test]
    fn any_segmentation_gives_the_same_packets(
        sizes in prop::collection::vec(0..300_usize, 1..20),
        cuts in prop::collection::vec(1..200_usize, 1..20),
        swaps in prop::collection::vec((any::<prop::sample::Index>(), 0..10_usize), 0..20),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let publish = |size: usize| {
            let length = u16::try_from(size + 2).unwrap();
            let (low, high) = (u8::try_from(length % 128).unwrap(), u8::try_from(length / 128).unwrap());
            let mut bytes = vec![0x30, low | 0x80, high, 0, 0];
            bytes.resize(5 + size, 0xc0);
            bytes
        };
        let packets: Vec<_> = sizes.iter().map(|size| publish(*size)).collect();
        let stream = packets.concat();
        let mut segments = Vec::new();
        let mut start = 0;
        for cut in cuts.iter().cycle() {
            let end = (start + cut).min(stream.len());
            segments.push(start..end);
            start = end;
            if start == stream.len() {
                break;
            }
        }
        for index in again {
            let range = segments[index.index(segments.len())].clone();
            segments.push(range.start..(range.end + 50).min(stream.len()));
        }
        for (index, distance) in swaps {
            let index = index.index(segments.len());
            let other = (index + distance).min(segments.len() - 1);
            segments.swap(index, other);
        }
        let mut capture = Capture::new(1883).flags(ToClient, SYN | ACK, 0);
        for range in segments {
            let offset = 1 + u32::try_from(range.start).unwrap();
            capture = capture.data(ToClient, offset, &stream[range]);
        }
        let expected: Vec<_> = packets.iter().map(|bytes| packet(ToClient, bytes)).collect();
        prop_assert_eq!(capture.read(), expected);
    }
}
