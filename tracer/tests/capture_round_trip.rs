//! What is written can be read again; and nothing that is read makes the reader panic.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::io::{self, Read};
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use tap::{Connection, Direction, Record, Side, What};
use tracer::capture::{Reader, Writer};

proptest! {
    #[test]
    fn records_come_back_as_they_were(records in conversations(), cuts in cuts()) {
        let file = written(&records);
        let read: Result<Vec<_>, _> = Reader::new(Cut { bytes: &file, cuts }).collect();
        prop_assert_eq!(read.unwrap(), records);
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..2000)) {
        Reader::new(&noise[..]).for_each(drop);
        let mut pcap = vec![0xd4, 0xc3, 0xb2, 0xa1];
        pcap.extend_from_slice(&noise);
        Reader::new(&pcap[..]).for_each(drop);
    }

    #[test]
    fn damage_never_panics(
        records in conversations(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        length in any::<prop::sample::Index>(),
    ) {
        let mut file = written(&records);
        for (place, byte) in damage {
            let place = place.index(file.len());
            file[place] = byte;
        }
        Reader::new(&file[..]).for_each(drop);
        Reader::new(&file[..length.index(file.len())]).for_each(drop);
    }
}

#[test]
fn a_connection_that_nobody_opened_is_read_as_one() {
    let all = records(&[(0, Step::Ping(Direction::ToServer))], 1883);
    let file = written(&all[1..]);
    let read: Result<Vec<_>, _> = Reader::new(&file[..]).collect();
    assert_eq!(read.unwrap(), all[1..]);
}

#[test]
fn an_event_opens_nothing() {
    let mut records = records(&[(1, Step::Close(Side::Client))], 18_830);
    let event = Record { what: What::Event("seen".to_owned()), ..records[0].clone() };
    records.insert(0, event.clone());
    records.push(event);
    let read: Result<Vec<_>, _> = Reader::new(&written(&records)[..]).collect();
    assert_eq!(read.unwrap(), records);
}

#[test]
fn the_first_part_of_a_packet_and_garbage_come_back_too() {
    for bytes in [&b"\x30\x10\x00"[..], b"\xff\xff\xff\xff\xff\xff"] {
        let bytes = Bytes::copy_from_slice(bytes);
        let mut records = records(&[(0, Step::Close(Side::Server))], 1883);
        let what = What::Packet { direction: Direction::ToClient, bytes };
        records.insert(1, Record { what, ..records[1].clone() });
        let read: Result<Vec<_>, _> = Reader::new(&written(&records)[..]).collect();
        assert_eq!(read.unwrap(), records);
    }
}

/// Something that happens on one of the connections.
#[derive(Clone, Debug)]
enum Step {
    Publish(Direction, usize),
    Ping(Direction),
    Event(String),
    EventOfNobody(String),
    Close(Side),
}

fn steps() -> impl Strategy<Value = Step> {
    let direction = || prop_oneof![Just(Direction::ToServer), Just(Direction::ToClient)];
    prop_oneof![
        4 => (direction(), 0..300_usize).prop_map(|(to, size)| Step::Publish(to, size)),
        1 => (direction(), 60_000..200_000_usize).prop_map(|(to, size)| Step::Publish(to, size)),
        4 => direction().prop_map(Step::Ping),
        2 => ".{0,20}".prop_map(Step::Event),
        1 => ".{0,20}".prop_map(Step::EventOfNobody),
        1 => prop_oneof![Just(Side::Client), Just(Side::Server)].prop_map(Step::Close),
    ]
}

/// Up to four connections, on which things happen by turns. A closed one is opened again.
fn conversations() -> impl Strategy<Value = Vec<Record>> {
    let steps = prop::collection::vec((0..4_u16, steps()), 0..30);
    (steps, prop_oneof![Just(1883), any::<u16>()]).prop_map(|(steps, port)| records(&steps, port))
}

fn records(steps: &[(u16, Step)], port: u16) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut open = [false; 4];
    for (number, step) in steps {
        let index = usize::from(*number);
        let mut add = |connection, what| {
            let time = Duration::from_nanos(1_700_000_000_123_456_789 + records.len() as u64);
            records.push(Record { time, connection, what });
        };
        if let Step::EventOfNobody(text) = step {
            add(None, What::Event(text.clone()));
            continue;
        }
        let connection = Some(connection(*number, port));
        if !std::mem::replace(&mut open[index], true) {
            let client_name = (number % 2 == 1).then(|| format!("client-{number}").into());
            add(connection, What::Opened { client_name });
        }
        if let Step::Close(_) = step {
            open[index] = false;
        }
        add(connection, what(step));
    }
    records
}

/// Two of IPv4 and two of IPv6; all but one have an address of their own.
fn connection(number: u16, port: u16) -> Connection {
    let (client, server) = match number {
        0 => ("127.0.0.1", "127.0.0.1"),
        1 => ("10.0.0.2", "10.0.0.1"),
        2 => ("::1", "::1"),
        _ => ("2001:db8::2", "2001:db8::1"),
    };
    Connection {
        client: (client.parse::<std::net::IpAddr>().unwrap(), 50_000 + number).into(),
        server: (server.parse::<std::net::IpAddr>().unwrap(), port).into(),
    }
}

fn what(step: &Step) -> What {
    match step {
        Step::Publish(direction, size) => {
            What::Packet { direction: *direction, bytes: publish(*size).into() }
        }
        Step::Ping(direction) => {
            What::Packet { direction: *direction, bytes: Bytes::from_static(b"\xc0\x00") }
        }
        Step::Event(text) | Step::EventOfNobody(text) => What::Event(text.clone()),
        Step::Close(by) => What::Closed { by: *by },
    }
}

/// A PUBLISH at QoS 0 on topic `t` whose payload has so many bytes, no two neighbours alike.
fn publish(payload: usize) -> Vec<u8> {
    let mut bytes = vec![0x30];
    let mut remaining = payload + 3;
    while remaining > 0x7f {
        bytes.push(0x80 | u8::try_from(remaining & 0x7f).unwrap());
        remaining >>= 7;
    }
    bytes.push(u8::try_from(remaining).unwrap());
    bytes.extend_from_slice(b"\x00\x01t");
    bytes.extend((0..payload).map(|index| u8::try_from(index % 251).unwrap()));
    bytes
}

fn written(records: &[Record]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new()).unwrap();
    for record in records {
        writer.record(record).unwrap();
    }
    writer.finish().unwrap()
}

fn cuts() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![1..40_usize, 1..100_000_usize], 1..20)
}

/// Bytes that come in pieces of these sizes, over and over, as from a socket.
struct Cut<'b> {
    bytes: &'b [u8],
    cuts: Vec<usize>,
}

impl Read for Cut<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.cuts[0].min(buffer.len());
        self.cuts.rotate_left(1);
        self.bytes.read(&mut buffer[..size])
    }
}
