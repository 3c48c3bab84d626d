//! The server of captures: many readers, late ones, and one that takes nothing.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod common;

use std::net::TcpStream;
use std::sync::Arc;

use bytes::Bytes;
use common::{bytes, connect, passes, record};
use tap::{Direction, Record, Side, Tap, What};
use tracer::capture::{Note, Reader, Server};

fn server() -> Server {
    Server::bind(([127, 0, 0, 1], 0).into()).unwrap()
}

/// A reader that is known to the server: it has got the headers, which come first.
fn reader(server: &Server) -> TcpStream {
    let reader = TcpStream::connect(server.local_address()).unwrap();
    let mut first = [0];
    assert_eq!(reader.peek(&mut first).unwrap(), 1);
    reader
}

fn everything(reader: TcpStream) -> Vec<What> {
    Reader::new(reader).map(|record| record.unwrap().what).collect()
}

fn opened() -> Record {
    record(0, 1, What::Opened { client_name: Some(Arc::from("alice")) })
}

fn ping(micros: u64) -> Record {
    passes(micros, 1, Direction::ToServer, Bytes::from_static(b"\xc0\x00"))
}

#[test]
fn who_comes_late_is_told_what_is_open_and_its_connect() {
    let server = server();
    let early = reader(&server);
    let gone = |what| record(0, 2, what);
    server.record(gone(What::Opened { client_name: None }));
    server.record(gone(What::Closed { by: Side::Client }));
    let connect = passes(1, 1, Direction::ToServer, bytes(connect()));
    server.record(opened());
    server.record(connect.clone());
    server.record(ping(2));
    let late = reader(&server);
    server.record(ping(3));
    let readers = [early, late].map(|reader| std::thread::spawn(|| everything(reader)));
    let served = server.finish();
    assert_eq!((served.readers, served.dropped), (2, 0));
    let [early, late] = readers.map(|reader| reader.join().unwrap());
    assert_eq!(late, [opened().what, connect.what, ping(3).what]);
    assert_eq!(early.len(), 2 + 4);
    assert_eq!(early[3..], [late[1].clone(), ping(2).what, ping(3).what]);
}

#[test]
fn session_keys_go_to_all_who_look_on() {
    let server = server();
    let readers = [reader(&server), reader(&server)];
    server.keys("CLIENT_RANDOM 00 01\n");
    server.noted(&opened(), &Note::sealed());
    let reading = readers.map(|reader| {
        std::thread::spawn(|| {
            let mut reader = Reader::new(reader);
            let opened = (&mut reader).count();
            (opened, reader.seen().has_keys)
        })
    });
    server.finish();
    for reading in reading {
        assert_eq!(reading.join().unwrap(), (1, true));
    }
}

#[test]
fn a_reader_that_takes_nothing_slows_nobody_and_its_loss_is_counted() {
    let server = server();
    let idle = reader(&server);
    let busy = reader(&server);
    let busy = std::thread::spawn(move || everything(busy).len());
    server.record(opened());
    let publish = [&b"\x30\xff\xff\x03\x00\x01t"[..], &vec![b'x'; 65_532]].concat();
    let publish = Bytes::from(publish);
    for number in 0..400 {
        // 26 MiB: more than what a socket takes and what may wait
        server.record(passes(number, 1, Direction::ToServer, publish.clone()));
    }
    let closes = std::thread::spawn(move || server.finish());
    // The idle one reads on now: so the loss is counted once all is over, and told in its stream.
    let told = everything(idle);
    let served = closes.join().unwrap();
    let lost = |what: &What| matches!(what, What::Event(text) if text.contains("dropped"));
    assert!(told.iter().any(lost), "{}", told.len());
    assert!(served.dropped > 0, "{served}");
    assert!(served.to_string().starts_with("2 readers looked on; "), "{served}");
    busy.join().unwrap();
}

#[test]
fn a_reader_that_goes_away_is_forgotten() {
    let server = server();
    drop(reader(&server));
    let staying = reader(&server);
    assert_eq!(server.readers(), 2);
    // The system tells at some write that nobody is there.
    let mut number = 0;
    while server.readers() == 2 {
        server.record(ping(number));
        number += 1;
    }
    let staying = std::thread::spawn(move || everything(staying).len());
    assert_eq!(server.finish().readers, 2, "who came, not who stayed");
    assert_eq!(staying.join().unwrap() as u64, number);
}
