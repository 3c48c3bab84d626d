//! Packets that pass at one moment share a segment, and nothing else becomes of them.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tap::{Connection, Direction, Record, Side, Tap, What};
use tracer::capture::{Reader, Sink};

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a sink makes of these: packets pass, all else is recorded.
fn captured(records: &[Record]) -> Vec<u8> {
    let taken = Shared::default();
    let sink = Sink::to(taken.clone()).unwrap();
    for record in records {
        match record.passing() {
            Some(packet) => sink.packet(&packet),
            None => sink.record(record.clone()),
        }
    }
    sink.finish().unwrap();
    std::mem::take(&mut taken.0.lock().unwrap())
}

fn connection(client: u8) -> Connection {
    let client = ([10, 0, 0, client], 50_000).into();
    Connection { client, server: ([10, 0, 0, 1], 1883).into() }
}

fn record(moment: u64, client: u8, what: What) -> Record {
    Record { time: Duration::from_nanos(moment), connection: Some(connection(client)), what }
}

/// A PUBLISH with a payload of so many bytes, each of which is its number.
fn publish(number: u8, payload: usize) -> Vec<u8> {
    let mut rest = vec![0, 1, b't'];
    rest.resize(3 + payload, number);
    let mut bytes = vec![0x30];
    let mut length = rest.len();
    while length > 0x7f {
        bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap());
    [bytes, rest].concat()
}

/// What happens, to one of three clients: a packet in one of the directions, or something that no packet tells.
fn happenings() -> impl Strategy<Value = What> {
    let packet = |(to_server, number, payload)| {
        let direction = if to_server { Direction::ToServer } else { Direction::ToClient };
        What::Packet { direction, bytes: publish(number, payload).into() }
    };
    let size = prop_oneof![8 => 0..200_usize, 1 => 1400..1500_usize, 1 => 0..140_000_usize];
    prop_oneof![
        20 => (any::<bool>(), any::<u8>(), size).prop_map(packet),
        1 => Just(What::Event("something".to_owned())),
        1 => Just(What::Closed { by: Side::Client }),
    ]
}

/// Clients that open, and what happens to them then, often several things at one moment.
fn stories() -> impl Strategy<Value = Vec<Record>> {
    let later = prop_oneof![3 => Just(0), 1 => 1..1000_u64];
    let steps = proptest::collection::vec((later, 2..5_u8, happenings()), 0..120);
    steps.prop_map(|steps| {
        let opened = || What::Opened { client_name: None };
        let mut records: Vec<Record> = (2..5).map(|client| record(0, client, opened())).collect();
        let (mut now, mut closed) = (0, Vec::new());
        for (later, client, what) in steps {
            now += later;
            if closed.contains(&client) {
                continue;
            }
            if matches!(what, What::Closed { .. }) {
                closed.push(client);
            }
            records.push(record(now, client, what));
        }
        records
    })
}

type Story = BTreeMap<(Connection, Option<Direction>), Vec<(Duration, What)>>;

/// What happened at each end, in its order: the story of each connection, with its packets by direction.
fn told(records: &[Record]) -> Story {
    let mut told = BTreeMap::<_, Vec<_>>::new();
    for record in records {
        let direction = match &record.what {
            What::Packet { direction, .. } => Some(*direction),
            _ => None,
        };
        let story = told.entry((record.connection.unwrap(), direction)).or_default();
        story.push((record.time, record.what.clone()));
    }
    told
}

proptest! {
    #[test]
    fn everything_comes_back_in_its_order_and_at_its_time(records in stories()) {
        let capture = captured(&records);
        let read: Vec<Record> = Reader::new(&capture[..]).map(Result::unwrap).collect();
        prop_assert!(read.is_sorted_by_key(|record| record.time));
        prop_assert_eq!(told(&read), told(&records));
        // Whatever is no packet is where it was among those of its connection.
        for client in 2..5 {
            let count = |records: &[Record]| {
                let mut packets = 0;
                let mut places = Vec::new();
                for record in records.iter().filter(|it| it.connection == Some(connection(client))) {
                    match record.what {
                        What::Packet { .. } => packets += 1,
                        _ => places.push(packets),
                    }
                }
                places
            };
            prop_assert_eq!(count(&read), count(&records));
        }
    }
}

#[test]
fn packets_of_one_moment_share_their_segment_and_others_do_not() {
    let packets = |later: u64| {
        let packet = |number: u8| {
            let bytes = publish(number, 10).into();
            let what = What::Packet { direction: Direction::ToServer, bytes };
            record(1000 + later * u64::from(number), 2, what)
        };
        let opened = record(0, 2, What::Opened { client_name: None });
        [vec![opened], (0..10).map(packet).collect()].concat()
    };
    let (together, apart) = (captured(&packets(0)), captured(&packets(1)));
    // A frame and its block around 15 bytes: 54 of headers, 1 to 3 of padding, 32 of the block.
    assert!(apart.len() - together.len() >= 9 * (54 + 32), "{} {}", apart.len(), together.len());
    let read = |capture: &[u8]| Reader::new(capture).map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(read(&together), packets(0));
    assert_eq!(read(&apart), packets(1));
}

#[test]
#[ignore = "needs tshark"]
fn wireshark_reads_each_packet_of_a_segment() {
    let packet = |number: u8, direction| {
        record(7, 2, What::Packet { direction, bytes: publish(number, 100).into() })
    };
    let opened = record(0, 2, What::Opened { client_name: None });
    let both = [Direction::ToServer, Direction::ToClient];
    let packets = (0..20).flat_map(|number| both.map(|direction| packet(number, direction)));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, captured(&[vec![opened], packets.collect()].concat())).unwrap();
    let tshark = |filter: &str| {
        let options =
            ["-o", "tcp.check_checksum:TRUE", "-Y", filter, "-T", "fields", "-e", "mqtt.msgtype"];
        let run = Command::new("tshark").arg("-r").arg(file.path()).args(options).output().unwrap();
        assert!(run.status.success(), "{run:?}");
        String::from_utf8(run.stdout).unwrap()
    };
    let read = tshark("mqtt");
    assert_eq!(read.matches('3').count(), 40, "{read}");
    assert_eq!(read.lines().count(), 4, "two segments for each direction: {read}");
    let odd = "_ws.malformed || tcp.analysis.flags || tcp.checksum.status == 0";
    assert_eq!(tshark(odd), "", "nothing is odd");
}
