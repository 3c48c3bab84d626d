//! Real clients of other people against the broker: `mosquitto_pub` and `mosquitto_sub`.
//!
//! They are not everywhere, so these tests are ignored by default; with the two programs installed:
//! `cargo test -p broker --test mosquitto -- --ignored`.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::process::Stdio;

use support::Running;
use tap::What;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

/// `mosquitto_sub` that says goodbye after so many messages, and prints `retain topic payload qos`.
fn subscriber(broker: &Running, count: u32, arguments: &[&str]) -> Child {
    Command::new("mosquitto_sub")
        .args(["-h", "127.0.0.1", "-p", &broker.address.port().to_string()])
        .args(["-W", "20", "-C", &count.to_string(), "-F", "%r %t %p %q"])
        .args(arguments)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn publish(broker: &Running, arguments: &[&str]) {
    let status = Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &broker.address.port().to_string()])
        .args(arguments)
        .status()
        .await
        .unwrap();
    assert!(status.success(), "mosquitto_pub {arguments:?}");
}

/// What it printed until its end, line by line.
async fn printed(mut subscriber: Child) -> Vec<String> {
    let mut text = String::new();
    subscriber.stdout.take().unwrap().read_to_string(&mut text).await.unwrap();
    subscriber.wait().await.unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Waits until the broker has sent a packet with this first byte.
async fn until_sent(broker: &Running, first: u8) {
    until(broker, |what| matches!(what, What::Packet { bytes, .. } if bytes[0] == first)).await;
}

/// Waits until this has happened.
async fn until(broker: &Running, is_it: impl Fn(&What) -> bool) {
    let seen = async {
        while !broker.records().iter().any(|record| is_it(&record.what)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), seen).await.expect("it happens");
}

const SUBACK: u8 = 0x90;

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn messages_of_other_clients_pass_at_each_qos_mqtt_7_0_0_2() {
    for published in 0..3_u8 {
        for granted in 0..3_u8 {
            let broker = Running::start().await;
            let subscriber = subscriber(&broker, 1, &["-t", "a/b", "-q", &granted.to_string()]);
            until_sent(&broker, SUBACK).await;
            let qos = published.to_string();
            publish(&broker, &["-t", "a/b", "-m", "hello", "-q", &qos]).await;
            let expected = format!("0 a/b hello {}", published.min(granted));
            assert_eq!(printed(subscriber).await, [expected]);
        }
    }
}

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn mqtt_3_1_is_spoken_too() {
    let broker = Running::start().await;
    let subscriber = subscriber(&broker, 1, &["-V", "mqttv31", "-t", "a", "-q", "2"]);
    until_sent(&broker, SUBACK).await;
    publish(&broker, &["-V", "mqttv31", "-t", "a", "-m", "hello", "-q", "2"]).await;
    assert_eq!(printed(subscriber).await, ["0 a hello 2"]);
}

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn mqtt_5_is_refused_with_a_reason() {
    let broker = Running::start().await;
    let status = Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &broker.address.port().to_string()])
        .args(["-V", "mqttv5", "-t", "a", "-m", "hello"])
        .stderr(Stdio::null())
        .status()
        .await
        .unwrap();
    assert!(!status.success());
    until(
        &broker,
        |what| matches!(what, What::Packet { bytes, .. } if bytes[..] == *b"\x20\x02\0\x01"),
    )
    .await;
}

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn a_retained_message_waits_for_subscribers() {
    let broker = Running::start().await;
    publish(&broker, &["-t", "lamp", "-m", "on", "-q", "1", "-r"]).await;
    assert_eq!(printed(subscriber(&broker, 1, &["-t", "lamp", "-q", "1"])).await, ["1 lamp on 1"]);
    publish(&broker, &["-t", "lamp", "-n", "-r"]).await;
    publish(&broker, &["-t", "fan", "-m", "off", "-r"]).await;
    assert_eq!(printed(subscriber(&broker, 1, &["-t", "#"])).await, ["1 fan off 0"]);
}

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn wildcards_match() {
    let broker = Running::start().await;
    let filters = ["-t", "kitchen/+/state", "-t", "garden/#"];
    let subscriber = subscriber(&broker, 3, &filters);
    until_sent(&broker, SUBACK).await;
    for topic in ["kitchen/state", "kitchen/oven/state", "garden", "garden/gate/lock", "cellar"] {
        publish(&broker, &["-t", topic, "-m", "x"]).await;
    }
    let expected = ["0 kitchen/oven/state x 0", "0 garden x 0", "0 garden/gate/lock x 0"];
    assert_eq!(printed(subscriber).await, expected);
}

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn a_will_is_published_when_its_client_dies() {
    let broker = Running::start().await;
    let watcher = subscriber(&broker, 1, &["-t", "dead_clients", "-q", "1"]);
    until_sent(&broker, SUBACK).await;
    let will = ["--will-topic", "dead_clients", "--will-payload", "alice", "--will-qos", "1"];
    let mut dying = subscriber(&broker, 1, &[&["-i", "alice", "-t", "never"][..], &will].concat());
    until_sent(&broker, SUBACK).await;
    dying.kill().await.unwrap();
    assert_eq!(printed(watcher).await, ["0 dead_clients alice 1"]);
}

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn a_kept_session_gets_what_it_missed() {
    let broker = Running::start().await;
    let kept = ["-i", "alice", "-c", "-q", "2", "-t", "a"];
    let mut away = subscriber(&broker, 10, &kept);
    until_sent(&broker, SUBACK).await;
    away.kill().await.unwrap();
    until(&broker, |what| matches!(what, What::Event(event) if event.contains("kept"))).await;
    for (payload, qos) in [("one", "1"), ("lost", "0"), ("two", "2")] {
        publish(&broker, &["-t", "a", "-m", payload, "-q", qos]).await;
    }
    assert_eq!(printed(subscriber(&broker, 2, &kept)).await, ["0 a one 1", "0 a two 2"]);
}

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn many_messages_keep_their_order() {
    let broker = Running::start().await;
    let mut subscriber = subscriber(&broker, 2000, &["-t", "a", "-q", "2"]);
    until_sent(&broker, SUBACK).await;
    let port = broker.address.port();
    let numbers = format!("seq 2000 | mosquitto_pub -h 127.0.0.1 -p {port} -t a -q 2 -l");
    assert!(Command::new("sh").args(["-c", &numbers]).status().await.unwrap().success());
    let mut lines = BufReader::new(subscriber.stdout.take().unwrap()).lines();
    for number in 1..=2000 {
        assert_eq!(lines.next_line().await.unwrap(), Some(format!("0 a {number} 2")));
    }
    subscriber.wait().await.unwrap();
}
