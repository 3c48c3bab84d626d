//! The broker over real TCP, byte by byte.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use broker::Settings;
use broker_core::Configuration;
use support::{Running, connect, publish, subscribe};
use tap::{Direction, Side, What};

#[tokio::test]
async fn messages_pass_over_tcp_at_qos_0_1_and_2_mqtt_7_1_1_1() {
    let broker = Running::start().await;
    let mut bob = broker.connected("bob").await;
    bob.send(&subscribe("a", 2)).await;
    bob.expect(b"\x90\x03\0\x01\x02").await;
    let mut alice = broker.connected("alice").await;

    alice.send(&publish("a", b"0")).await;
    bob.expect(b"\x30\x04\0\x01a0").await;

    alice.send(b"\x32\x06\0\x01a\0\x071").await;
    alice.expect(b"\x40\x02\0\x07").await;
    bob.expect(b"\x32\x06\0\x01a\0\x011").await;
    bob.send(b"\x40\x02\0\x01").await;

    alice.send(b"\x34\x06\0\x01a\0\x082").await;
    alice.expect(b"\x50\x02\0\x08").await;
    alice.send(b"\x62\x02\0\x08").await;
    alice.expect(b"\x70\x02\0\x08").await;
    bob.expect(b"\x34\x06\0\x01a\0\x022").await;
    bob.send(b"\x50\x02\0\x02").await;
    bob.expect(b"\x62\x02\0\x02").await;
    bob.send(b"\x70\x02\0\x02").await;
    bob.ping().await;
}

#[tokio::test]
async fn a_packet_may_come_byte_by_byte_and_many_in_one_segment() {
    let broker = Running::start().await;
    let mut alice = broker.client().await;
    for byte in connect("alice") {
        alice.send(&[byte]).await;
        tokio::task::yield_now().await;
    }
    alice.expect(b"\x20\x02\0\0").await;
    let together = [subscribe("a", 0), publish("a", b"1"), publish("a", b"2"), vec![0xc0, 0]];
    alice.send(&together.concat()).await;
    alice.expect(b"\x90\x03\0\x01\0\x30\x04\0\x01a1\x30\x04\0\x01a2\xd0\0").await;
}

#[tokio::test]
async fn a_large_packet_passes_and_one_above_the_limit_closes_mqtt_4_8_0_2() {
    let broker = Running::with(Settings { max_packet_size: 100_000, ..Settings::default() }).await;
    let mut alice = broker.connected("alice").await;
    alice.send(&subscribe("a", 0)).await;
    alice.expect(b"\x90\x03\0\x01\0").await;
    let large = publish("a", &vec![7; 90_000]);
    alice.send(&large).await;
    alice.expect(&large).await;
    alice.send(&publish("a", &vec![7; 100_000])[..10]).await;
    alice.expect_closed().await;
    let events = events(&broker.records());
    assert!(
        events.contains(
            &"packet of alice is too large: 100007 bytes, with a limit of 100000 [MQTT-4.8.0-2]"
                .to_owned()
        ),
        "{events:?}"
    );
}

#[tokio::test]
async fn garbage_closes_without_an_answer() {
    let broker = Running::start().await;
    let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", "x".repeat(60));
    for garbage in [request.as_bytes(), b"\xff\xff\xff\xff\xff\xff", b"\0\0"] {
        let mut client = broker.client().await;
        client.send(garbage).await;
        client.expect_closed().await;
    }
    broker.connected("alice").await.ping().await;
}

#[tokio::test]
async fn a_refused_client_reads_why_even_if_it_sent_more_mqtt_3_1_4_5() {
    let broker = Running::start().await;
    let mut client = broker.client().await;
    let level_5 = b"\x10\x0d\0\x04MQTT\x05\x02\0\0\0\x01a";
    client.send(&[&level_5[..], &publish("a", &[0; 10_000])].concat()).await;
    client.expect(b"\x20\x02\0\x01").await;
    client.expect_closed().await;
}

#[tokio::test]
async fn a_client_that_stops_sending_still_gets_its_answers() {
    use tokio::io::AsyncWriteExt;

    let broker = Running::start().await;
    let mut alice = broker.client().await;
    alice.send(&[connect("alice"), vec![0xc0, 0]].concat()).await;
    alice.socket.shutdown().await.unwrap();
    alice.expect(b"\x20\x02\0\0\xd0\0").await;
    alice.expect_closed().await;
}

#[tokio::test]
async fn nobody_stays_connected_to_a_broker_that_is_given_up() {
    let broker = Running::start().await;
    let mut alice = broker.connected("alice").await;
    broker.give_up();
    alice.expect_closed().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_and_holds_nobody_up() {
    let settings = Settings { max_unread_bytes: 1 << 20, ..Settings::default() };
    let broker = Running::with(settings).await;
    let mut deaf = broker.connected("deaf").await;
    deaf.send(&subscribe("a", 0)).await;
    deaf.expect(b"\x90\x03\0\x01\0").await;
    let mut bob = broker.connected("bob").await;
    bob.send(&subscribe("a", 0)).await;
    bob.expect(b"\x90\x03\0\x01\0").await;
    let mut alice = broker.connected("alice").await;

    let message = publish("a", &vec![7; 60_000]);
    let is_given_up = |events: Vec<String>| events.iter().any(|it| it.contains("does not read"));
    let mut given_up = false;
    for _ in 0..1000 {
        alice.send(&message).await;
        bob.expect(&message).await;
        given_up |= is_given_up(events(&broker.records()));
        if given_up {
            break;
        }
    }
    assert!(given_up, "60 MB for a client that does not read");
    alice.ping().await;
    bob.ping().await;
}

#[tokio::test]
async fn a_publisher_goes_no_faster_than_a_subscriber_acknowledges() {
    let configuration = Configuration { max_queued_messages: 10, ..Configuration::default() };
    let broker = Running::with(Settings { configuration, ..Settings::default() }).await;
    let mut slow = broker.connected("slow").await;
    slow.send(&subscribe("a", 1)).await;
    slow.expect(b"\x90\x03\0\x01\x01").await;
    let mut alice = broker.connected("alice").await;
    let messages: Vec<_> = (1..=1000_u16)
        .flat_map(|n| [b"\x32\x07\0\x01a", &n.to_be_bytes()[..], &n.to_be_bytes()].concat())
        .collect();
    alice.send(&messages).await;
    for number in (1..=1000_u16).map(u16::to_be_bytes) {
        slow.expect(&[b"\x32\x07\0\x01a", &number[..], &number].concat()).await;
        slow.send(&[b"\x40\x02", &number[..]].concat()).await;
    }
    for number in (1..=1000_u16).map(u16::to_be_bytes) {
        alice.expect(&[b"\x40\x02", &number[..]].concat()).await;
    }
    assert_eq!(events(&broker.records()), Vec::<String>::new(), "no message was lost");
}

#[tokio::test]
async fn a_client_that_never_acknowledges_holds_nobody_up() {
    let configuration = Configuration { max_queued_messages: 10, ..Configuration::default() };
    let broker = Running::with(Settings { configuration, ..Settings::default() }).await;
    let mut silent = broker.connected("silent").await;
    silent.send(&subscribe("a", 1)).await;
    silent.expect(b"\x90\x03\0\x01\x01").await;
    let mut alice = broker.connected("alice").await;
    for number in (1..=1000_u16).map(u16::to_be_bytes) {
        alice.send(&[b"\x32\x05\0\x01a", &number[..]].concat()).await;
        alice.expect(&[b"\x40\x02", &number[..]].concat()).await;
    }
    let full =
        "queue of silent is full, 10 messages, 110 bytes with those under way: new ones are lost";
    assert_eq!(events(&broker.records()), [full]);
}

#[tokio::test]
async fn a_connection_without_connect_is_closed_in_time() {
    let connect_timeout = std::time::Duration::from_millis(1);
    let configuration = Configuration { connect_timeout, ..Configuration::default() };
    let broker = Running::with(Settings { configuration, ..Settings::default() }).await;
    broker.client().await.expect_closed().await;
    assert_eq!(events(&broker.records()), ["no CONNECT came within 0.001 s"]);
}

#[tokio::test]
async fn one_client_too_many_is_sent_away() {
    let broker = Running::with(Settings { max_connections: 1, ..Settings::default() }).await;
    let mut alice = broker.connected("alice").await;
    broker.client().await.expect_closed().await;
    alice.ping().await;
}

#[tokio::test]
async fn the_broker_stops_cleanly_and_publishes_no_will() {
    let broker = Running::start().await;
    let mut alice = broker.client().await;
    alice.send(b"\x10\x18\0\x04MQTT\x04\x06\0\0\0\x05alice\0\x01a\0\x02xy").await;
    alice.expect(b"\x20\x02\0\0").await;
    let mut bob = broker.connected("bob").await;
    bob.send(&subscribe("a", 0)).await;
    bob.expect(b"\x90\x03\0\x01\0").await;
    let address = broker.address;
    let stopped = tokio::spawn(broker.stop());
    alice.expect_closed().await;
    bob.expect_closed().await;
    drop((alice, bob));
    let records = stopped.await.unwrap();
    let closed = records.iter().filter(|it| it.what == What::Closed { by: Side::Server }).count();
    assert_eq!(closed, 2);
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn the_tap_sees_everything_in_the_order_of_the_broker() {
    let broker = Running::start().await;
    let mut alice = broker.connected("alice").await;
    let mut bob = broker.connected("bob").await;
    bob.send(&subscribe("a", 0)).await;
    bob.expect(b"\x90\x03\0\x01\0").await;
    broker.records();

    alice.send(b"\x32\x06\0\x01a\0\x071\x10").await;
    alice.expect(b"\x40\x02\0\x07").await;
    bob.expect(b"\x30\x04\0\x01a1").await;
    let (alice_end, bob_end) =
        (alice.socket.local_addr().unwrap(), bob.socket.local_addr().unwrap());
    drop(alice);
    bob.ping().await;
    drop(bob);
    let mut records = broker.records();
    while records.iter().filter(|it| matches!(it.what, What::Closed { .. })).count() < 2 {
        tokio::task::yield_now().await;
        records.extend(broker.records());
    }
    let seen: Vec<_> = records
        .into_iter()
        .map(|it| (it.connection.map(|connection| connection.client), it.what))
        .collect();
    let of_alice: Vec<_> = seen.iter().filter(|(client, _)| *client == Some(alice_end)).collect();
    let packet = |direction, bytes: &'static [u8]| What::Packet { direction, bytes: bytes.into() };
    let first = [
        (Some(alice_end), packet(Direction::ToServer, b"\x32\x06\0\x01a\0\x071")),
        (Some(bob_end), packet(Direction::ToClient, b"\x30\x04\0\x01a1")),
        (Some(alice_end), packet(Direction::ToClient, b"\x40\x02\0\x07")),
    ];
    assert_eq!(seen[..3], first);
    let end: Vec<_> = of_alice[2..].iter().map(|(_, what)| what.clone()).collect();
    assert_eq!(
        end,
        [packet(Direction::ToServer, b"\x10"), What::Closed { by: Side::Client },],
        "with the first byte of a packet that never came"
    );
}

#[tokio::test]
async fn a_log_is_told_of_no_packet_and_no_message() {
    let broker = Running::with(Settings { tap_packets: false, ..Settings::default() }).await;
    let mut alice = broker.connected("alice").await;
    alice.send(&publish("a", b"nobody wants it")).await;
    alice.ping().await;
    let records = broker.records();
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].what, What::Opened { client_name: None });
}

fn events(records: &[tap::Record]) -> Vec<String> {
    records
        .iter()
        .filter_map(|record| match &record.what {
            What::Event(sentence) => Some(sentence.clone()),
            _ => None,
        })
        .collect()
}
