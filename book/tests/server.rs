//! The server of the book, asked as a browser asks it, and as somebody else would.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use common::Served;

/// Sends a request, and gives back the status and the whole answer.
fn ask(served: &Served, head: &str, body: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(&served.address).unwrap();
    let length = body.len();
    let request = format!("{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

fn get(served: &Served, path: &str) -> (u16, String) {
    ask(served, &format!("GET {path} HTTP/1.1\r\nHost: {}", served.address), "")
}

/// A form, as a page of the book sends it.
fn post(served: &Served, path: &str, body: &str) -> (u16, String) {
    let host = &served.address;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: \
         application/x-www-form-urlencoded"
    );
    ask(served, &head, body)
}

#[test]
fn pages_are_served_and_marked() {
    let served = Served::start();
    let (status, page) = get(&served, "/");
    assert_eq!(status, 200);
    assert!(page.contains("<meta name=\"lab-live\""));
    assert!(page.contains("frame-ancestors 'self'"), "what pages may do is told to the browser");
    assert_eq!(get(&served, "/theme/live.js").0, 404, "mdBook gives it another name");
    assert_eq!(get(&served, "/../Cargo.toml").0, 404);
    assert_eq!(get(&served, "/%2e%2e/Cargo.toml").0, 404);
}

#[test]
fn a_page_and_the_reload_name_the_same_build() {
    let served = Served::start();
    let mut socket = TcpStream::connect(&served.address).unwrap();
    let request = format!("GET /live/reload HTTP/1.1\r\nHost: {}\r\n\r\n", served.address);
    socket.write_all(request.as_bytes()).unwrap();
    let mut lines = BufReader::new(socket).lines().map(Result::unwrap);
    let build = lines.find_map(|line| line.strip_prefix("data: ").map(str::to_owned)).unwrap();
    let mark = format!("<meta name=\"lab-live\" content=\"{build}\">");
    assert!(get(&served, "/glossary.html").1.contains(&mark));
}

#[test]
fn nobody_else_may_ask() {
    let served = Served::start();
    let host = &served.address;
    let refused = |head: String| assert_eq!(ask(&served, &head, "scenario=first-packets").0, 403);
    refused("GET / HTTP/1.1\r\nHost: evil.example".to_owned());
    refused(format!("POST /live/run HTTP/1.1\r\nHost: {host}"));
    refused(format!("POST /live/run HTTP/1.1\r\nHost: {host}\r\nOrigin: http://evil.example"));
    refused(format!("POST /live/run HTTP/1.1\r\nHost: {host}\r\nOrigin: null"));
}

#[test]
fn a_scenario_runs() {
    let served = Served::start();
    let (status, answer) = post(&served, "/live/run", "scenario=first-packets");
    assert_eq!(status, 200);
    assert!(answer.contains("text/event-stream"));
    for part in ["<b>CONNECT</b>", "<b>PUBLISH</b>", "<b>DISCONNECT</b>", "To remember: "] {
        assert!(answer.contains(part), "{part} is missing");
    }
    assert_eq!(post(&served, "/live/run", "scenario=rm").0, 422, "nothing runs but scenarios");
}

#[test]
fn what_was_chosen_is_played_and_marked() {
    let served = Served::start();
    let (_, usual) = post(&served, "/live/run", "scenario=publish&qos=1&retain=0&payload=again");
    assert!(!usual.contains("changed-line"), "nothing was changed");
    let (_, retained) = post(&served, "/live/run", "scenario=publish&qos=1&retain=1");
    assert!(retained.contains("usually <code>0</code>"), "RETAIN is marked");
    assert!(retained.contains("message on mytopic retained"));
    let (_, other) = post(&served, "/live/run", "scenario=publish&qos=2");
    assert!(other.contains("Missing this time: PUBACK"), "{other}");
    for (wrong, told) in [
        ("qos=3", "[MQTT-3.3.1-4]"),
        ("topic=home/%23", "topic: "),
        ("qso=1", "what can: topic, qos, retain, payload"),
    ] {
        let (status, answer) = post(&served, "/live/run", &format!("scenario=publish&{wrong}"));
        assert_eq!(status, 422);
        assert!(answer.contains(told), "{answer}");
    }
}

#[test]
fn a_flipped_bit_is_sent_and_judged() {
    let served = Served::start();
    let flip = |byte: u32, bit: u32| {
        let body = format!("scenario=connection&number=1&byte={byte}&bit={bit}");
        post(&served, "/live/flip", &body)
    };
    let (_, reserved) = flip(9, 0);
    assert!(
        reserved.contains("MQTT-3.1.2-3") && reserved.contains("closed the Network Connection")
    );
    let (_, keep_alive) = flip(11, 0);
    assert!(keep_alive.contains("to it that was a good packet"));
    let (_, longer) = flip(1, 5);
    assert!(longer.contains("waits for the rest of the packet"));
    assert_eq!(flip(0, 8).0, 422);
    assert_eq!(flip(1000, 0).0, 422);
}

#[test]
fn bytes_of_ones_own_are_explained() {
    let served = Served::start();
    let (_, answer) = post(&served, "/live/decode", "hex=c0+00+36+02+00+00");
    assert!(answer.contains("<b>PINGREQ</b>"));
    assert!(answer.contains("MQTT-3.3.1-4"), "the second one has QoS 3");
    let (status, answer) = post(&served, "/live/decode", "hex=zz");
    assert_eq!(status, 422);
    assert!(answer.contains("'z' is no hex digit"));
    assert_eq!(post(&served, "/live/capture", "no capture").0, 200);
    let large = "0".repeat(300 << 10);
    assert_eq!(post(&served, "/live/decode", &format!("hex={large}")).0, 413);
}
