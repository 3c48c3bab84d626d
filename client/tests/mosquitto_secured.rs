//! Our client against somebody else's broker, over TLS and with a password.
//!
//! `cargo test -p client --test mosquitto_secured -- --ignored`, with mosquitto installed.
#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::process::Command;

use certificates::Authority;
use client::{Client, ConnectError, HandshakeError, Notice, Options, Tls};
use client_core::Why;
use delivery::Message;
use mosquitto::Mosquitto;
use support::{authority, days, long_ago};
use wire::{ConnectReturnCode, Credentials, Qos, Text, TopicFilter, TopicName};

/// A mosquitto that speaks TLS, and lets in only paolo, who knows the password.
struct Secured {
    mosquitto: Mosquitto,
    authority: Authority,
    directory: tempfile::TempDir,
}

impl Secured {
    fn start() -> Self {
        let authority = authority("an authority");
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
        let [cert, key, users] = ["server.pem", "server.key", "users"].map(path);
        let server = authority.issue(&["127.0.0.1"], days(1)).unwrap();
        std::fs::write(&cert, server.certificate).unwrap();
        std::fs::write(&key, server.key).unwrap();
        let made =
            Command::new("mosquitto_passwd").args(["-c", "-b", &users, "paolo", "devday"]).status();
        assert!(made.unwrap().success());
        let lines =
            format!("certfile {cert}\nkeyfile {key}\nallow_anonymous false\npassword_file {users}");
        let mosquitto = Mosquitto::configured(directory.path(), &lines);
        Self { mosquitto, authority, directory }
    }

    /// Paolo, who trusts the authority.
    fn options(&self, password: &'static str) -> Options {
        let mut options = support::options(&self.mosquitto, "alice");
        options.tls = Some(trusting(&self.authority));
        let user_name = Text::try_from("paolo").unwrap();
        options.configuration.credentials =
            Some(Credentials { user_name, password: Some(password.into()) });
        options
    }
}

fn trusting(authority: &Authority) -> Tls {
    Tls::from_pem(authority.certificate().as_bytes()).unwrap()
}

async fn refusal(options: Options) -> HandshakeError {
    match Client::connect(options).await {
        Err(ConnectError::Tls { error, .. }) => error,
        other => panic!("awaited a refusal, got {other:?}"),
    }
}

#[tokio::test]
#[ignore = "needs mosquitto and mosquitto_passwd"]
async fn messages_pass_at_each_qos() {
    let secured = Secured::start();
    let (client, mut notices) = Client::connect(secured.options("devday")).await.unwrap();
    client.subscribe(TopicFilter::new("a").unwrap(), Qos::ExactlyOnce).await.unwrap();
    for qos in Qos::ALL {
        let topic = TopicName::new("a").unwrap();
        let message = Message { topic, payload: vec![7; 300_000].into(), qos, retain: false };
        client.publish(message.clone()).await.unwrap();
        assert!(notices.next().await == Some(Notice::Message(message)), "{qos:?}");
    }
    client.disconnect().await;
}

#[tokio::test]
#[ignore = "needs mosquitto and mosquitto_passwd"]
async fn a_wrong_password_is_refused() {
    let secured = Secured::start();
    let error = Client::connect(secured.options("dayday")).await.unwrap_err();
    let code = ConnectReturnCode::NOT_AUTHORIZED; // mosquitto says so for any reason
    assert!(matches!(error, ConnectError::Refused(it) if it == code), "{error:?}");
}

#[tokio::test]
#[ignore = "needs mosquitto and mosquitto_passwd"]
async fn a_mosquitto_that_cannot_be_trusted_is_refused() {
    let secured = Secured::start();
    let mut options = secured.options("devday");
    options.tls = Some(trusting(&authority("a stranger")));
    assert_eq!(refusal(options).await, HandshakeError::UnknownAuthority);
    let mut options = secured.options("devday");
    options.host = "localhost".to_owned();
    let (called, names) = ("localhost".to_owned(), vec!["127.0.0.1".to_owned()]);
    assert_eq!(refusal(options).await, HandshakeError::WrongName { called, names });

    let expired = secured.authority.issue(&["127.0.0.1"], long_ago()).unwrap();
    let path = |name: &str| secured.directory.path().join(name).to_str().unwrap().to_owned();
    let [cert, key] = ["expired.pem", "expired.key"].map(path);
    std::fs::write(&cert, expired.certificate).unwrap();
    std::fs::write(&key, expired.key).unwrap();
    let lines = format!("certfile {cert}\nkeyfile {key}\nallow_anonymous true");
    let mosquitto = Mosquitto::configured(secured.directory.path(), &lines);
    let mut options = support::options(&mosquitto, "alice");
    options.tls = Some(trusting(&secured.authority));
    let until = Some(long_ago().until);
    assert_eq!(refusal(options).await, HandshakeError::Expired { until });
}

#[tokio::test]
#[ignore = "needs mosquitto and mosquitto_passwd"]
async fn the_other_port_is_known() {
    let secured = Secured::start();
    let mut options = secured.options("devday");
    options.tls = None;
    let error = Client::connect(options).await.unwrap_err();
    // OpenSSL closes without an alert.
    assert!(matches!(error, ConnectError::Disconnected(Why::Closed)), "{error:?}");
    assert!(error.to_string().contains("does the server speak TLS on this port"), "{error}");
    let plain = Mosquitto::start();
    let mut options = support::options(&plain, "alice");
    options.tls = Some(trusting(&secured.authority));
    assert_eq!(refusal(options).await, HandshakeError::Closed);
}
