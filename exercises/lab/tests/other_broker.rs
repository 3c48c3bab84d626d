//! Scenarios on a broker that the lab knows by nothing but its address.
//!
//! The real mosquitto is not everywhere, so those tests are ignored by default; with it installed:
//! `cargo test -p lab --test other_broker -- --ignored`.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::sync::Arc;
use std::time::SystemTime;

use broker::{Identity, Settings};
use certificates::{Authority, Certificate, Validity};
use lab::{Account, Audience, Lab, LabError, OtherBroker, SCENARIOS, Scenario, Transcript};
use mosquitto::Mosquitto;
use support::broker::{keeps_nothing, ours, ours_over_tls};
use support::{Packets, differences, is_slow, packets};

fn play(
    scenario: &Scenario,
    port: u16,
    account: Option<Account>,
) -> Result<Arc<Transcript>, LabError> {
    let transcript = Arc::new(Transcript::default());
    let audience: Arc<dyn Audience> = transcript.clone();
    let broker = OtherBroker { host: "127.0.0.1".to_owned(), port, account, tls: None };
    Lab::on_broker(broker, audience)?.play(scenario)?;
    Ok(transcript)
}

fn play_over_tls(scenario: &Scenario, port: u16, ca: &str) -> Result<Packets, LabError> {
    let transcript = Arc::new(Transcript::default());
    let audience: Arc<dyn Audience> = transcript.clone();
    let tls = Some(client::Tls::from_pem(ca.as_bytes()).unwrap());
    let broker = OtherBroker { host: "localhost".to_owned(), port, account: None, tls };
    Lab::on_broker(broker, audience)?.play(scenario)?;
    Ok(packets(&transcript.records()))
}

/// The certificate of an authority, and one for localhost with its key.
fn certificates() -> (String, Certificate) {
    let validity = Validity::days(SystemTime::now(), 1).unwrap();
    let authority = Authority::new("a test", validity).unwrap();
    let server = authority.issue(&["localhost"], validity).unwrap();
    (authority.certificate().to_owned(), server)
}

fn on_the_labs_own(scenario: &Scenario) -> Packets {
    packets(&Transcript::of(scenario).unwrap().records())
}

/// What differs on every broker that is not the lab's own.
fn elsewhere(scenario: &Scenario) -> &'static [&'static str] {
    match scenario.name {
        // Who tidies up deletes the retained will.
        "last-will" => &[
            "+ 7 ▶ CONNECT client tidier, clean session, keep alive 60 s",
            "+ 7 ▶ PUBLISH dead_clients, QoS 0, RETAIN, empty",
            "+ 7 ▶ DISCONNECT",
            "+ 7 ◀ CONNACK accepted",
        ],
        // The lab cannot tell somebody else's broker what to refuse.
        "subscribe" => &[
            "- 1 ▶ SUBSCRIBE identifier 4: news at QoS 0, secret/plans at QoS 0",
            "- 1 ◀ SUBACK identifier 4: granted QoS 0, refused",
        ],
        // The PUBACK that gets lost: the broker sends it, the client never sees it. And tidying up.
        "publish" => &[
            "- 1 ◀ PUBACK identifier 3",
            "+ 3 ▶ CONNECT client alice, clean session, keep alive 60 s",
            "+ 3 ▶ DISCONNECT",
            "+ 3 ◀ CONNACK accepted",
        ],
        "session" => &[
            "+ 7 ▶ CONNECT client bob, clean session, keep alive 60 s",
            "+ 7 ▶ DISCONNECT",
            "+ 7 ◀ CONNACK accepted",
        ],
        _ => &[],
    }
}

/// Plays all scenarios that need no account, and compares.
fn the_same_packets_pass(port: u16, is_played: impl Fn(&Scenario) -> bool) {
    for scenario in SCENARIOS.iter().filter(|it| is_played(it) && it.name != "authentication") {
        let theirs = packets(&play(scenario, port, None).unwrap().records());
        let told = differences(&on_the_labs_own(scenario), &theirs);
        assert_eq!(told, elsewhere(scenario), "{}", scenario.name);
    }
    keeps_nothing(port, &["alice", "bob"]);
}

#[test]
fn on_a_broker_of_ours_the_same_packets_pass() {
    the_same_packets_pass(ours(Settings::default()), |scenario| !is_slow(scenario));
}

/// What the standard leaves open, and mosquitto does in its own way, is nowhere in these lists:
/// they hold what passed on each connection in each direction. It is
///
/// - the order between connections: a message may reach its subscribers before or after its
///   publisher has the PUBACK (MQTT 3.1.1 §4.3.2);
/// - when a broker notices that a keep alive ran out: after one and a half times as long at the
///   earliest (`[MQTT-3.1.2-24]`); mosquitto looks every few seconds.
#[test]
#[ignore = "needs mosquitto"]
fn on_mosquitto_the_same_packets_pass() {
    let folder = tempfile::tempdir().unwrap();
    let mosquitto = Mosquitto::configured(folder.path(), "allow_anonymous true");
    the_same_packets_pass(mosquitto.port(), |_| true);
}

fn authentication() -> &'static Scenario {
    Scenario::named("authentication").unwrap()
}

#[test]
fn without_an_account_there_is_nothing_to_try() {
    let transcript = play(authentication(), ours(Settings::default()), None).unwrap();
    assert!(transcript.records().is_empty());
}

/// Which code a broker has for a wrong password is left to it (MQTT 3.1.1 §3.2.2.3): mosquitto says 5
/// in both cases, the lab's broker tells them apart.
#[test]
#[ignore = "needs mosquitto and mosquitto_passwd"]
fn mosquitto_has_one_code_for_both_refusals() {
    let folder = tempfile::tempdir().unwrap();
    let passwords = folder.path().join("passwords");
    let made = std::process::Command::new("mosquitto_passwd")
        .arg("-b")
        .arg("-c")
        .arg(&passwords)
        .args(["paolo", "devday"])
        .status();
    assert!(made.unwrap().success());
    // Started by root, mosquitto would go on as another user, who may not read the file.
    let configuration = format!("password_file {}", passwords.display());
    let mosquitto = Mosquitto::configured(folder.path(), &configuration);

    let refused = play(Scenario::named("qos").unwrap(), mosquitto.port(), None).unwrap_err();
    assert!(refused.to_string().contains("--user"), "{refused}");

    let account = Account::new("paolo", "devday");
    let theirs = play(authentication(), mosquitto.port(), Some(account)).unwrap();
    let told = differences(&on_the_labs_own(authentication()), &packets(&theirs.records()));
    assert_eq!(
        told,
        [
            "- 2 ◀ CONNACK refused: bad user name or password (4)",
            "+ 2 ◀ CONNACK refused: not authorized (5)"
        ]
    );
}

#[test]
fn a_broker_that_is_not_there_is_told_with_its_address() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = play(authentication(), free, Some(Account::new("a", "b"))).unwrap_err().to_string();
    assert!(error.contains(&format!("127.0.0.1:{free}")) && error.contains("running"), "{error}");
}

#[test]
fn over_tls_the_same_packets_pass() {
    let (ca, server) = certificates();
    let identity =
        Identity::from_pem(server.certificate.as_bytes(), server.key.as_bytes()).unwrap();
    let port = ours_over_tls(identity);
    for name in ["tls", "publish", "stealing"] {
        let scenario = Scenario::named(name).unwrap();
        let theirs = play_over_tls(scenario, port, &ca).unwrap();
        assert_eq!(differences(&on_the_labs_own(scenario), &theirs), elsewhere(scenario), "{name}");
    }
    let (unknown, _) = certificates();
    let refused = play_over_tls(Scenario::named("qos").unwrap(), port, &unknown).unwrap_err();
    assert!(refused.to_string().contains("there is no TLS: "), "{refused}");
}

#[test]
#[ignore = "needs mosquitto"]
fn over_tls_the_same_packets_pass_on_mosquitto() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, server) = certificates();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let configuration = format!(
        "allow_anonymous true\ncertfile {}\nkeyfile {}",
        file("server.pem", &server.certificate),
        file("server.key", &server.key),
    );
    let mosquitto = Mosquitto::configured(folder.path(), &configuration);
    for name in ["tls", "publish", "stealing"] {
        let scenario = Scenario::named(name).unwrap();
        let theirs = play_over_tls(scenario, mosquitto.port(), &ca).unwrap();
        assert_eq!(differences(&on_the_labs_own(scenario), &theirs), elsewhere(scenario), "{name}");
    }
}
