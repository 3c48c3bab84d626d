//! What the broker does while its store writes, and when that fails.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use broker::{Server, Settings, Store, StoreError, StoreProblem};
use broker_core::{Change, Records};
use support::{Client, connect, publish};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A store that says when it is to write something, and waits to be told how that went.
struct Told {
    asked: UnboundedSender<Vec<Change>>,
    answers: Mutex<mpsc::Receiver<bool>>,
}

/// The other end of it.
struct Teller {
    asked: UnboundedReceiver<Vec<Change>>,
    answers: mpsc::Sender<bool>,
}

impl Told {
    fn new() -> (Arc<Self>, Teller) {
        let (asked, asked_receiver) = unbounded_channel();
        let (answers, answer_receiver) = mpsc::channel();
        answers.send(true).unwrap(); // what is written when it is opened: nothing
        let store = Self { asked, answers: Mutex::new(answer_receiver) };
        (Arc::new(store), Teller { asked: asked_receiver, answers })
    }
}

impl Store for Told {
    fn records(&self) -> Result<Records, StoreError> {
        Ok(Records::new())
    }

    fn write(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.asked.send(changes).unwrap();
        let is_good = self.answers.lock().unwrap().recv().unwrap();
        let full = || self.error(StoreProblem::Unwritable(io::ErrorKind::StorageFull.into()));
        if is_good { Ok(()) } else { Err(full()) }
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn error(&self, problem: StoreProblem) -> StoreError {
        StoreError { path: PathBuf::from("data"), problem }
    }
}

/// A CONNECT with Clean Session 0.
fn connect_to_stay(name: &str) -> Vec<u8> {
    let mut packet = connect(name);
    packet[9] = 0;
    packet
}

async fn client(server: &Server) -> Client {
    Client { socket: TcpStream::connect(server.local_address()).await.unwrap() }
}

fn settings() -> Settings {
    Settings { listen: (Ipv4Addr::LOCALHOST, 0).into(), ..Settings::default() }
}

/// Nothing is there to be read.
fn assert_silent(client: &Client) {
    let mut byte = [0];
    let error = client.socket.try_read(&mut byte).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn nothing_leaves_before_it_is_written_and_what_comes_meanwhile_shares_the_next_write() {
    let (store, mut teller) = Told::new();
    let server = Server::bind(settings()).await.unwrap().with_store(store).unwrap();
    assert_eq!(teller.asked.recv().await, Some(Vec::new()));
    let (mut alice, mut bob) = (client(&server).await, client(&server).await);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));

    alice.send(&connect_to_stay("alice")).await;
    assert_eq!(teller.asked.recv().await.unwrap().len(), 1, "the session");
    // The broker takes these while it writes; each of them waits, although the last two change nothing.
    alice.send(b"\x33\x06\0\x01a\0\x071").await;
    alice.send(b"\xc0\0").await;
    bob.send(&connect("bob")).await;
    assert_silent(&alice);
    assert_silent(&bob);
    teller.answers.send(true).unwrap();
    alice.expect(b"\x20\x02\0\0").await;
    let mut changes = teller.asked.recv().await.unwrap();
    assert_silent(&alice);
    teller.answers.send(true).unwrap();
    alice.expect(b"\x40\x02\0\x07\xd0\0").await;
    bob.expect(b"\x20\x02\0\0").await;
    assert_eq!(changes.pop().unwrap().packet.unwrap().packet_type(), wire::PacketType::Publish);
    assert_eq!(changes, [], "the retained message is the only change");

    // What changes nothing is not written, and waits for nothing.
    bob.send(&publish("b", b"x")).await;
    bob.ping().await;
    assert!(teller.asked.try_recv().is_err());
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_cannot_be_written_is_not_acknowledged_and_the_broker_stops() {
    let (store, mut teller) = Told::new();
    let server = Server::bind(settings()).await.unwrap().with_store(store).unwrap();
    let mut alice = client(&server).await;
    let running = tokio::spawn(server.run(std::future::pending()));
    alice.send(&connect("alice")).await;
    alice.expect(b"\x20\x02\0\0").await;
    alice.send(b"\x33\x06\0\x01a\0\x071").await;
    assert_eq!(teller.asked.recv().await, Some(Vec::new()));
    assert_eq!(teller.asked.recv().await.unwrap().len(), 1);
    teller.answers.send(false).unwrap();
    alice.expect_closed().await;
    let error = running.await.unwrap().unwrap_err().to_string();
    assert!(error.starts_with("cannot write to the store data: "), "{error}");
    assert!(error.ends_with("not acknowledged, so the broker stops"), "{error}");
}
