//! The client over TLS: whom it trusts, and what it says to others.
#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::sync::Arc;
use std::time::Duration;

use certificates::{Authority, Certificate};
use client::{Client, ConnectError, HandshakeError, Notice, Options, Tls, TrustError};
use client_core::Why;
use delivery::Message;
use support::{authority, broker_over_tls, days, long_ago, long_hence};
use tap::{Collector, What};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wire::{Qos, Text, TopicFilter, TopicName};

/// How long anything may take before a test fails. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

fn trusting(authority: &Authority) -> Tls {
    Tls::from_pem(authority.certificate().as_bytes()).unwrap()
}

fn options(host: &str, port: u16, tls: Option<Tls>) -> Options {
    let mut options = Options::new(host, port, Text::try_from("alice").unwrap());
    options.tls = tls;
    options
}

/// Why a client that trusts `authority` does not connect to the broker with this certificate.
async fn refusal(certificate: &Certificate, authority: &Authority) -> HandshakeError {
    let (_, port) = broker_over_tls(certificate);
    refusal_at(port, trusting(authority)).await
}

async fn refusal_at(port: u16, tls: Tls) -> HandshakeError {
    let connecting = Client::connect(options("localhost", port, Some(tls)));
    match tokio::time::timeout(PATIENCE, connecting).await.unwrap() {
        Err(ConnectError::Tls { server, error }) => {
            assert_eq!(server, format!("localhost:{port}"));
            error
        }
        other => panic!("awaited a refusal, got {other:?}"),
    }
}

#[tokio::test]
async fn messages_of_all_sizes_pass() {
    let authority = authority("an authority");
    let certificate = authority.issue(&["localhost", "127.0.0.1"], days(1)).unwrap();
    let (_, port) = broker_over_tls(&certificate);
    for host in ["localhost", "127.0.0.1"] {
        let options = options(host, port, Some(trusting(&authority)));
        let (client, mut notices) = Client::connect(options).await.unwrap();
        client.subscribe(TopicFilter::new("a").unwrap(), Qos::ExactlyOnce).await.unwrap();
        // Many records of TLS, and more than sockets take at once.
        for size in [0, 1, 900_000, 900_000, 900_000, 2] {
            let (topic, payload) = (TopicName::new("a").unwrap(), vec![7; size].into());
            let message = Message { topic, payload, qos: Qos::ExactlyOnce, retain: false };
            client.publish(message.clone()).await.unwrap();
            let notice = tokio::time::timeout(PATIENCE, notices.next()).await.unwrap();
            assert!(notice == Some(Notice::Message(message)), "{size} bytes");
        }
        client.disconnect().await;
    }
}

#[tokio::test]
async fn the_tap_sees_the_packets_and_how_they_are_kept_secret() {
    let authority = authority("an authority");
    let (_, port) = broker_over_tls(&authority.issue(&["localhost"], days(1)).unwrap());
    let records = Collector::default();
    let mut options = options("localhost", port, Some(trusting(&authority)));
    options.tap = Some(Arc::new(records.clone()));
    let (client, _notices) = Client::connect(options).await.unwrap();
    client.disconnect().await;
    let whats: Vec<_> = records.take().into_iter().map(|record| record.what).collect();
    assert_eq!(whats[1], What::Event("TLS 1.3 with TLS13_AES_256_GCM_SHA384".to_owned()));
    assert!(matches!(&whats[2], What::Packet { bytes, .. } if bytes.starts_with(b"\x10")));
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let (trusted, namesake) = (authority("an authority"), authority("an authority"));
    let stranger = authority("a stranger");
    let good = |authority: &Authority| authority.issue(&["localhost"], days(1)).unwrap();
    assert_eq!(refusal(&good(&stranger), &trusted).await, HandshakeError::UnknownAuthority);
    assert_eq!(refusal(&good(&namesake), &trusted).await, HandshakeError::OtherAuthority);

    let elsewhere = trusted.issue(&["broker.example", "192.168.1.5"], days(1)).unwrap();
    let names = vec!["broker.example".to_owned(), "192.168.1.5".to_owned()];
    let wrong_name = HandshakeError::WrongName { called: "localhost".to_owned(), names };
    assert_eq!(refusal(&elsewhere, &trusted).await, wrong_name);

    let expired = trusted.issue(&["localhost"], long_ago()).unwrap();
    let until = Some(long_ago().until);
    assert_eq!(refusal(&expired, &trusted).await, HandshakeError::Expired { until });
    let early = trusted.issue(&["localhost"], long_hence()).unwrap();
    let from = Some(long_hence().from);
    assert_eq!(refusal(&early, &trusted).await, HandshakeError::NotYetValid { from });
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_known() {
    let authority = authority("an authority");
    let (plain, _) = broker_over_tls(&authority.issue(&["localhost"], days(1)).unwrap());
    assert_eq!(refusal_at(plain, trusting(&authority)).await, HandshakeError::Closed);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
        let _ = socket.read_to_end(&mut Vec::new()).await;
    });
    assert_eq!(refusal_at(port, trusting(&authority)).await, HandshakeError::NotTls);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let handshake_timeout = Duration::from_millis(1);
    let mut tls = trusting(&authority("an authority"));
    tls.handshake_timeout = handshake_timeout;
    let refusal = refusal_at(silent.local_addr().unwrap().port(), tls).await;
    assert_eq!(refusal, HandshakeError::Timeout(handshake_timeout));
}

#[tokio::test]
async fn a_plain_client_learns_that_the_server_speaks_tls() {
    let authority = authority("an authority");
    let (_, port) = broker_over_tls(&authority.issue(&["localhost"], days(1)).unwrap());
    let error = Client::connect(options("localhost", port, None)).await.unwrap_err();
    assert!(matches!(error, ConnectError::Disconnected(Why::AnsweredInTls)), "{error:?}");
    assert!(error.to_string().contains("--cafile"), "{error}");
}

#[test]
fn a_file_of_authorities_has_to_hold_one() {
    let authority = authority("an authority");
    let key = authority.issue(&["localhost"], days(1)).unwrap().key;
    for pem in ["", "no PEM at all", &key] {
        assert!(matches!(Tls::from_pem(pem.as_bytes()), Err(TrustError::NoCertificate)), "{pem}");
    }
    let rubbish = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(Tls::from_pem(rubbish.as_bytes()), Err(TrustError::Unusable(_))));
    let missing = Tls::read("no/such/file.pem").unwrap_err();
    assert!(missing.to_string().starts_with("cannot read no/such/file.pem: "), "{missing}");
}
