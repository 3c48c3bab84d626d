//! Clients that are not let in: too many, too slow, too large.

use std::time::Duration;

use broker::Settings;
use broker_core::Configuration;
use tokio::io::AsyncWriteExt;

use crate::support::{Running, connect, packet, publish, string};

#[tokio::test]
async fn a_connect_has_a_limit_of_its_own() {
    let broker = Running::with(Settings { max_connect_size: 100, ..Settings::default() }).await;
    let mut alice = broker.connected("alice").await;
    let large = publish("a", &[7; 10_000]);
    alice.send(&large).await;
    alice.ping().await;

    let mut bob = broker.client().await;
    bob.send(&connect(&"b".repeat(100))[..10]).await;
    bob.expect_closed().await;
    broker
        .until_event("packet of an unknown client is too large: 114 bytes, with a limit of 100")
        .await;
}

#[tokio::test]
async fn too_many_clients_without_connect_close_the_oldest() {
    let configuration = Configuration { max_unidentified: 2, ..Configuration::default() };
    let broker = Running::with(Settings { configuration, ..Settings::default() }).await;
    let mut oldest = broker.client().await;
    oldest.send(&connect("half")[..5]).await;
    let _older = broker.client().await;
    broker.connected("alice").await.ping().await;
    oldest.expect_closed().await;
    broker.until_event("oldest of more than 2 Network Connections without a CONNECT").await;
}

/// Bytes alone are no sign of life: it is packets that count.
#[tokio::test]
async fn a_client_that_sends_byte_after_byte_has_no_more_time_for_its_connect() {
    let connect_timeout = Duration::from_millis(20);
    let configuration = Configuration { connect_timeout, ..Configuration::default() };
    let broker = Running::with(Settings { configuration, ..Settings::default() }).await;
    let mut slow = broker.client().await;
    let fields = [string("MQTT"), b"\x04\x02\0\0".to_vec(), string(&"s".repeat(60_000))].concat();
    for byte in packet(0x10, &fields) {
        if slow.socket.write_all(&[byte]).await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
    broker.until_event("no CONNECT came within 0.02 s").await;
}
