//! `tracer proxy`, run as it is run in a terminal.
#![allow(clippy::unwrap_used)] // a test ends where it fails
#![cfg(unix)] // it is ended by a signal

mod peer;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use mosquitto::Mosquitto;
use peer::Running;

const CONNECT: &[u8] = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05alice";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";

/// The broker of a test: it takes connections one by one.
fn broker() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Writes at one end, and reads the same at the other.
fn pass(from: &mut TcpStream, to: &mut TcpStream, bytes: &[u8]) {
    from.write_all(bytes).unwrap();
    let mut read = vec![0; bytes.len()];
    to.read_exact(&mut read).unwrap();
    assert_eq!(read, bytes);
}

#[test]
fn a_conversation_is_shown_and_summed_up_at_the_end() {
    let (broker, to) = broker();
    let proxy = Running::start(&["proxy", "--listen", "127.0.0.1:0", "--to", &to]);
    let mut client = TcpStream::connect(proxy.address).unwrap();
    let (mut server, _) = broker.accept().unwrap();
    pass(&mut client, &mut server, CONNECT);
    pass(&mut server, &mut client, CONNACK);
    pass(&mut client, &mut server, b"\xe0\x00");
    drop(client);
    server.read_to_end(&mut Vec::new()).unwrap();
    drop(server);
    let mut proxy = proxy;
    let shown = proxy.stdout_until("alice closed the Network Connection");
    assert!(shown.contains("mqtt.conflag.cleansess"), "{shown}");
    let (code, stdout, stderr) = proxy.interrupt();
    assert_eq!(code, Some(0));
    assert!(stdout.contains("alice ──CONNECT──────────▶ broker"), "the recap: {stdout}");
    assert_eq!(stderr, "1 connection relayed: 21 bytes to the broker, 4 bytes back\n");
}

#[test]
fn each_breach_is_named_as_it_happens_and_ends_with_1() {
    let (broker, to) = broker();
    let mut proxy = Running::start(&["proxy", "--listen", "127.0.0.1:0", "--to", &to, "--lint"]);
    let mut client = TcpStream::connect(proxy.address).unwrap();
    let (mut server, _) = broker.accept().unwrap();
    pass(&mut client, &mut server, CONNECT);
    pass(&mut client, &mut server, CONNECT);
    let told = proxy.stdout_until("[MQTT-3.1.0-2]"); // while it goes on
    assert!(told.starts_with("✗ #2"), "{told}");
    drop((client, server));
    let (code, stdout, _) = proxy.interrupt();
    assert_eq!(code, Some(1));
    assert!(stdout.ends_with("2 packets on 1 connection: 1 broken rule, no pieces of advice\n"));

    let options = ["--pcap", "-"];
    let output = peer::tracer().args(["proxy", "--lint"]).args(options).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "both want standard output");
}

#[test]
fn a_terminal_that_takes_nothing_slows_nobody_and_can_be_left() {
    let (broker, to) = broker();
    let proxy = Running::start(&["proxy", "--listen", "127.0.0.1:0", "--to", &to]);
    let mut client = TcpStream::connect(proxy.address).unwrap();
    let (mut server, _) = broker.accept().unwrap();
    let publish = [&b"\x30\xff\xff\x03\x00\x01t"[..], &vec![b'x'; 65_532]].concat();
    for _ in 0..200 {
        pass(&mut client, &mut server, &publish); // and nobody reads what the tracer prints
    }
    let mut proxy = proxy;
    proxy.signal("INT");
    let mut rest = Vec::new();
    server.read_to_end(&mut rest).unwrap(); // the first signal ends the relaying
    proxy.signal("INT"); // the second one ends the process, which waits for the terminal
    assert_eq!(proxy.process.wait().unwrap().code(), Some(130));
}

#[test]
fn an_address_in_use_is_wrong_usage() {
    let (_taken, address) = broker();
    let output = peer::tracer().args(["proxy", "--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with(&format!("tracer: cannot listen at {address}: ")), "{stderr}");
    assert!(stderr.ends_with("; try another port, or port 0 for a free one\n"), "{stderr}");
}

#[test]
#[ignore = "needs mosquitto"]
fn mosquitto_and_its_clients_do_not_notice_it() {
    let mosquitto = Mosquitto::start();
    let to = mosquitto.address().to_string();
    let mut proxy =
        Running::start(&["proxy", "--listen", "127.0.0.1:0", "--to", &to, "--format", "json"]);
    let port = proxy.address.port().to_string();
    let topic = ["-p", &port, "-t", "home/kitchen", "-q", "2"];
    let subscriber = Command::new("mosquitto_sub")
        .args(topic)
        .args(["-C", "3", "-W", "20", "-i", "sub"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = proxy.stdout_until("\"type\":\"SUBACK\"");
    let big = "x".repeat(100_000);
    for message in ["hello", "", &big] {
        let status =
            Command::new("mosquitto_pub").args(topic).args(["-i", "pub", "-m", message]).status();
        assert!(status.unwrap().success());
    }
    let output = subscriber.wait_with_output().unwrap();
    // It prints nothing at all for an empty message.
    assert!(output.stdout == format!("hello\n{big}\n").as_bytes(), "a message was changed");
    // A client ends as soon as it has written its DISCONNECT: the proxy may still have to relay it.
    for _client in 0..4 {
        told += &proxy.stdout_until("\"type\":\"DISCONNECT\"");
    }
    let (code, stdout, stderr) = proxy.interrupt();
    let stdout = told + &stdout;
    assert_eq!(code, Some(0));
    assert!(!stdout.contains("malformed"), "{stdout}");
    assert!(stderr.starts_with("4 connections relayed: "), "{stderr}");
    let count = |what: &str| stdout.matches(&format!("\"type\":\"{what}\"")).count();
    let counts = ["CONNECT", "CONNACK", "PUBLISH", "PUBREC", "PUBREL", "PUBCOMP", "DISCONNECT"];
    assert_eq!(counts.map(count), [4, 4, 6, 6, 6, 6, 4], "{stderr}");
}
