//! `tracer lint`, run as it is run in a terminal; and on the traffic of mosquitto and its clients.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod common;
mod peer;
mod talk;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use broker::{Server, Settings};
use mosquitto::Mosquitto;
use talk::{Talk, connect, publish};
use tap::{Record, Side, Tap};
use tempfile::TempDir;
use tracer::capture::CaptureFile;
use tracer::lint::{self, Lint, Remark};
use tracer::{Page, proxy};
use wire::{Connack, ConnectReturnCode, Pingreq, Qos};

/// Exit code, standard output, standard error.
fn lint(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = peer::tracer().arg("lint").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A capture file with these records, in a folder that lasts as long as the first value.
fn file(records: Vec<Record>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.pcapng");
    let file = CaptureFile::create(&path).unwrap();
    for record in records {
        file.record(record);
    }
    file.finish().unwrap();
    (folder, path)
}

fn alice() -> Talk {
    let connack = Connack { session_present: false, return_code: ConnectReturnCode::ACCEPTED };
    Talk::default().open(1).up(1, connect("alice")).down(1, connack)
}

#[test]
fn a_broken_rule_is_1_and_advice_is_not() {
    let good = publish(Qos::AtMostOnce, 0, false);
    let (_folder, path) = file(alice().up(1, good.clone()).close(1, Side::Client).records());
    let (code, stdout, stderr) = lint(&[path.to_str().unwrap()]);
    let told = "3 packets on 1 connection: no broken rules, no pieces of advice\n";
    assert_eq!((code, &*stdout, &*stderr), (Some(0), told, ""));

    let retained = wire::Publish { retain: true, ..good };
    let (_folder, path) = file(alice().up(1, retained).records());
    let (code, stdout, _) = lint(&[path.to_str().unwrap()]);
    assert_eq!(code, Some(0));
    assert!(stdout.starts_with("! #3") && stdout.contains("retained-at-qos-0"), "{stdout}");
    let (code, stdout, _) = lint(&[path.to_str().unwrap(), "--no-advice"]);
    assert_eq!((code, stdout.lines().count()), (Some(0), 1));

    let (_folder, path) = file(alice().up(1, connect("alice")).records());
    let (code, stdout, stderr) = lint(&[path.to_str().unwrap()]);
    assert_eq!((code, &*stderr), (Some(1), ""));
    assert!(stdout.contains("✗ #3") && stdout.contains("[MQTT-3.1.0-2]"), "{stdout}");
}

#[test]
fn a_selection_chooses_what_is_shown_and_not_what_is_judged() {
    // The second packet of bob breaks a rule by what the first one was.
    let records = alice().open(2).up(2, connect("bob")).up(2, connect("bob")).up(1, Pingreq);
    let (_folder, path) = file(records.records());
    let path = path.to_str().unwrap();
    let told = "5 packets on 2 connections: 1 broken rule, no pieces of advice\n";
    for (selection, code, shown) in [
        (&["--client", "bob", "--type", "connect"][..], Some(1), true),
        (&["--filter", "number == 4"], Some(1), true),
        (&["--client", "alice"], Some(0), false),
        (&["--type", "pingreq"], Some(0), false),
    ] {
        let (ended, stdout, _) = lint(&[&[path], selection].concat());
        assert_eq!((ended, stdout.contains("[MQTT-3.1.0-2]")), (code, shown), "{stdout}");
        assert!(stdout.contains(told), "{stdout}");
        assert_eq!(stdout.contains("1 broken rule is not shown"), !shown, "{stdout}");
    }
    assert_eq!(lint(&[path, "--filter", "mqtt.nothing"]).0, Some(2));
}

#[test]
fn a_capture_without_mqtt_is_not_in_order() {
    let (_folder, path) = file(Vec::new());
    let (code, stdout, stderr) = lint(&[path.to_str().unwrap()]);
    assert_eq!((code, &*stdout), (Some(1), ""));
    assert!(stderr.starts_with("tracer: no MQTT found in 0 frames"), "{stderr}");
}

#[test]
fn machines_get_a_line_a_remark_and_nothing_else() {
    let (_folder, path) = file(Talk::default().open(1).up(1, Pingreq).records());
    let (code, stdout, _) = lint(&[path.to_str().unwrap(), "--format", "json"]);
    assert_eq!((code, stdout.lines().count()), (Some(1), 1));
    let line: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&line["level"], &line["rule"]), (&"breach".into(), &"MQTT-3.1.0-1".into()));
}

#[test]
fn remarks_become_comments_of_a_capture() {
    let talk = alice().up(1, connect("alice")).up(1, Pingreq).close(1, Side::Server);
    let (folder, path) = file(talk.records());
    let judged = folder.path().join("judged.pcapng");
    let (code, stdout, stderr) =
        lint(&[path.to_str().unwrap(), "--pcap", judged.to_str().unwrap()]);
    let wrote = format!("wrote 4 packets to {}\n", judged.display());
    assert_eq!((code, &*stderr), (Some(1), &*wrote));
    let comment = "✗ [MQTT-3.1.0-2] there was a CONNECT on this connection before. A second";
    let bytes = std::fs::read(&judged).unwrap();
    assert!(bytes.windows(comment.len()).any(|window| window == comment.as_bytes()));
    let again = lint(&[judged.to_str().unwrap()]);
    assert_eq!(again, (Some(1), stdout, String::new()), "the comments change nothing");
}

#[test]
fn a_capture_is_not_written_over_itself_nor_read_twice_from_standard_input() {
    let (_folder, path) = file(alice().records());
    let path = path.to_str().unwrap();
    assert_eq!(lint(&[path, "--pcap", path]).0, Some(2));
    let (code, _, stderr) = lint(&["-", "--pcap", "judged.pcapng"]);
    assert!(code == Some(2) && stderr.contains("save it to a file"), "{stderr}");
}

#[test]
#[ignore = "needs tshark"]
fn tshark_shows_the_comments() {
    let (folder, path) = file(alice().up(1, connect("alice")).records());
    let judged = folder.path().join("judged.pcapng");
    lint(&[path.to_str().unwrap(), "--pcap", judged.to_str().unwrap()]);
    let filter = "frame.comment contains \"MQTT-3.1.0-2\"";
    let fields = ["-T", "fields", "-e", "frame.number", "-Y", filter];
    let output = Command::new("tshark").arg("-r").arg(&judged).args(fields).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "6\n", "the third behind the handshake");
}

#[test]
fn packets_can_be_given_as_hex() {
    let (code, stdout, stderr) = lint(&["--hex", "80 06 00 01 00 01 61 00  c0 00"]);
    assert_eq!((code, &*stderr), (Some(1), ""));
    assert!(stdout.contains("[MQTT-3.8.1-1]") && stdout.contains("2 packets"), "{stdout}");
    assert_eq!(lint(&["--hex", "zz"]).0, Some(2));
    assert_eq!(lint(&[]).0, Some(2));
    assert_eq!(lint(&["no/such/file"]).0, Some(2));
}

/// What passes while other people's clients talk to a broker through the proxy.
fn overheard(broker: SocketAddr, talk: impl FnOnce(&str) + Send) -> Vec<Record> {
    let tap = tap::Collector::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (to, told) = (broker.to_string(), Arc::new(tap.clone()));
    let proxy = runtime.block_on(proxy::Proxy::bind("127.0.0.1:0".parse().unwrap(), to, told));
    let proxy = proxy.unwrap();
    let port = proxy.local_address().port().to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let _stop = stop; // goes when all is said, or when the talk fails
            talk(&port);
        });
        let relayed = runtime.block_on(proxy.run(async {
            let _ = stopped.await;
        }));
        relayed.unwrap();
    });
    tap.take()
}

fn mosquitto_pub(port: &str, arguments: &[&str], input: &str) {
    let mut process = Command::new("mosquitto_pub")
        .args(["-p", port])
        .args(arguments)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(process.wait().unwrap().success(), "mosquitto_pub {arguments:?}");
}

/// `mosquitto_sub` that ends after so many messages.
fn mosquitto_sub(port: &str, count: &str, arguments: &[&str]) {
    let status = Command::new("mosquitto_sub")
        .args(["-p", port, "-W", "20", "-C", count])
        .args(arguments)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "mosquitto_sub {arguments:?}");
}

/// Messages at each QoS, sessions that are kept, overlapping subscriptions, retained messages and wills.
fn speak(port: &str) {
    let lines: String = (0..50).map(|number| number.to_string() + "\n").collect();
    for qos in ["0", "1", "2"] {
        let kept = ["-c", "-i", "keeper", "-t", "home/#", "-q", qos];
        mosquitto_pub(port, &["-t", "home/state", "-m", "on", "-r", "-q", qos], "");
        mosquitto_sub(port, "1", &kept); // the retained message
        mosquitto_pub(port, &["-t", "home/lines", "-l", "-q", qos], &lines);
        if qos != "0" {
            mosquitto_sub(port, "50", &kept); // what came while it was away
        }
        mosquitto_sub(port, "1", &["-t", "home/+", "-t", "home/state", "-q", qos]);
        wills(port, qos);
        mosquitto_pub(port, &["-t", "large", "-s", "-r", "-q", qos], &"x".repeat(LARGE));
        mosquitto_sub(port, "1", &["-t", "large", "-q", qos]);
    }
}

/// More than a segment holds.
const LARGE: usize = 300_000;

fn wills(port: &str, qos: &str) {
    let mut watcher = Command::new("mosquitto_sub")
        .args(["-p", port, "-t", "will/#", "-q", qos, "-C", "1", "-W", "20"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut with_will = Command::new("mosquitto_sub")
        .args(["-p", port, "-t", "x", "--will-topic", "will/x", "--will-payload", "gone"])
        .args(["--will-qos", qos, "--will-retain", "-k", "5"])
        .spawn()
        .unwrap();
    // The retained will reaches the watcher whichever of the two comes first; the one with
    // the will may be gone before it connected, so it publishes for it then.
    mosquitto_sub(port, "1", &["-t", "home/state", "-q", qos]);
    with_will.kill().unwrap();
    with_will.wait().unwrap();
    mosquitto_pub(port, &["-t", "will/y", "-m", "bye", "-q", qos], "");
    mosquitto_pub(port, &["-t", "will/y", "-m", "kept", "-r", "-q", qos], "");
    assert!(watcher.wait().unwrap().success());
}

fn breaks_no_rule(records: Vec<Record>) {
    let mut lint = Lint::default();
    let remarks: Vec<Remark> = records.into_iter().flat_map(|record| lint.add(record)).collect();
    let breaches = remarks.iter().filter(|remark| remark.is_breach());
    let told: String = breaches.map(|remark| lint::text(remark, Page::PLAIN)).collect();
    assert_eq!(told, "", "{}", lint.summary());
    assert!(lint.summary().packets > 500, "{}", lint.summary());
}

#[test]
#[ignore = "needs mosquitto"]
fn mosquitto_and_its_clients_break_no_rule() {
    let mosquitto = Mosquitto::start();
    breaks_no_rule(overheard(mosquitto.address(), speak));
}

#[test]
#[ignore = "needs mosquitto"]
fn the_broker_and_the_clients_of_mosquitto_break_no_rule() {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listen = ([127, 0, 0, 1], 0).into();
            let server = Server::bind(Settings { listen, ..Settings::default() }).await.unwrap();
            tell.send(server.local_address()).unwrap();
            server.run(std::future::pending()).await.unwrap();
        });
    });
    breaks_no_rule(overheard(told.recv().unwrap(), speak));
}
