//! Clients that send or ask for more than they read, acknowledge or finish.

use broker::Settings;
use tap::What;

use crate::attacks::{ATTACKS, by_many};
use crate::honest::Pair;
use crate::support::{Running, publish, subscribe};

#[tokio::test]
async fn under_each_attack_honest_clients_are_served() {
    let broker = Running::start().await;
    let mut honest = Pair::meet(broker.address).await;
    for (name, attack) in ATTACKS {
        println!("{name}"); // shown if it fails
        honest.outlive(tokio::spawn(by_many(broker.address, *attack, 30))).await;
        broker.records();
    }
}

#[tokio::test]
async fn of_packets_that_do_not_end_the_largest_is_given_up() {
    let settings = Settings { max_total_buffered_bytes: 100_000, ..Settings::default() };
    let broker = Running::with(settings).await;
    let message = publish("a", &vec![7; 70_000]);
    let mut larger = broker.connected("larger").await;
    let mut smaller = broker.connected("smaller").await;
    larger.send(&message[..60_000]).await;
    larger.send(b"").await;
    smaller.send(&message[..50_000]).await;
    larger.expect_closed().await;
    smaller.send(&message[50_000..]).await;
    smaller.ping().await;
    broker
        .until_event("closed: 60000 bytes are buffered for it, the most of all, and together more")
        .await;
}

/// Many that do not read fill no more memory than one.
#[tokio::test]
async fn of_clients_that_do_not_read_the_one_with_the_most_is_given_up() {
    let settings = Settings { max_total_buffered_bytes: 1 << 20, ..Settings::default() };
    let broker = Running::with(settings).await;
    let mut deaf = Vec::new();
    for number in 0..4 {
        let mut client = broker.connected(&format!("deaf {number}")).await;
        client.send(&subscribe("a", 0)).await;
        client.expect(b"\x90\x03\0\x01\0").await;
        deaf.push(client);
    }
    let mut alice = broker.connected("alice").await;
    alice.send(&subscribe("a", 0)).await;
    alice.expect(b"\x90\x03\0\x01\0").await;
    let message = publish("a", &vec![7; 60_000]);
    let mut given_up = 0;
    for _ in 0..1000 {
        alice.send(&message).await;
        alice.expect(&message).await;
        let is_it = |event: &str| event.contains("are buffered for it, the most of all");
        let records = broker.records();
        let events = records.iter().filter(|it| matches!(&it.what, What::Event(it) if is_it(it)));
        given_up += events.count();
        if given_up == deaf.len() {
            return;
        }
    }
    panic!("{given_up} were given up, with 60 MB for each");
}
