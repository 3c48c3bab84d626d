//! Clients that do nothing wrong, and want to be served whatever others do.

use std::net::SocketAddr;

use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::attacks::Held;
use crate::support::{Client, connect, subscribe};

/// A publisher and a subscriber.
pub(crate) struct Pair {
    publisher: Client,
    subscriber: Client,
    trips: u16,
}

impl Pair {
    pub(crate) async fn meet(address: SocketAddr) -> Self {
        let publisher = connected(address, "honest publisher").await;
        let mut subscriber = connected(address, "honest subscriber").await;
        subscriber.send(&subscribe("honest", 1)).await;
        subscriber.expect(b"\x90\x03\0\x01\x01").await;
        Self { publisher, subscriber, trips: 0 }
    }

    /// A message at QoS 1, with all acknowledgements. Each step is waited for, and not for long.
    pub(crate) async fn round_trip(&mut self) {
        self.trips = self.trips % u16::MAX + 1; // it is the Packet Identifier too
        let number = self.trips.to_be_bytes();
        let message = [b"\x32\x0c\0\x06honest", &number[..], &number].concat();
        self.publisher.send(&message).await;
        self.publisher.expect(&[b"\x40\x02", &number[..]].concat()).await;
        self.subscriber.expect(&message).await;
        self.subscriber.send(&[b"\x40\x02", &number[..]].concat()).await;
    }

    /// Goes round until the attack is over, and a hundred times more while its connections are open.
    pub(crate) async fn outlive(&mut self, attack: JoinHandle<Held>) {
        while !attack.is_finished() {
            self.round_trip().await;
        }
        let held = attack.await.unwrap();
        for _ in 0..100 {
            self.round_trip().await;
        }
        drop(held);
    }
}

pub(crate) async fn connected(address: SocketAddr, name: &str) -> Client {
    let mut client = Client { socket: TcpStream::connect(address).await.unwrap() };
    client.socket.set_nodelay(true).unwrap();
    client.send(&connect(name)).await;
    client.expect(b"\x20\x02\0\0").await;
    client
}
