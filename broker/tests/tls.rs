//! The broker over TLS.
#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use broker::{Identity, KeyLog, Settings, Tls};
use broker_core::Configuration;
use certificates::{Authority, Certificate, Validity};
use support::{Client, Running, connect, publish, subscribe};
use tap::{Direction, Side, What};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, SupportedProtocolVersion};

fn year() -> Validity {
    Validity::days(SystemTime::now(), 365).unwrap()
}

fn authority() -> Authority {
    Authority::new("an authority for tests", year()).unwrap()
}

fn identity(Certificate { certificate, key }: &Certificate) -> Identity {
    Identity::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap()
}

fn tls(certificate: &Certificate) -> Tls {
    Tls { listen: (Ipv4Addr::LOCALHOST, 0).into(), ..Tls::new(identity(certificate)) }
}

async fn running(tls: Tls) -> Running {
    Running::with(Settings { tls: Some(tls), ..Settings::default() }).await
}

/// A broker with a good certificate for localhost, and whom to trust for it.
async fn good() -> (Running, Authority) {
    let authority = authority();
    let broker = running(tls(&authority.issue(&["localhost"], year()).unwrap())).await;
    (broker, authority)
}

type OverTls = Client<TlsStream<TcpStream>>;

/// A client that trusts this authority, and calls for localhost.
async fn client(broker: &Running, trusted: &Authority) -> Result<OverTls, io::Error> {
    client_of(broker, trusted, rustls::DEFAULT_VERSIONS).await
}

/// The same, with these versions of TLS alone.
async fn client_of(
    broker: &Running,
    trusted: &Authority,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<OverTls, io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.certificate().as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = TcpStream::connect(broker.tls_address.unwrap()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let socket = TlsConnector::from(Arc::new(config)).connect(name, socket).await?;
    Ok(Client { socket })
}

#[tokio::test]
async fn clients_over_tls_and_over_tcp_meet() {
    let (broker, authority) = good().await;
    let mut bob = client(&broker, &authority).await.unwrap();
    bob.send(&connect("bob")).await;
    bob.expect(b"\x20\x02\0\0").await;
    bob.send(&subscribe("a", 0)).await;
    bob.expect(b"\x90\x03\0\x01\0").await;
    let mut alice = broker.connected("alice").await;
    let large = publish("a", &vec![7; 900_000]); // many records of TLS, and more than sockets take at once
    for _ in 0..5 {
        alice.send(&publish("a", b"x")).await;
        bob.expect(b"\x30\x04\0\x01ax").await;
        alice.send(&large).await;
        bob.expect(&large).await;
    }
    bob.send(&large).await;
    bob.expect(&large).await;
    bob.send(b"\xe0\0").await;
    bob.expect_closed().await;
}

#[tokio::test]
async fn the_tap_sees_the_packets_and_how_they_are_kept_secret() {
    let (broker, authority) = good().await;
    let mut alice = client(&broker, &authority).await.unwrap();
    alice.send(&connect("alice")).await;
    alice.expect(b"\x20\x02\0\0").await;
    let whats: Vec<_> = broker.records().into_iter().map(|record| record.what).collect();
    let packet = |direction, bytes: Vec<u8>| What::Packet { direction, bytes: bytes.into() };
    let end = alice.socket.get_ref().0.local_addr().unwrap();
    assert_eq!(
        whats,
        [
            What::Opened { client_name: None },
            What::Event(format!("{end}: TLS 1.3 with TLS13_AES_256_GCM_SHA384")),
            packet(Direction::ToServer, connect("alice")),
            packet(Direction::ToClient, b"\x20\x02\0\0".to_vec()),
        ]
    );
}

#[tokio::test]
async fn older_clients_speak_tls_1_2() {
    let (broker, authority) = good().await;
    let mut alice = client_of(&broker, &authority, &[&rustls::version::TLS12]).await.unwrap();
    alice.send(&connect("alice")).await;
    alice.expect(b"\x20\x02\0\0").await;
    broker.until_event("TLS 1.2 with TLS_ECDHE_ECDSA_WITH_").await;
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_broker_is_told_in_plain_words() {
    let (authority, namesake) = (authority(), authority());
    let stranger = Authority::new("a stranger", year()).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let expired = Validity { from: long_ago, until: long_ago + Duration::from_secs(1) };
    let cases = [
        (
            stranger.issue(&["localhost"], year()).unwrap(),
            "no TLS: the client does not trust the certificate authority",
        ),
        (
            namesake.issue(&["localhost"], year()).unwrap(),
            "no TLS: the client trusts an authority of the same name, but another one",
        ),
        (
            authority.issue(&["elsewhere.example"], year()).unwrap(),
            "no TLS: the client does not accept the certificate; is it for the name by which",
        ),
        (
            authority.issue(&["localhost"], expired).unwrap(),
            "no TLS: to the client the certificate is expired, or not valid yet",
        ),
    ];
    for (certificate, event) in cases {
        let broker = running(tls(&certificate)).await;
        assert!(client(&broker, &authority).await.is_err(), "{event}");
        let mut records = broker.until_event(event).await;
        broker.connected("bob").await.ping().await;
        records.extend(broker.records());
        let whats: Vec<_> = records.into_iter().map(|record| record.what).collect();
        assert!(whats.contains(&What::Closed { by: Side::Client }), "{whats:?}");
    }
}

#[tokio::test]
async fn plain_mqtt_where_tls_is_spoken_is_told_in_plain_words() {
    let (broker, _) = good().await;
    let mut plain =
        Client { socket: TcpStream::connect(broker.tls_address.unwrap()).await.unwrap() };
    plain.send(&connect("alice")).await;
    broker.until_event("no TLS: what came is not TLS; does the client speak plain MQTT?").await;
    broker.connected("bob").await.ping().await;
}

#[tokio::test]
async fn a_handshake_has_to_end_in_time() {
    let certificate = authority().issue(&["localhost"], year()).unwrap();
    let handshake_timeout = Duration::from_millis(1);
    let broker = running(Tls { handshake_timeout, ..tls(&certificate) }).await;
    let mut silent =
        Client { socket: TcpStream::connect(broker.tls_address.unwrap()).await.unwrap() };
    silent.expect_closed().await;
    broker.until_event("no TLS: the handshake did not end within 0.001 s").await;
}

#[tokio::test]
async fn the_time_for_a_connect_runs_during_the_handshake() {
    let certificate = authority().issue(&["localhost"], year()).unwrap();
    let connect_timeout = Duration::from_millis(1);
    let configuration = Configuration { connect_timeout, ..Configuration::default() };
    let tls = Some(tls(&certificate));
    let broker = Running::with(Settings { tls, configuration, ..Settings::default() }).await;
    let mut silent =
        Client { socket: TcpStream::connect(broker.tls_address.unwrap()).await.unwrap() };
    silent.expect_closed().await;
    broker.until_event("no CONNECT came within 0.001 s").await;
}

#[tokio::test]
async fn a_client_that_leaves_during_the_handshake_does_no_harm() {
    let (broker, authority) = good().await;
    drop(TcpStream::connect(broker.tls_address.unwrap()).await.unwrap());
    broker.until_event("no TLS: the client left in the middle of the handshake").await;
    client(&broker, &authority).await.unwrap();
}

#[tokio::test]
async fn the_broker_stops_with_handshakes_and_sessions_under_way() {
    let (broker, authority) = good().await;
    let mut alice = client(&broker, &authority).await.unwrap();
    alice.send(&connect("alice")).await;
    alice.expect(b"\x20\x02\0\0").await;
    let mut silent =
        Client { socket: TcpStream::connect(broker.tls_address.unwrap()).await.unwrap() };
    let opened = |it: &tap::Record| matches!(it.what, What::Opened { .. });
    let mut count = 0;
    while count < 2 {
        tokio::task::yield_now().await;
        count += broker.records().iter().filter(|it| opened(it)).count();
    }
    let stopped = tokio::spawn(broker.stop());
    silent.expect_closed().await;
    alice.expect_closed().await;
    drop(alice);
    stopped.await.unwrap();
}

#[derive(Debug, Default)]
struct Labels(Mutex<Vec<String>>);

impl KeyLog for Labels {
    fn log(&self, label: &str, _client_random: &[u8], _secret: &[u8]) {
        self.0.lock().unwrap().push(label.to_owned());
    }
}

#[tokio::test]
async fn session_keys_go_to_whoever_is_named() {
    let authority = authority();
    let certificate = authority.issue(&["localhost"], year()).unwrap();
    let labels = Arc::new(Labels::default());
    let key_log: Option<Arc<dyn KeyLog>> = Some(Arc::clone(&labels) as Arc<dyn KeyLog>);
    let broker = running(Tls { key_log, ..tls(&certificate) }).await;
    let mut alice = client(&broker, &authority).await.unwrap();
    alice.send(&connect("alice")).await;
    alice.expect(b"\x20\x02\0\0").await;
    let labels = labels.0.lock().unwrap().clone();
    for label in ["CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"] {
        assert!(labels.iter().any(|it| it == label), "{label} is among {labels:?}");
    }
}

#[test]
fn certificate_and_key_have_to_fit() {
    let authority = authority();
    let issue = || authority.issue(&["localhost"], year()).unwrap();
    let (one, other) = (issue(), issue());
    for (certificate, key, expected) in [
        (&one.certificate, &other.key, "the key does not belong to the certificate"),
        (&one.key, &one.key, "the file of the certificate holds none"),
        (&one.certificate, &one.certificate, "the file of the key holds none"),
        (&String::new(), &one.key, "the file of the certificate holds none"),
    ] {
        let error = Identity::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
