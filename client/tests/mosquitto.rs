//! Our client against somebody else's broker: `mosquitto`, and its clients beside ours.
//!
//! They are not everywhere, so these tests are ignored by default; with them installed:
//! `cargo test -p client --test mosquitto -- --ignored`.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use client::{Client, Notice, Notices, Options};
use delivery::Message;
use wire::{Qos, SubackReturnCode, Text, TopicFilter, TopicName, Version, Will};

/// A mosquitto on a free port, which ends with the test.
struct Mosquitto {
    process: Child,
    port: u16,
}

impl Mosquitto {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut process = Command::new("mosquitto")
            .args(["-v", "-p", &port.to_string()])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        while !line.trim_end().ends_with(" running") {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "mosquitto did not start");
        }
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { process, port }
    }

    fn options(&self, name: &str) -> Options {
        Options::new("127.0.0.1", self.port, Text::new(name.to_owned()).unwrap())
    }

    async fn client(&self, name: &str) -> (Client, Notices) {
        Client::connect(self.options(name)).await.unwrap()
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn filter(text: &str) -> TopicFilter {
    TopicFilter::new(text.to_owned()).unwrap()
}

fn message(payload: &'static str, qos: Qos) -> Message {
    let topic = TopicName::new("a/b").unwrap();
    Message { topic, payload: payload.into(), qos, retain: false }
}

async fn next(notices: &mut Notices) -> Message {
    match notices.next().await {
        Some(Notice::Message(message)) => message,
        other => panic!("awaited a message, got {other:?}"),
    }
}

#[tokio::test]
#[ignore = "needs mosquitto"]
async fn messages_pass_at_each_qos_and_version() {
    let mosquitto = Mosquitto::start();
    for version in [Version::V3_1, Version::V3_1_1] {
        for qos in Qos::ALL {
            let mut options = mosquitto.options("alice");
            options.configuration.version = version;
            let (client, mut notices) = Client::connect(options).await.unwrap();
            let answer = client.subscribe(filter("a/#"), qos).await.unwrap();
            assert_eq!(answer, SubackReturnCode::Granted(qos));
            client.publish(message("hello", qos)).await.unwrap();
            assert_eq!(next(&mut notices).await, message("hello", qos));
            client.unsubscribe(vec![filter("a/#")]).await.unwrap();
            client.disconnect().await;
        }
    }
}

#[tokio::test]
#[ignore = "needs mosquitto"]
async fn retained_messages_and_wills_come() {
    let mosquitto = Mosquitto::start();
    let (alice, _notices) = mosquitto.client("alice").await;
    let kept = Message { retain: true, ..message("kept", Qos::AtLeastOnce) };
    alice.publish(kept.clone()).await.unwrap();

    let mut mortal = mosquitto.options("mortal");
    let topic = TopicName::new("dead").unwrap();
    mortal.configuration.will =
        Some(Will { topic, message: "imdead".into(), qos: Qos::ExactlyOnce, retain: false });
    let (mortal, _notices) = Client::connect(mortal).await.unwrap();

    let (bob, mut notices) = mosquitto.client("bob").await;
    bob.subscribe(filter("#"), Qos::ExactlyOnce).await.unwrap();
    assert_eq!(next(&mut notices).await, kept);
    drop(mortal); // without a DISCONNECT
    assert_eq!(next(&mut notices).await.payload, "imdead");
}

#[tokio::test]
#[ignore = "needs mosquitto"]
async fn a_kept_session_goes_on() {
    let mosquitto = Mosquitto::start();
    let mut options = mosquitto.options("bob");
    options.configuration.clean_session = false;
    let (bob, _notices) = Client::connect(options.clone()).await.unwrap();
    bob.subscribe(filter("a/b"), Qos::ExactlyOnce).await.unwrap();
    bob.disconnect().await;
    let (alice, _notices) = mosquitto.client("alice").await;
    for payload in ["one", "two"] {
        alice.publish(message(payload, Qos::ExactlyOnce)).await.unwrap();
    }
    let (_bob, mut notices) = Client::connect(options).await.unwrap();
    assert_eq!(next(&mut notices).await.payload, "one");
    assert_eq!(next(&mut notices).await.payload, "two");
}

#[tokio::test]
#[ignore = "needs mosquitto and mosquitto_sub"]
async fn mosquitto_sub_gets_what_our_client_publishes() {
    let mosquitto = Mosquitto::start();
    let port = mosquitto.port.to_string();
    let (alice, _notices) = mosquitto.client("alice").await;
    let kept = Message { retain: true, ..message("hello", Qos::ExactlyOnce) };
    alice.publish(kept).await.unwrap();
    let output = Command::new("mosquitto_sub")
        .args(["-p", &port, "-t", "a/#", "-q", "2", "-C", "1", "-W", "20", "-F", "%r %t %p %q"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1 a/b hello 2\n");
}
