//! `--pcap`: what is written is what was shown, for our own tracer and for Wireshark.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lab::{SCENARIOS, Scenario, Transcript};
use tap::{Record, What};

/// What the command writes for one scenario, or for all, on virtual links.
fn written(folder: &Path, name: &str) -> PathBuf {
    written_on(folder, name, &["--virtual"])
}

/// What it writes, played in this way.
fn written_on(folder: &Path, name: &str, way: &[&str]) -> PathBuf {
    let file = folder.join(format!("{name}.pcapng"));
    assert_cmd::Command::cargo_bin("lab")
        .unwrap()
        .args(["scenario", name, "--detail", "line"])
        .args(way)
        .arg("--pcap")
        .arg(&file)
        .assert()
        .success();
    file
}

fn packets(records: impl IntoIterator<Item = Record>) -> Vec<What> {
    let packets = records.into_iter().map(|record| record.what);
    packets.filter(|what| matches!(what, What::Packet { .. })).collect()
}

fn read_back(file: &Path) -> Vec<What> {
    let file = std::fs::File::open(file).unwrap();
    packets(tracer::capture::Reader::new(file).map(Result::unwrap))
}

#[test]
fn every_packet_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for scenario in SCENARIOS {
        let played = packets(Transcript::of(scenario).unwrap().records());
        assert_eq!(read_back(&written(folder.path(), scenario.name)), played, "{}", scenario.name);
        all.extend(played);
    }
    assert_eq!(read_back(&written(folder.path(), "all")), all);
}

#[test]
fn of_tls_there_are_the_records_and_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let file = written_on(folder.path(), "tls", &[]);
    let mut reader = tracer::capture::Reader::new(std::fs::File::open(&file).unwrap());
    assert!(packets((&mut reader).map(Result::unwrap)).is_empty(), "none can be read");
    let seen = reader.seen();
    assert_eq!((seen.sealed, seen.has_keys), (4, true), "two clients come in, two do not trust");
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(7).any(|window| window == b"mytopic"), "the topic is in clear");
}

#[test]
fn a_file_that_cannot_be_made_ends_with_code_1() {
    let assert = assert_cmd::Command::cargo_bin("lab")
        .unwrap()
        .args(["scenario", "qos", "--virtual", "--pcap", "no/such/folder/file.pcapng"])
        .assert()
        .code(1);
    let told = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(told.contains("no/such/folder/file.pcapng"), "{told}");
}

/// Lines of what tshark prints about the packets of this display filter.
fn tshark(file: &Path, filter: &str, field: &str) -> Vec<String> {
    let output = Command::new("tshark")
        .arg("-r")
        .arg(file)
        .args(["-Y", filter, "-T", "fields", "-e", field])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs tshark"]
fn wireshark_reads_every_packet_and_knows_every_display_filter() {
    let folder = tempfile::tempdir().unwrap();
    for scenario in SCENARIOS {
        let file = written(folder.path(), scenario.name);
        let seen = tshark(&file, "mqtt", "mqtt.msgtype");
        let types = seen.iter().flat_map(|line| line.split(','));
        assert_eq!(types.count(), read_back(&file).len(), "{}", scenario.name);
        let shown = tshark(&file, scenario.by_hand.filter, "frame.number");
        // On virtual links the packets are as the ends see them: there are no TLS records.
        let is_of_tls = scenario.name == "tls";
        assert_eq!(shown.is_empty(), is_of_tls, "{}: {}", scenario.name, scenario.by_hand.filter);
        assert!(tshark(&file, "mqtt && _ws.malformed", "frame.number").is_empty());
    }
}

#[test]
#[ignore = "needs tshark"]
fn wireshark_decrypts_the_scenario_tls() {
    let folder = tempfile::tempdir().unwrap();
    let file = written_on(folder.path(), "tls", &[]);
    let seen = tshark(&file, "mqtt", "mqtt.msgtype");
    let mut types: Vec<_> = seen.iter().flat_map(|line| line.split(',')).collect();
    let played = packets(Transcript::of(Scenario::named("tls").unwrap()).unwrap().records());
    let mut expected: Vec<_> = played.iter().map(packet_type).collect();
    types.sort_unstable();
    expected.sort_unstable();
    assert_eq!(types, expected, "the same packets as without TLS");
    assert!(tshark(&file, "mqtt && _ws.malformed", "frame.number").is_empty());
    assert!(!tshark(&file, "tls.record.content_type == 23", "frame.number").is_empty());
}

fn packet_type(what: &What) -> String {
    let What::Packet { bytes, .. } = what else { panic!("{what:?}") };
    (bytes[0] >> 4).to_string()
}
