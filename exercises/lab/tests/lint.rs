//! The lint on the lab's own traffic: every scenario keeps every rule, on both stages, but for
//! those that one breaks on purpose.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::sync::Arc;

use lab::{Audience, Lab, OtherBroker, SCENARIOS, Scenario, Transcript};
use mosquitto::Mosquitto;
use tap::Record;
use tracer::Page;
use tracer::capture::{Reader, Writer};
use tracer::lint::{self, Lint, Remark};

/// The rules that a scenario breaks on purpose, to show what becomes of it.
fn on_purpose(scenario: &Scenario) -> &'static [&'static str] {
    match scenario.name {
        "session" => &["MQTT-3.1.3-7"], // no Client Identifier, and a session to be kept under it
        _ => &[],
    }
}

/// Holds the traffic of a scenario to all rules, and its recording.
fn judge(scenario: &Scenario, transcript: &Transcript) {
    let mut writer = Writer::new(Vec::new()).unwrap();
    transcript.records().iter().for_each(|record| writer.record(record).unwrap());
    let recording = writer.finish().unwrap();
    judge_records(scenario, Reader::new(&recording[..]).map(Result::unwrap));
    judge_records(scenario, transcript.records().into_iter());
}

fn judge_records(scenario: &Scenario, records: impl Iterator<Item = Record>) {
    let mut lint = Lint::default();
    let remarks = records.flat_map(|record| lint.add(record));
    let breaches: Vec<Remark> = remarks.filter(Remark::is_breach).collect();
    let ids: Vec<_> = breaches.iter().map(Remark::id).collect();
    let told: String = breaches.iter().map(|remark| lint::text(remark, Page::PLAIN)).collect();
    assert_eq!(ids, on_purpose(scenario), "{}:\n{told}", scenario.name);
    assert!(lint.summary().packets > 1, "there was something to judge");
}

#[test]
fn the_broker_and_the_client_keep_every_rule_on_virtual_links() {
    for scenario in SCENARIOS {
        judge(scenario, &Transcript::of(scenario).unwrap());
    }
}

/// Scenarios that wait for real time to pass when they are played over TCP. Their packets are the same
/// there as on virtual links, as another test proves.
const SLOW: [&str; 2] = ["connection", "last-will"];

#[test]
fn the_broker_and_the_client_keep_every_rule_over_tcp() {
    for scenario in SCENARIOS.iter().filter(|scenario| !SLOW.contains(&scenario.name)) {
        let transcript = Arc::new(Transcript::default());
        let audience = Arc::clone(&transcript) as Arc<dyn Audience>;
        Lab::on_tcp(audience).unwrap().play(scenario).unwrap();
        judge(scenario, &transcript);
    }
}

/// The client of the lab, beside another broker. Where that asks for a password is another test's affair.
#[test]
#[ignore = "needs mosquitto"]
fn the_client_and_mosquitto_keep_every_rule() {
    let folder = tempfile::tempdir().unwrap();
    let mosquitto = Mosquitto::configured(folder.path(), "allow_anonymous true");
    for scenario in SCENARIOS.iter().filter(|scenario| scenario.name != "authentication") {
        let transcript = Arc::new(Transcript::default());
        let audience = Arc::clone(&transcript) as Arc<dyn Audience>;
        let (host, port) = ("127.0.0.1".to_owned(), mosquitto.port());
        let broker = OtherBroker { host, port, account: None, tls: None };
        Lab::on_broker(broker, audience).unwrap().play(scenario).unwrap();
        judge(scenario, &transcript);
    }
}
