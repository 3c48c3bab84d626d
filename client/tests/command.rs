//! `client pub` and `client sub`, as they are typed, against the lab's broker.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::io::Write;
use std::process::Stdio;

use support::broker;
use support::process::{client, printed, subscriber};

fn failed(arguments: &[&str]) -> (Option<i32>, String) {
    let output = client(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_message_passes_over_tcp_at_each_qos_mqtt_7_1_2_1() {
    for qos in ["0", "1", "2"] {
        let port = broker();
        let subscriber = subscriber(&port, &["-t", "kitchen/#", "-q", qos, "-v", "-C", "1"]);
        let publish = ["pub", "-p", &port, "-t", "kitchen/oven", "-m", "hot", "-q", qos];
        assert!(client(&publish).status().unwrap().success());
        assert_eq!(printed(subscriber), "kitchen/oven hot\n");
    }
}

#[test]
fn a_retained_message_and_a_kept_session_wait() {
    let port = broker();
    let publish = ["pub", "-p", &port, "-t", "t", "-q", "1", "-m"];
    assert!(client(&[&publish[..], &["kept", "-r"]].concat()).status().unwrap().success());
    let session = ["-t", "t", "-q", "1", "-i", "bob", "-c", "-C", "1"];
    assert_eq!(printed(subscriber(&port, &session)), "kept\n");
    assert!(client(&[&publish[..], &["later"]].concat()).status().unwrap().success());
    assert_eq!(printed(subscriber(&port, &session)), "later\n");
}

#[test]
fn errors_say_what_is_wrong_and_what_to_do() {
    let (code, told) = failed(&["pub", "-t", "a/#", "-m", "x"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("MQTT-4.7.1-1"), "{told}");

    let (code, told) = failed(&["sub", "-t", "a", "-c", "-i", ""]);
    assert_eq!(code, Some(2));
    assert!(told.contains("[MQTT-3.1.3-7]"), "{told}");

    let (code, told) = failed(&["pub", "-t", "a"]);
    assert_eq!(code, Some(2), "there is nothing to publish: {told}");

    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (code, told) = failed(&["pub", "-t", "a", "-m", "x", "-p", &nobody.port().to_string()]);
    assert_eq!(code, Some(1));
    assert!(told.contains("cargo run -p broker"), "{told}");
}

#[test]
fn help_has_examples_and_leaves_h_to_the_host() {
    let output = client(&["sub", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("client sub -t 'kitchen/#' -v"), "{help}");
    assert!(help.contains("-h, --host"), "{help}");
}

#[test]
fn lines_are_published_in_their_order_by_a_window_that_is_never_waited_for_in_vain() {
    for window in ["1", "7", "65535"] {
        let port = broker();
        let count = 200;
        let subscriber = subscriber(&port, &["-t", "t", "-q", "2", "-C", &count.to_string()]);
        let lines: Vec<_> = (0..count).map(|number| format!("{number}\n")).collect();
        let lines = lines.concat();
        let publish = ["pub", "-p", &port, "-t", "t", "-q", "2", "-l", "-M", window];
        let mut publisher = client(&publish).stdin(Stdio::piped()).spawn().unwrap();
        publisher.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        assert!(publisher.wait().unwrap().success());
        assert_eq!(printed(subscriber), lines);
    }
}

#[test]
fn a_line_goes_out_while_the_next_one_is_not_there_yet() {
    let port = broker();
    let subscriber = subscriber(&port, &["-t", "t", "-C", "1"]);
    let publish = ["pub", "-p", &port, "-t", "t", "-l"];
    let mut publisher = client(&publish).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = publisher.stdin.take().unwrap();
    input.write_all(b"first\n").unwrap();
    assert_eq!(printed(subscriber), "first\n");
    drop(input);
    assert!(publisher.wait().unwrap().success());
}
