//! Real clients of other people, with passwords and over TLS; and files that go both ways.
//!
//! They are not everywhere, so these tests are ignored by default; with mosquitto and its clients
//! installed: `cargo test -p broker --test mosquitto_secured -- --ignored`.
#![cfg(all(feature = "passwords", feature = "tls"))]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::SystemTime;

use broker::{Identity, Passwords, Permissions, Settings, Tls, set_password};
use broker_core::Configuration;
use certificates::{Authority, Validity};
use mosquitto::Mosquitto;
use support::Running;
use tap::What;
use tokio::process::Command;

const NOT_AUTHORIZED: &str = "Connection Refused: not authorised.";
const BAD_PASSWORD: &str = "Connection Refused: bad user name or password.";

/// A file that `mosquitto_passwd` makes, with the user paolo and the password devday.
fn their_file(path: &Path, hash: &str) {
    let made = std::process::Command::new("mosquitto_passwd")
        .args(["-H", hash, "-c", "-b"])
        .args([path.to_str().unwrap(), "paolo", "devday"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

async fn publish(port: u16, arguments: &[&str]) -> Output {
    Command::new("mosquitto_pub")
        .args(["-p", &port.to_string(), "-q", "1", "-t", "a", "-m", "hello"])
        .args(arguments)
        .output()
        .await
        .unwrap()
}

/// What was said where the client was not let in.
fn said(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

async fn with_file(path: &Path) -> Running {
    let passwords = Passwords::read(path).unwrap();
    Running::with(Settings { authentication: Some(Arc::new(passwords)), ..Settings::default() })
        .await
}

#[tokio::test]
#[ignore = "needs mosquitto_passwd and mosquitto_pub"]
async fn files_of_mosquitto_passwd_are_read() {
    for hash in ["sha512", "sha512-pbkdf2"] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("users");
        their_file(&path, hash);
        let broker = with_file(&path).await;
        let port = broker.address.port();
        let user = ["-h", "127.0.0.1", "-u", "paolo", "-P"];
        assert!(publish(port, &[&user[..], &["devday"]].concat()).await.status.success(), "{hash}");
        let wrong = publish(port, &[&user[..], &["dayday"]].concat()).await;
        assert!(said(&wrong).contains(BAD_PASSWORD), "{wrong:?}");
        let anonymous = publish(port, &["-h", "127.0.0.1"]).await;
        assert!(said(&anonymous).contains(NOT_AUTHORIZED), "{anonymous:?}");
        set_password(&path, "alice", b"secret").unwrap();
        let broker = with_file(&path).await;
        let alice = ["-h", "127.0.0.1", "-u", "alice", "-P", "secret"];
        assert!(publish(broker.address.port(), &alice).await.status.success());
    }
}

#[tokio::test]
#[ignore = "needs mosquitto and mosquitto_pub"]
async fn mosquitto_reads_our_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users");
    set_password(&path, "paolo", b"devday").unwrap();
    set_password(&path, "alice", b"secret").unwrap();
    let mosquitto = Mosquitto::configured(
        directory.path(),
        &format!("allow_anonymous false\npassword_file {}", path.display()),
    );
    let user = |name, password| ["-h", "127.0.0.1", "-u", name, "-P", password];
    for (name, password) in [("paolo", "devday"), ("alice", "secret")] {
        let output = publish(mosquitto.port(), &user(name, password)).await;
        assert!(output.status.success(), "{output:?}");
    }
    let wrong = publish(mosquitto.port(), &user("paolo", "secret")).await;
    assert!(said(&wrong).contains(NOT_AUTHORIZED), "mosquitto says 5 for any reason: {wrong:?}");
}

#[tokio::test]
#[ignore = "needs mosquitto_sub"]
async fn a_refused_subscription_is_told_to_mosquitto_sub() {
    let permissions: Permissions = "* subscribe public/#".parse().unwrap();
    let configuration = Configuration { access: Arc::new(permissions), ..Configuration::default() };
    let broker = Running::with(Settings { configuration, ..Settings::default() }).await;
    let output = Command::new("mosquitto_sub")
        .args(["-h", "127.0.0.1", "-p", &broker.address.port().to_string(), "-t", "secret/#"])
        .args(["-W", "20"])
        .output()
        .await
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("All subscription requests were denied."), "{output:?}");
}

struct Secured {
    broker: Running,
    port: String,
    /// Whom to trust, and somebody else.
    files: [String; 2],
    _directory: tempfile::TempDir,
}

async fn secured(names: &[&str], password: bool) -> Secured {
    let validity = Validity::days(SystemTime::now(), 1).unwrap();
    let [authority, stranger] =
        ["an authority", "a stranger"].map(|name| Authority::new(name, validity).unwrap());
    let server = authority.issue(names, validity).unwrap();
    let identity =
        Identity::from_pem(server.certificate.as_bytes(), server.key.as_bytes()).unwrap();
    let tls = Tls { listen: (Ipv4Addr::LOCALHOST, 0).into(), ..Tls::new(identity) };
    let mut settings = Settings { tls: Some(tls), ..Settings::default() };
    if password {
        let mut passwords = Passwords::default();
        passwords.insert("paolo", b"devday", std::num::NonZeroU32::MIN).unwrap();
        settings.authentication = Some(Arc::new(passwords));
    }
    let directory = tempfile::tempdir().unwrap();
    let files = [("ca.pem", &authority), ("other.pem", &stranger)].map(|(name, authority)| {
        let path = directory.path().join(name);
        fs::write(&path, authority.certificate()).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let broker = Running::with(settings).await;
    let port = broker.tls_address.unwrap().port().to_string();
    Secured { broker, port, files, _directory: directory }
}

const SUBACK: u8 = 0x90;

#[tokio::test]
#[ignore = "needs mosquitto_pub and mosquitto_sub"]
async fn messages_pass_over_tls() {
    let Secured { broker, port, files: [ca, _], _directory } = secured(&["127.0.0.1"], true).await;
    let common = ["-h", "127.0.0.1", "-p", &port, "--cafile", &ca, "-u", "paolo", "-P", "devday"];
    let subscriber = Command::new("mosquitto_sub")
        .args(common)
        .args(["-t", "a", "-q", "2", "-C", "1", "-W", "20", "-F", "%t %p %q"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut records = broker.until_event("TLS 1.3 with").await;
    let is_suback =
        |it: &tap::Record| matches!(&it.what, What::Packet { bytes, .. } if bytes[0] == SUBACK);
    while !records.iter().any(is_suback) {
        tokio::task::yield_now().await;
        records.extend(broker.records());
    }
    let publisher = Command::new("mosquitto_pub")
        .args(common)
        .args(["-t", "a", "-q", "2", "-m", "hello"])
        .status();
    assert!(publisher.await.unwrap().success());
    let output = subscriber.wait_with_output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "a hello 2\n");
}

#[tokio::test]
#[ignore = "needs mosquitto_pub"]
async fn mosquitto_pub_refuses_a_broker_that_it_does_not_trust() {
    let Secured { broker, port, files: [ca, other], _directory } =
        secured(&["elsewhere.example"], false).await;
    let port = port.parse().unwrap();
    let output = publish(port, &["-h", "127.0.0.1", "--cafile", &other]).await;
    assert!(!output.status.success());
    broker.until_event("no TLS: the client does not trust the certificate authority").await;
    let output = publish(port, &["-h", "127.0.0.1", "--cafile", &ca]).await;
    assert!(!output.status.success());
    broker.until_event("no TLS: the client does not accept the certificate").await;
    let output = publish(port, &["-h", "127.0.0.1"]).await;
    assert!(!output.status.success());
    broker.until_event("no TLS: what came is not TLS").await;
    let output = publish(port, &["-h", "127.0.0.1", "--cafile", &ca, "--insecure"]).await;
    assert!(output.status.success(), "who does not check the name gets through: {output:?}");
}
