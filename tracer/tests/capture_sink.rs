//! The sink: what it sends, what it drops, and that it never waits.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::io::{self, ErrorKind, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction, Record, Tap, What};
use tracer::capture::{CaptureFile, Reader, Sink};

fn connection() -> Connection {
    let (client, server) = ("10.0.0.2:50000", "10.0.0.1:1883");
    Connection { client: client.parse().unwrap(), server: server.parse().unwrap() }
}

fn record(what: What) -> Record {
    Record { time: Duration::from_secs(1), connection: Some(connection()), what }
}

fn opened() -> Record {
    record(What::Opened { client_name: None })
}

fn pingreq() -> Record {
    let bytes = Bytes::from_static(b"\xc0\x00");
    record(What::Packet { direction: Direction::ToServer, bytes })
}

/// A PUBLISH of a bit less than 2 MiB.
fn publish() -> Record {
    let mut bytes = vec![0x30, 0xff, 0xff, 0x7f, 0, 1, b't'];
    bytes.resize(4 + 0x1f_ffff, b'x');
    record(What::Packet { direction: Direction::ToServer, bytes: bytes.into() })
}

/// A writer that takes nothing before it is told to, and says when somebody wants it to.
struct Gate {
    asked: Sender<()>,
    open: Receiver<()>,
    taken: Arc<Mutex<Vec<u8>>>,
}

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.asked.send(());
        let _ = self.open.recv(); // open for good once the other end is gone
        self.taken.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_finds_no_room_is_dropped_counted_and_told() {
    let ((asked, is_asked), (open, is_open)) = (channel(), channel());
    let taken = Arc::default();
    let sink = Sink::to(Gate { asked, open: is_open, taken: Arc::clone(&taken) }).unwrap();
    is_asked.recv().unwrap(); // the thread holds the header, and is stuck with it
    sink.record(opened());
    for _ in 0..10 {
        sink.record(publish()); // 20 MiB: four of them fill the 8 MiB
    }
    drop(open);
    is_asked.recv().unwrap(); // it has taken what waited: there is room again
    sink.record(pingreq());
    sink.finish().unwrap();
    let bytes = taken.lock().unwrap();
    let all: Vec<What> = Reader::new(&bytes[..]).map(|record| record.unwrap().what).collect();
    let events = all.iter().filter_map(|what| match what {
        What::Event(text) => Some(text.as_str()),
        _ => None,
    });
    let events: Vec<_> = events.collect();
    assert_eq!(events[0], "the tracer could not keep pace: 6 records dropped before this line");
    assert!(events[1..].iter().all(|text| text.contains("left out")), "{events:?}");
    let whole = all.iter().filter(|what| **what == publish().what).count();
    assert_eq!(whole, 4);
    assert_eq!(all.last(), Some(&pingreq().what), "behind the gap it goes on");
}

#[test]
fn nobody_listens_is_an_error_that_says_what_to_do() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let Err(error) = Sink::connect(free) else { panic!("connected to nobody") };
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(error.to_string().ends_with(&format!("start one first: tracer listen {free}")));
}

#[test]
fn a_listener_that_goes_away_holds_nobody_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sink = Sink::connect(listener.local_addr().unwrap()).unwrap();
    drop(listener.accept().unwrap());
    drop(listener);
    sink.record(opened());
    for _ in 0..20 {
        sink.record(publish());
    }
    sink.finish().unwrap_err();
    sink.record(pingreq());
    sink.finish().unwrap();
}

#[test]
fn a_file_can_be_read_at_any_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.pcapng");
    let read = || -> Vec<Record> {
        Reader::new(std::fs::File::open(&path).unwrap()).map(Result::unwrap).collect()
    };
    let file = CaptureFile::create(&path).unwrap();
    assert_eq!(read(), []);
    file.record(opened());
    file.record(pingreq());
    assert_eq!(read(), [opened(), pingreq()]);
    file.finish().unwrap();
    file.record(pingreq());
    file.finish().unwrap();
    assert_eq!(read(), [opened(), pingreq()]);
}
