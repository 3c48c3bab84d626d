//! Our client against somebody else's broker: `mosquitto`, and its clients beside ours.
//!
//! They are not everywhere, so these tests are ignored by default; with them installed:
//! `cargo test -p client --test mosquitto -- --ignored`.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::process::Command;

use client::{Client, Notice, Notices};
use delivery::Message;
use mosquitto::Mosquitto;
use wire::{Qos, SubackReturnCode, TopicFilter, TopicName, Version, Will};

async fn client(mosquitto: &Mosquitto, name: &str) -> (Client, Notices) {
    Client::connect(support::options(mosquitto, name)).await.unwrap()
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
async fn messages_pass_another_broker_at_each_qos_and_version_mqtt_7_0_0_2() {
    let mosquitto = Mosquitto::start();
    for version in [Version::V3_1, Version::V3_1_1] {
        for qos in Qos::ALL {
            let mut options = support::options(&mosquitto, "alice");
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
    let (alice, _notices) = client(&mosquitto, "alice").await;
    let kept = Message { retain: true, ..message("kept", Qos::AtLeastOnce) };
    alice.publish(kept.clone()).await.unwrap();

    let mut mortal = support::options(&mosquitto, "mortal");
    let topic = TopicName::new("dead").unwrap();
    mortal.configuration.will =
        Some(Will { topic, message: "imdead".into(), qos: Qos::ExactlyOnce, retain: false });
    let (mortal, _notices) = Client::connect(mortal).await.unwrap();

    let (bob, mut notices) = client(&mosquitto, "bob").await;
    bob.subscribe(filter("#"), Qos::ExactlyOnce).await.unwrap();
    assert_eq!(next(&mut notices).await, kept);
    drop(mortal); // without a DISCONNECT
    assert_eq!(next(&mut notices).await.payload, "imdead");
}

#[tokio::test]
#[ignore = "needs mosquitto"]
async fn a_kept_session_goes_on() {
    let mosquitto = Mosquitto::start();
    let mut options = support::options(&mosquitto, "bob");
    options.configuration.clean_session = false;
    let (bob, _notices) = Client::connect(options.clone()).await.unwrap();
    bob.subscribe(filter("a/b"), Qos::ExactlyOnce).await.unwrap();
    bob.disconnect().await;
    let (alice, _notices) = client(&mosquitto, "alice").await;
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
    let port = mosquitto.port().to_string();
    let (alice, _notices) = client(&mosquitto, "alice").await;
    let kept = Message { retain: true, ..message("hello", Qos::ExactlyOnce) };
    alice.publish(kept).await.unwrap();
    let output = Command::new("mosquitto_sub")
        .args(["-p", &port, "-t", "a/#", "-q", "2", "-C", "1", "-W", "20", "-F", "%r %t %p %q"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1 a/b hello 2\n");
}
