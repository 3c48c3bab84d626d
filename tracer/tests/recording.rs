//! `--pcap` and `--wireshark`, as they are used in a terminal.
#![allow(clippy::unwrap_used)] // a test ends where it fails
#![cfg(unix)] // the proxy is ended by a signal

mod common;
mod peer;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{each_type, passes};
use peer::{Running, tracer};
use tap::{Direction, What};
use tempfile::TempDir;
use tracer::capture::{Reader, Writer};

const CONNECT: &[u8] = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05alice";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";

/// A capture with a packet of each type from two clients.
fn capture() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.pcapng");
    let mut writer = Writer::new(File::create(&path).unwrap()).unwrap();
    for client in [1, 2] {
        for (_, packet) in each_type() {
            let bytes = packet.to_bytes().unwrap();
            writer.record(&passes(1, client, Direction::ToServer, bytes)).unwrap();
        }
    }
    writer.finish().unwrap();
    (folder, path)
}

fn packets(mut capture: impl Read) -> Vec<u8> {
    let what = Reader::new(&mut capture).map(|record| record.unwrap().what);
    what.filter_map(|what| match what {
        What::Packet { bytes, .. } => Some(bytes[0]),
        _ => None,
    })
    .collect()
}

fn run(arguments: &[&str]) -> (Option<i32>, Vec<u8>, String) {
    let output = tracer().args(arguments).output().unwrap();
    (output.status.code(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_filtered_conversation_is_extracted() {
    let (folder, all) = capture();
    let out = folder.path().join("some.pcapng");
    let (all, some) = (all.to_str().unwrap(), out.to_str().unwrap());
    let arguments = ["read", all, "--type", "publish,suback", "--pcap", some, "--detail", "line"];
    let (code, shown, said) = run(&arguments);
    assert_eq!(said, format!("wrote 4 packets to {some}\n"));
    assert_eq!(code, Some(0));
    assert_eq!(String::from_utf8(shown).unwrap().lines().count(), 4);
    assert_eq!(packets(File::open(&out).unwrap()), [0x32, 0x90, 0x32, 0x90]);
}

#[test]
fn standard_output_is_a_capture_if_one_says_so() {
    let (_folder, all) = capture();
    let all = all.to_str().unwrap();
    let (code, capture, said) = run(&["read", all, "--filter", "stream == 0", "--pcap", "-"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert_eq!(packets(&capture[..]).len(), 14);
}

#[test]
fn nothing_passes_is_said_and_no_failure() {
    let (_folder, all) = capture();
    let (code, shown, said) = run(&["read", all.to_str().unwrap(), "--client", "eve"]);
    assert_eq!((code, shown.as_slice()), (Some(0), &b""[..]));
    assert_eq!(said, "none of the 28 packets passes the filter\n");
}

#[test]
fn what_is_read_is_not_written_over() {
    let (_folder, all) = capture();
    let before = std::fs::read(&all).unwrap();
    let (code, _, said) = run(&["read", all.to_str().unwrap(), "--pcap", all.to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(said.ends_with("is the capture that is read: name another file\n"), "{said}");
    assert_eq!(std::fs::read(&all).unwrap(), before);
}

/// What the tracer is between in these tests.
struct Broker {
    listener: TcpListener,
    address: String,
}

impl Broker {
    fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        Self { listener, address }
    }

    /// Connects through the proxy, and says CONNECT and CONNACK.
    fn connected(&self, proxy: &Running) -> (TcpStream, TcpStream) {
        let mut client = TcpStream::connect(proxy.address).unwrap();
        let mut server = self.listener.accept().unwrap().0;
        pass(&mut client, &mut server, CONNECT);
        pass(&mut server, &mut client, CONNACK);
        (client, server)
    }
}

/// Writes at one end, and reads the same at the other.
fn pass(from: &mut TcpStream, to: &mut TcpStream, bytes: &[u8]) {
    from.write_all(bytes).unwrap();
    let mut read = vec![0; bytes.len()];
    to.read_exact(&mut read).unwrap();
    assert_eq!(read, bytes);
}

fn proxy(broker: &Broker, more: &[&str]) -> Running {
    Running::start(&[&["proxy", "--listen", "127.0.0.1:0", "--to", &broker.address], more].concat())
}

/// Where readers can connect, as the tracer says it.
fn invitation(proxy: &mut Running) -> String {
    let line = proxy.stderr_line();
    let address = line.trim_end().strip_prefix("to look on: wireshark -k -i TCP@");
    address.unwrap_or_else(|| panic!("{line}")).to_owned()
}

#[test]
fn the_proxy_writes_a_file_and_lets_others_look_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.pcapng");
    let broker = Broker::new();
    let file = path.to_str().unwrap();
    let mut proxy = proxy(&broker, &["--pcap", file, "--wireshark", "127.0.0.1:0"]);
    let address = invitation(&mut proxy);
    let (mut client, mut server) = broker.connected(&proxy);
    let reader = TcpStream::connect(address).unwrap();
    assert_eq!(reader.peek(&mut [0]).unwrap(), 1, "it is known, and gets what comes now");
    let mut records = Reader::new(reader);
    pass(&mut client, &mut server, b"\xe0\x00");
    let mut first = Vec::new();
    while first.last() != Some(&0xe0) {
        if let What::Packet { bytes, .. } = records.next().unwrap().unwrap().what {
            first.push(bytes[0]);
        }
    }
    assert_eq!(first[0], 0x10, "the CONNECT is told to those who come late");
    drop((client, server));
    proxy.stdout_until("closed the Network Connection");
    let (code, _, said) = proxy.interrupt();
    assert_eq!(code, Some(0));
    assert!(said.contains("wrote 3 packets to ") && said.contains("1 reader looked on"), "{said}");
    assert_eq!(packets(File::open(&path).unwrap()), [0x10, 0x20, 0xe0]);
}

#[test]
fn the_proxy_streams_to_standard_output() {
    let broker = Broker::new();
    let mut command = tracer();
    command.args(["proxy", "--listen", "127.0.0.1:0", "--to", &broker.address, "--pcap", "-"]);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(process.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    let address = said.strip_prefix("listening on ").unwrap().split(',').next().unwrap();
    let mut client = TcpStream::connect(address).unwrap();
    let mut server = broker.listener.accept().unwrap().0;
    pass(&mut client, &mut server, CONNECT);
    let mut records = Reader::new(process.stdout.take().unwrap());
    let opened = records.next().unwrap().unwrap();
    assert!(matches!(opened.what, What::Opened { .. }));
    let connect = records.next().unwrap().unwrap(); // while it goes on
    assert!(matches!(connect.what, What::Packet { bytes, .. } if bytes == CONNECT));
    drop(records);
    // Nobody reads any more: it ends, and that is no failure.
    // (A process that another test is about to start may hold the other end for a moment.)
    while client.write_all(b"\xc0\x00").is_ok() {}
    assert_eq!(process.wait().unwrap().code(), Some(0));
}

/// tshark's fields of each MQTT packet: type, comment, marks of what is malformed.
const FIELDS: [&str; 6] =
    ["-e", "mqtt.msgtype", "-e", "frame.comment", "-e", "_ws.malformed.expert"];

fn tshark(from: &[&str]) -> Command {
    let mut command = Command::new("tshark");
    command.args(["-l", "-Y", "mqtt", "-T", "fields", "-E", "separator=|"]).args(FIELDS);
    command.args(from).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

const READ_BY_TSHARK: [&str; 3] = [
    "1|CONNECT alice → broker: client alice, clean session, keep alive 60 s|",
    "2|CONNACK broker → alice: accepted|",
    "14|DISCONNECT alice → broker|",
];

#[test]
#[ignore = "needs tshark"]
fn tshark_looks_on_live() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.pcapng");
    let broker = Broker::new();
    let file = path.to_str().unwrap();
    let mut proxy = proxy(&broker, &["--pcap", file, "--wireshark", "127.0.0.1:0"]);
    let interface = format!("TCP@{}", invitation(&mut proxy));
    let (mut client, mut server) = broker.connected(&proxy);
    let mut looking = tshark(&["-i", &interface]).spawn().expect("tshark is installed");
    let mut lines = BufReader::new(looking.stdout.take().unwrap()).lines();
    // It came late, and has the CONNECT all the same.
    assert_eq!(lines.next().unwrap().unwrap(), READ_BY_TSHARK[0]);
    pass(&mut client, &mut server, b"\xe0\x00");
    let last = lines.find(|line| line.as_ref().unwrap().starts_with("14|")).unwrap().unwrap();
    assert_eq!(last, READ_BY_TSHARK[2]);
    drop((client, server));
    proxy.stdout_until("closed the Network Connection");
    assert_eq!(proxy.interrupt().0, Some(0));
    looking.wait().unwrap(); // the stream has ended
    assert_eq!(read_by_tshark(&path), READ_BY_TSHARK);
}

fn read_by_tshark(path: &Path) -> Vec<String> {
    let output = tshark(&["-r", path.to_str().unwrap()]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs tshark"]
fn tshark_reads_standard_input_while_it_grows() {
    let broker = Broker::new();
    let mut command = tracer();
    command.args(["proxy", "--listen", "127.0.0.1:0", "--to", &broker.address, "--pcap", "-"]);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let capture = process.stdout.take().unwrap();
    let mut looking = tshark(&["-r", "-"]).stdin(capture).spawn().expect("tshark is installed");
    let mut said = String::new();
    BufReader::new(process.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    let address = said.strip_prefix("listening on ").unwrap().split(',').next().unwrap();
    let mut client = TcpStream::connect(address).unwrap();
    let mut server = broker.listener.accept().unwrap().0;
    let mut lines = BufReader::new(looking.stdout.take().unwrap()).lines();
    pass(&mut client, &mut server, CONNECT);
    assert_eq!(lines.next().unwrap().unwrap(), READ_BY_TSHARK[0]);
    pass(&mut server, &mut client, CONNACK);
    assert_eq!(lines.next().unwrap().unwrap(), READ_BY_TSHARK[1]);
    process.kill().unwrap();
    process.wait().unwrap();
    looking.wait().unwrap();
}

#[test]
#[ignore = "needs tshark"]
fn what_read_extracts_is_whole_for_tshark() {
    let (folder, all) = capture();
    let out = folder.path().join("some.pcapng");
    let (all, some) = (all.to_str().unwrap(), out.to_str().unwrap());
    let (code, _, _) = run(&["read", all, "--filter", "stream == 1", "--pcap", some]);
    assert_eq!(code, Some(0));
    let lines = read_by_tshark(&out);
    assert_eq!(lines.len(), 14);
    let is_whole = |line: &String| line.contains("→") && line.ends_with('|');
    assert!(lines.iter().all(is_whole), "{lines:#?}");
}
