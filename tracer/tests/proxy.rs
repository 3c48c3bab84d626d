//! The proxy between clients and brokers that are sockets of the test: what passes, and what is told.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tap::Direction::{ToClient, ToServer};
use tap::{Collector, Direction, Record, Side, Tap, What};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracer::proxy::{Proxy, Relayed};

const CONNECT: &[u8] = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05alice";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";

/// How long anything may take before a test fails. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// A proxy that runs beside the test, and the broker behind it.
struct Running {
    address: SocketAddr,
    broker: TcpListener,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<Relayed>>,
}

impl Running {
    async fn start(tap: impl Tap + 'static) -> Self {
        let broker = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let to = broker.local_addr().unwrap().to_string();
        let proxy = Proxy::bind((Ipv4Addr::LOCALHOST, 0).into(), to, Arc::new(tap)).await.unwrap();
        let address = proxy.local_address();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(proxy.run(async {
            let _ = stopped.await;
        }));
        Self { address, broker, stop, task }
    }

    /// A client, and the end of its connection at the broker.
    async fn connect(&self) -> (TcpStream, TcpStream) {
        let client = TcpStream::connect(self.address).await.unwrap();
        let (server, _) = within(self.broker.accept()).await.unwrap();
        (client, server)
    }

    async fn stop(self) -> Relayed {
        let _ = self.stop.send(());
        within(self.task).await.unwrap().unwrap()
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it does not come")
}

/// Writes at one end, and reads the same at the other.
async fn pass(from: &mut TcpStream, to: &mut TcpStream, bytes: &[u8]) {
    from.write_all(bytes).await.unwrap();
    let mut read = vec![0; bytes.len()];
    within(to.read_exact(&mut read)).await.unwrap();
    assert_eq!(read, bytes);
}

async fn end(of: &mut TcpStream) {
    let mut rest = Vec::new();
    let _ = within(of.read_to_end(&mut rest)).await; // an RST ends it as well
    assert_eq!(rest, b"");
}

fn packet(direction: Direction, bytes: &'static [u8]) -> What {
    What::Packet { direction, bytes: bytes.into() }
}

fn whats(records: Vec<Record>) -> Vec<What> {
    records.into_iter().map(|record| record.what).collect()
}

const OPENED: What = What::Opened { client_name: None };

#[tokio::test]
async fn packets_are_told_whole_however_they_were_cut() {
    let records = Collector::default();
    let running = Running::start(records.clone()).await;
    let (mut client, mut server) = running.connect().await;
    pass(&mut client, &mut server, &CONNECT[..1]).await;
    pass(&mut client, &mut server, &CONNECT[1..7]).await;
    pass(&mut client, &mut server, &[&CONNECT[7..], b"\xc0\x00\x30"].concat()).await;
    pass(&mut server, &mut client, CONNACK).await;
    pass(&mut client, &mut server, b"\x05\x00\x01thi\xe0\x00").await;
    let client_end = client.local_addr().unwrap();
    drop(client);
    end(&mut server).await;
    drop(server);
    let relayed = running.stop().await;
    let all = records.take();
    let connection = all[0].connection.unwrap();
    assert_eq!(connection.client, client_end);
    assert!(all.iter().all(|record| record.connection == Some(connection)));
    assert!(all.is_sorted_by_key(|record| record.time));
    let expected = [
        OPENED,
        packet(ToServer, CONNECT),
        packet(ToServer, b"\xc0\x00"),
        packet(ToClient, CONNACK),
        packet(ToServer, b"\x30\x05\x00\x01thi"),
        packet(ToServer, b"\xe0\x00"),
        What::Closed { by: Side::Client },
    ];
    assert_eq!(whats(all), expected);
    let expected = Relayed { connections: 1, refused: 0, to_server: 30, to_client: 4 };
    assert_eq!(relayed, expected);
}

#[tokio::test]
async fn garbage_and_half_packets_pass_and_are_told_as_they_are() {
    let records = Collector::default();
    let running = Running::start(records.clone()).await;
    let (mut client, mut server) = running.connect().await;
    pass(&mut client, &mut server, b"\x30\xff\xff\xff\xff").await;
    pass(&mut client, &mut server, b"GET / HTTP/1.1\r\n\r\n").await;
    pass(&mut server, &mut client, b"\x30\x7fhalf").await;
    drop(server);
    end(&mut client).await;
    drop(client);
    running.stop().await;
    let expected = [
        OPENED,
        packet(ToServer, b"\x30\xff\xff\xff\xff"),
        packet(ToServer, b"GET / HTTP/1.1\r\n\r\n"),
        packet(ToClient, b"\x30\x7fhalf"),
        What::Closed { by: Side::Server },
    ];
    assert_eq!(whats(records.take()), expected);
}

#[tokio::test]
async fn one_end_may_close_and_still_be_answered() {
    let records = Collector::default();
    let running = Running::start(records.clone()).await;
    let (mut client, mut server) = running.connect().await;
    client.shutdown().await.unwrap();
    end(&mut server).await;
    pass(&mut server, &mut client, CONNACK).await;
    drop(server);
    end(&mut client).await;
    running.stop().await;
    let expected = [OPENED, packet(ToClient, CONNACK), What::Closed { by: Side::Client }];
    assert_eq!(whats(records.take()), expected);
}

#[tokio::test]
async fn many_connections_are_kept_apart() {
    let records = Collector::default();
    let running = Running::start(records.clone()).await;
    let mut pairs = Vec::new();
    for _ in 0..100 {
        pairs.push(running.connect().await);
    }
    for part in [&CONNECT[..9], &CONNECT[9..]] {
        for (client, server) in &mut pairs {
            pass(client, server, part).await;
        }
    }
    drop(pairs);
    let relayed = running.stop().await;
    assert_eq!((relayed.connections, relayed.to_server), (100, 1900));
    let all = records.take();
    let connects: std::collections::BTreeSet<_> = all
        .iter()
        .filter(|record| record.what == packet(ToServer, CONNECT))
        .map(|record| record.connection)
        .collect();
    assert_eq!(connects.len(), 100);
}

#[tokio::test]
async fn a_client_that_finds_no_broker_is_turned_away() {
    let records = Collector::default();
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let tap = Arc::new(records.clone());
    let proxy = Proxy::bind((Ipv4Addr::LOCALHOST, 0).into(), free.to_string(), tap).await.unwrap();
    let address = proxy.local_address();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(proxy.run(async {
        let _ = stopped.await;
    }));
    let mut client = TcpStream::connect(address).await.unwrap();
    end(&mut client).await;
    drop(stop);
    let relayed = within(task).await.unwrap().unwrap();
    assert_eq!(relayed, Relayed { refused: 1, ..Relayed::default() });
    let told = whats(records.take());
    let [What::Event(text)] = &told[..] else { panic!("{told:?}") };
    let begin = format!("{} was turned away: no broker answers at {free} (", client_end(&client));
    assert!(text.starts_with(&begin) && text.ends_with("name another one with --to"), "{text}");
}

fn client_end(client: &TcpStream) -> SocketAddr {
    client.local_addr().unwrap()
}

#[tokio::test]
async fn stopping_closes_what_is_open_and_tells_what_was_read() {
    let records = Collector::default();
    let running = Running::start(records.clone()).await;
    let (mut client, mut server) = running.connect().await;
    pass(&mut client, &mut server, &CONNECT[..9]).await;
    running.stop().await;
    end(&mut client).await;
    end(&mut server).await;
    assert_eq!(whats(records.take()), [OPENED, packet(ToServer, &CONNECT[..9])]);
}

#[tokio::test]
async fn nobody_who_looks_on_slows_the_traffic() {
    let (queue, records) = tracer::queue();
    let running = Running::start(queue).await;
    let (mut client, mut server) = running.connect().await;
    let publish = [&b"\x30\xff\xff\x03\x00\x01t"[..], &vec![b'x'; 65_532]].concat();
    for _ in 0..400 {
        pass(&mut client, &mut server, &publish).await; // 26 MB, and nobody takes a record
    }
    drop(client);
    end(&mut server).await;
    let relayed = running.stop().await;
    assert_eq!(relayed.to_server, 400 * publish.len() as u64);
    let (mut packets, mut dropped) = (0, 0);
    for record in records {
        match record.what {
            What::Packet { bytes, .. } => {
                assert_eq!(bytes, publish);
                packets += 1;
            }
            What::Event(text) => {
                let count = text.strip_prefix("the tracer could not keep pace: ").unwrap();
                dropped += count.split_once(' ').unwrap().0.parse::<u32>().unwrap();
            }
            What::Opened { .. } | What::Closed { .. } | What::Missing => {}
        }
    }
    assert!((100..200).contains(&packets), "8 MiB of them are kept: {packets}");
    assert_eq!(packets + dropped, 401, "the end of the connection was dropped as well");
}
