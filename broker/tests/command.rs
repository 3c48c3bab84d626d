//! The `broker` command.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};

use assert_cmd::Command as Checked;

fn broker() -> Checked {
    Checked::new(assert_cmd::cargo::cargo_bin!("broker"))
}

#[test]
fn help_shows_examples_and_units() {
    let output = broker().arg("--help").assert().success().get_output().stdout.clone();
    let help = String::from_utf8(output).unwrap();
    for part in
        ["Examples:", "broker --trace", "--max-packet-size <BYTES>", "SECONDS", "Exit codes"]
    {
        assert!(help.contains(part), "{part} is in\n{help}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["--listen", "nowhere"][..],
        &["--in-flight", "0"],
        &["--max-packet-size", "1"],
        &["--max-connect-size", "268435461"],
        &["--max-unreleased", "65536"],
        &["--connect-timeout", "0"],
        &["--no-such-option"],
        &["surplus"],
    ] {
        broker().args(arguments).assert().code(2);
    }
}

#[test]
fn an_address_in_use_is_told_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let assert = broker().args(["--listen", &address]).assert().code(1);
    let error = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(error.starts_with(&format!("broker: cannot listen on {address}: ")), "{error}");
    assert!(error.contains("port 0 for a free one"), "{error}");
}

#[test]
fn nobody_to_trace_to_is_told_with_what_to_do() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let arguments = ["--listen", "127.0.0.1:0", "--trace-to", &nobody];
    let assert = broker().args(arguments).assert().code(1);
    let error = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(error.contains("start one first: tracer listen"), "{error}");
}

/// The command, running, and where it listens.
struct Running {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("broker"))
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on ").expect("the first line").trim().to_owned();
        Self { child, out, address }
    }

    /// Connects, and says goodbye.
    fn visit(&self) {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.write_all(b"\x10\x11\0\x04MQTT\x04\x02\0\0\0\x05alice\xe0\0").unwrap();
        let mut read = Vec::new();
        socket.read_to_end(&mut read).unwrap();
        assert_eq!(read, b"\x20\x02\0\0");
    }

    /// Sends a signal, and gives exit status, standard output and standard error.
    #[cfg(unix)]
    fn stop(mut self, signal: &str) -> (ExitStatus, String, String) {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
        let (mut out, mut error) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        (self.child.wait().unwrap(), out, error)
    }
}

#[cfg(unix)]
#[test]
fn it_takes_a_free_port_says_so_and_stops_with_0() {
    for signal in ["-INT", "-TERM"] {
        let running = Running::start(&["--max-connections", "100"]);
        running.visit();
        let (status, out, log) = running.stop(signal);
        assert_eq!(status.code(), Some(0), "{log}");
        assert_eq!(out, "");
        let lines: Vec<_> = log.lines().collect();
        assert_eq!(lines.len(), 3, "{log}");
        assert!(lines[0].ends_with(" connected") && lines[1].ends_with(" closed"), "{log}");
        assert_eq!(lines[2], "the broker stops");
    }
}

#[cfg(unix)]
#[test]
fn more_clients_than_open_files_are_told() {
    let running = Running::start(&["--max-connections", "1000000000000"]);
    let (_, _, log) = running.stop("-TERM");
    assert!(log.starts_with("the system lets this process have "), "{log}");
    assert!(log.contains("not 1000000000000; `ulimit -Hn` shows that limit"), "{log}");
}

#[cfg(unix)]
#[test]
fn a_trace_shows_each_packet() {
    let running = Running::start(&["--trace", "--format", "json"]);
    running.visit();
    let (status, out, _) = running.stop("-TERM");
    assert_eq!(status.code(), Some(0));
    for packet in ["CONNECT", "CONNACK", "DISCONNECT"] {
        assert!(out.contains(&format!("\"{packet}\"")), "{packet} is in {out}");
    }
}

#[cfg(unix)]
#[test]
fn a_trace_can_go_to_another_process() {
    let tracer = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = tracer.local_addr().unwrap().to_string();
    let running = Running::start(&["--trace-to", &address]);
    running.visit();
    let (status, _, error) = running.stop("-TERM");
    assert_eq!(status.code(), Some(0), "{error}");
    let mut capture = Vec::new();
    tracer.accept().unwrap().0.read_to_end(&mut capture).unwrap();
    let connect = b"\x10\x11\0\x04MQTT\x04\x02\0\0\0\x05alice";
    assert!(capture.windows(connect.len()).any(|window| window == connect));
}

#[cfg(unix)]
#[test]
fn a_trace_that_nobody_reads_holds_nobody_up() {
    const COUNT: usize = 1000; // their trace is several times as long as a pipe takes
    let running = Running::start(&["--trace"]);
    let mut socket = TcpStream::connect(&running.address).unwrap();
    socket.write_all(b"\x10\x11\0\x04MQTT\x04\x02\0\0\0\x05alice").unwrap();
    socket.write_all(&b"\x32\x05\0\x01a\0\x01".repeat(COUNT)).unwrap();
    socket.write_all(b"\xe0\0").unwrap();
    let mut read = Vec::new();
    socket.read_to_end(&mut read).unwrap();
    assert_eq!(read, [&b"\x20\x02\0\0"[..], &b"\x40\x02\0\x01".repeat(COUNT)].concat());
    let (_, out, _) = running.stop("-TERM");
    assert!(out.matches("PUBACK").count() > 1, "{out}");
}

#[cfg(unix)]
#[test]
fn what_passes_can_go_to_a_capture_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traffic.pcapng");
    let running = Running::start(&["--pcap", path.to_str().unwrap()]);
    running.visit();
    let (status, _, error) = running.stop("-TERM");
    assert_eq!(status.code(), Some(0), "{error}");
    let records = tracer::capture::Reader::new(std::fs::File::open(path).unwrap());
    let packets: Vec<_> = records
        .filter_map(|record| match record.unwrap().what {
            tap::What::Packet { bytes, .. } => Some(bytes[0]),
            _ => None,
        })
        .collect();
    assert_eq!(packets, [0x10, 0x20, 0xe0]);
}

#[test]
fn a_capture_file_that_cannot_be_made_is_told() {
    let assert = broker().args(["--pcap", "no/such/folder/traffic.pcapng"]).assert().code(2);
    let error = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(error.starts_with("broker: cannot write no/such/folder/traffic.pcapng: "), "{error}");
}
