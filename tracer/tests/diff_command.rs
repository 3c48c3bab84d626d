//! `tracer diff`, run as it is run in a terminal.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod common;

use bytes::Bytes;
use common::passes;
use tap::Direction::{ToClient, ToServer};
use tap::{Record, Tap};
use tracer::capture::CaptureFile;

/// Exit code, standard output, standard error.
fn diff(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("tracer"));
    let output = command.arg("diff").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The path of a capture with these records, in this folder.
fn capture(folder: &tempfile::TempDir, name: &str, records: Vec<Record>) -> String {
    let path = folder.path().join(name);
    let file = CaptureFile::create(&path).unwrap();
    for record in records {
        file.record(record);
    }
    file.finish().unwrap();
    path.to_str().unwrap().to_owned()
}

fn conversation(answer: &'static [u8]) -> Vec<Record> {
    let connect = b"\x10\x11\0\x04MQTT\x04\x02\0\x3c\0\x05alice";
    vec![
        passes(0, 1, ToServer, Bytes::from_static(connect)),
        passes(10, 1, ToClient, Bytes::from_static(b"\x20\x02\0\0")),
        passes(20, 1, ToServer, Bytes::from_static(b"\xc0\0")),
        passes(30, 1, ToClient, Bytes::from_static(answer)),
    ]
}

#[test]
fn equal_is_0_different_is_1() {
    let (code, stdout, stderr) = diff(&["c0 00", "0xC000"]);
    assert_eq!((code, &*stdout, &*stderr), (Some(0), "ok PINGREQ, 2 bytes\n", ""));
    let (code, stdout, stderr) = diff(&["30 05 00 01 61 68 69", "31 05 00 01 61 68 69"]);
    assert_eq!((code, &*stderr), (Some(1), ""));
    assert!(stdout.contains("✗ RETAIN is 1, want 0") && stdout.contains("§3.3.1.3"), "{stdout}");
}

#[test]
fn a_packet_of_a_capture_is_named_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = capture(&folder, "good.pcapng", conversation(b"\xd0\0"));
    let (code, stdout, stderr) = diff(&[&format!("{path}:3"), "c1 00"]);
    assert_eq!((code, &*stderr), (Some(1), ""));
    assert!(stdout.contains("✗ Reserved flags is 1, want 0"), "{stdout}");
    let (code, _, stderr) = diff(&[&format!("{path}:5"), "c0 00"]);
    assert_eq!(code, Some(2));
    assert!(stderr.ends_with("has the packets 1 to 4, and no 5\n"), "{stderr}");
}

#[test]
fn two_captures_are_compared_client_by_client() {
    let folder = tempfile::tempdir().unwrap();
    let good = capture(&folder, "good.pcapng", conversation(b"\xd0\0"));
    let bad = capture(&folder, "bad.pcapng", conversation(b"\xd1\0"));
    let (code, stdout, stderr) = diff(&[&good, &good]);
    assert_eq!((code, &*stdout, &*stderr), (Some(0), "ok alice: 4 steps alike\n", ""));
    let (code, stdout, _) = diff(&[&good, &bad]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!("captures", stdout);
    let (code, _, stderr) = diff(&[&good, "c0 00"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("CAPTURE:NUMBER"), "{stderr}");
}

#[test]
fn what_is_no_packet_is_exit_code_2() {
    let (code, stdout, stderr) = diff(&["c0 00", "no such.pcapng:1"]);
    assert_eq!((code, &*stdout), (Some(2), ""));
    assert!(stderr.starts_with("tracer: 'no such.pcapng:1' is no packet: "), "{stderr}");
    assert_eq!(diff(&["c0 00"]).0, Some(2));
}

#[test]
fn machines_get_a_line_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let good = capture(&folder, "good.pcapng", conversation(b"\xd0\0"));
    let bad = capture(&folder, "bad.pcapng", conversation(b"\xd1\0"));
    let lines = |arguments: &[&str]| {
        let (code, stdout, _) = diff(&[arguments, &["--format", "json"]].concat());
        let lines = stdout.lines().map(|line| serde_json::from_str(line).unwrap());
        (code, lines.collect::<Vec<serde_json::Value>>())
    };
    let (code, findings) = lines(&["c0 00", "c1 00"]);
    assert_eq!((code, findings.len()), (Some(1), 1));
    assert_eq!(findings[0]["rule"], "MQTT-2.2.2-2");
    assert_eq!(findings[0]["actual"]["bits"], serde_json::json!([3, 0]));
    let (code, clients) = lines(&[&good, &bad]);
    assert_eq!((code, clients.len()), (Some(1), 1));
    assert_eq!((&clients[0]["alike"], &clients[0]["actual"]["hex"]), (&3.into(), &"d100".into()));
    assert_eq!(lines(&[&good, &good]), (Some(0), Vec::new()));
}

#[test]
fn colour_comes_where_it_is_asked_for() {
    let (_, stdout, _) = diff(&["c0 00", "d0 00", "--color", "always"]);
    assert!(stdout.contains("\u{1b}["), "{stdout:?}");
    let (_, stdout, _) = diff(&["c0 00", "d0 00"]);
    assert!(!stdout.contains('\u{1b}'), "{stdout:?}");
}
