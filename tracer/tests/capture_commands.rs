//! `tracer listen` and `tracer read`, run as they are run in a terminal.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use tap::Direction::{ToClient, ToServer};
use tap::{Connection, Direction, Record, Side, Tap, What};
use tempfile::TempDir;
use tracer::capture::{CaptureFile, Sink};

const CONNECT: &[u8] = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05alice";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";

fn record(micros: u64, what: What) -> Record {
    let (client, server) = ("127.0.0.1:50000", "127.0.0.1:18830");
    let connection =
        Some(Connection { client: client.parse().unwrap(), server: server.parse().unwrap() });
    Record { time: Duration::from_micros(1_700_000_000_000_000 + micros), connection, what }
}

fn packet(micros: u64, direction: Direction, bytes: &'static [u8]) -> Record {
    record(micros, What::Packet { direction, bytes: Bytes::from_static(bytes) })
}

/// What one end records whose clock is so many microseconds late.
fn recorded(late: u64) -> Vec<Record> {
    vec![
        record(late, What::Opened { client_name: None }),
        packet(100 + late, ToServer, CONNECT),
        packet(200 + late, ToClient, CONNACK),
        packet(300 + late, ToServer, b"\xe0\x00"),
        record(400 + late, What::Closed { by: Side::Client }),
    ]
}

fn tracer() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("tracer"))
}

struct Listening {
    process: Child,
    stderr: BufReader<std::process::ChildStderr>,
    address: SocketAddr,
}

fn listen() -> Listening {
    let mut process = tracer()
        .args(["listen", "127.0.0.1:0", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on ").unwrap().parse().unwrap();
    Listening { process, stderr, address }
}

#[test]
#[cfg(unix)]
fn two_sinks_tell_one_story() {
    let mut listening = listen();
    let broker = Sink::connect(listening.address).unwrap();
    let client = Sink::connect(listening.address).unwrap();
    for record in recorded(7) {
        broker.record(record);
    }
    let event = "alice's session ended with the connection";
    broker.record(record(500, What::Event(event.to_owned())));
    for record in recorded(0) {
        client.record(record);
    }
    broker.finish().unwrap();
    client.finish().unwrap();

    let mut stdout = BufReader::new(listening.process.stdout.take().unwrap());
    let mut lines = Vec::new();
    while !lines.last().is_some_and(|line: &String| line.contains(event)) {
        let mut line = String::new();
        assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "it ended: {lines:#?}");
        lines.push(line);
    }
    let names = ["CONNECT", "CONNACK", "DISCONNECT", "closed the Network Connection", event];
    assert_eq!(lines.len(), names.len(), "{lines:#?}");
    for (line, name) in lines.iter().zip(names) {
        assert!(line.contains(name), "{name} is not in {line}");
    }

    let id = listening.process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let mut rest = String::new();
    listening.stderr.read_to_string(&mut rest).unwrap();
    let counts = "3 packets on 1 connection from 2 sources; 5 told twice and shown once\n";
    assert_eq!(rest, counts);
    assert_eq!(listening.process.wait().unwrap().code(), Some(0));
}

#[test]
fn what_is_no_capture_is_told_and_the_others_go_on() {
    let mut listening = listen();
    std::io::Write::write_all(
        &mut std::net::TcpStream::connect(listening.address).unwrap(),
        b"GET / HTTP/1.1\r\n\r\n",
    )
    .unwrap();
    let mut stdout = BufReader::new(listening.process.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert!(line.contains("is heard no more: this is no capture: it begins with 47 45 54 20"));
    let sink = Sink::connect(listening.address).unwrap();
    for record in recorded(0) {
        sink.record(record);
    }
    sink.finish().unwrap();
    line.clear();
    stdout.read_line(&mut line).unwrap();
    assert!(line.contains("CONNECT"), "{line}");
    listening.process.kill().unwrap();
    listening.process.wait().unwrap();
}

#[test]
fn an_address_in_use_is_wrong_usage() {
    let mut listening = listen();
    let second = tracer().args(["listen", &listening.address.to_string()]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8(second.stderr).unwrap().ends_with("; try another port\n"));
    listening.process.kill().unwrap();
    listening.process.wait().unwrap();
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

/// Exit code, standard output, standard error.
fn read(arguments: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    let mut command = assert_cmd::Command::from_std(tracer());
    let output = command.arg("read").args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_capture_is_read_from_a_file_and_from_standard_input() {
    let (_folder, path) = file(recorded(0));
    let from_file = read(&[path.to_str().unwrap(), "--detail", "line"], b"");
    let from_input = read(&["-", "--detail", "line"], &fs::read(&path).unwrap());
    assert_eq!(from_file, from_input);
    let (code, stdout, stderr) = from_file;
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    for name in ["CONNECT", "CONNACK", "DISCONNECT", "alice closed the Network Connection"] {
        assert!(stdout.contains(name), "{name} is not in {stdout}");
    }
}

#[test]
fn a_packet_that_breaks_a_rule_is_exit_code_1() {
    let mut records = recorded(0);
    records.insert(3, packet(250, ToServer, b"\xc1\x00"));
    let (_folder, path) = file(records);
    let (code, stdout, _) = read(&[path.to_str().unwrap()], b"");
    assert_eq!(code, Some(1));
    assert!(stdout.contains("MQTT-2.2.2-2"), "{stdout}");
}

#[test]
fn what_is_no_capture_or_damaged_is_exit_code_2() {
    let (code, stdout, stderr) = read(&["-"], b"c0 00");
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.starts_with("tracer: -: this is no capture: it begins with 63 30 20 30"));
    let (_folder, path) = file(recorded(0));
    let bytes = fs::read(&path).unwrap();
    let (code, stdout, stderr) = read(&["-"], &bytes[..bytes.len() - 80]);
    assert_eq!(code, Some(2));
    assert!(stdout.contains("CONNACK"), "what stands before the damage is shown: {stdout}");
    assert!(stderr.contains("the capture ends in the middle of the block at byte"), "{stderr}");
    let (code, _, stderr) = read(&["no/such/file"], b"");
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("tracer: cannot read no/such/file: "), "{stderr}");
}

#[test]
fn a_capture_without_mqtt_says_where_it_was_looked_for() {
    let (_folder, path) = file(Vec::new());
    let (code, _, stderr) = read(&[path.to_str().unwrap()], b"");
    assert_eq!(code, Some(1));
    assert!(stderr.starts_with("tracer: no MQTT found in 0 frames, 0 of them TCP; "), "{stderr}");
}

/// A capture, in two parts, of which the first ends within a packet.
#[test]
#[cfg(unix)]
fn a_file_is_followed_while_it_grows() {
    let (folder, path) = file(recorded(0));
    let whole = fs::read(&path).unwrap();
    let growing = folder.path().join("growing.pcapng");
    let connack = whole.windows(CONNACK.len()).position(|part| part == CONNACK).unwrap();
    fs::write(&growing, &whole[..connack]).unwrap();
    let mut process = tracer()
        .args(["read", "--follow", "--detail", "line", growing.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("CONNECT")));
    let mut file = fs::OpenOptions::new().append(true).open(&growing).unwrap();
    std::io::Write::write_all(&mut file, &whole[connack..whole.len() - 8]).unwrap();
    assert!(lines.next().unwrap().contains("CONNACK"));
    assert!(lines.any(|line| line.contains("alice closed the Network Connection")));
    let id = process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    // Its last block is not whole. Whoever ends it knows that.
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
