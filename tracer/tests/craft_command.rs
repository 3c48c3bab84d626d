//! `tracer craft`, run as it is run in a terminal, with the lab's own broker where one is needed.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod peer;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use broker::{Authentication, Refusal, Server, Settings};
use mosquitto::Mosquitto;
use wire::{Credentials, PacketType, Size, Version, outline};

/// Exit code, standard output, standard error.
fn run(command: &str, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut tracer = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("tracer"));
    let output = tracer.arg(command).args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// However slow the machine is, the broker's answer is awaited.
const PATIENT: [&str; 2] = ["--timeout", "60"];

fn craft(arguments: &[&str]) -> (Option<i32>, String, String) {
    run("craft", &[&PATIENT, arguments].concat(), "")
}

/// The bytes of a good packet as hex.
fn hex(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = craft(&[arguments, &["--hex"]].concat());
    assert_eq!((code, &*stderr), (Some(0), ""), "{arguments:?}");
    stdout.trim_end().to_owned()
}

/// The lab's broker, in a thread of its own until the tests end.
fn broker() -> SocketAddr {
    broker_with(Settings::default())
}

/// One that lets nobody in but paolo, with his password.
#[derive(Debug)]
struct PaoloAlone;

impl Authentication for PaoloAlone {
    fn authenticate(&self, credentials: Option<&Credentials>) -> Result<(), Refusal> {
        let is_paolo = |given: &Credentials| {
            &*given.user_name == "paolo" && given.password.as_deref() == Some(b"pw1")
        };
        if credentials.is_some_and(is_paolo) { Ok(()) } else { Err(Refusal::WrongPassword) }
    }
}

fn broker_with(settings: Settings) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listen = (Ipv4Addr::LOCALHOST, 0).into();
            let server = Server::bind(Settings { listen, ..settings }).await.unwrap();
            tell.send(server.local_address()).unwrap();
            server.run(std::future::pending()).await.unwrap();
        });
    });
    told.recv().unwrap()
}

/// What is the same each time: without the times, the ports, and the blanks that depend on them.
fn settled(text: &str) -> String {
    let line = |line: &str| {
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let is_time =
            |pair: &[&str]| pair[0].parse::<f64>().is_ok() && ["ms", "s"].contains(&pair[1]);
        let Some(at) = words.windows(2).position(is_time) else {
            let port = |word: &str| match word.split_once("127.0.0.1:") {
                Some((_, port)) if port.ends_with(',') => "ADDRESS,".to_owned(),
                Some(_) => "ADDRESS".to_owned(),
                None => word.to_owned(),
            };
            return line.split(' ').map(port).collect::<Vec<_>>().join(" ");
        };
        let mut words = words;
        words.splice(at..at + 2, ["TIME"]);
        words.join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_packet_is_made_from_its_fields() {
    let cases: [(&[&str], &str); 16] = [
        (&["connect"], "101800044d51545404 02 003c 000c7472616365722d6372616674"),
        (&["connack", "--session-present", "1"], "20020100"),
        (
            &["publish", "--topic", "a/b", "--qos", "1", "--identifier", "7", "--payload", "hi"],
            "32090003612f6200076869",
        ),
        (&["publish", "--topic-name", "a", "--retain"], "3103000161"),
        (&["publish", "--topic", "a", "--payload", "hex:00 ff"], "300500016100ff"),
        (&["puback", "--identifier", "10"], "4002000a"),
        (&["pubrec"], "50020001"),
        (&["pubrel"], "62020001"),
        (&["pubcomp", "--packet-identifier", "65535"], "7002ffff"),
        (
            &["subscribe", "--topic-filter", "a", "--topic-filter", "#", "--qos", "2"],
            "820a 0001 000161 02 000123 02",
        ),
        (&["suback", "--return-code", "1", "--return-code", "128"], "90040001 01 80"),
        (&["unsubscribe", "--topic-filter", "a"], "a205 0001 000161"),
        (&["unsuback"], "b0020001"),
        (&["pingreq"], "c000"),
        (&["pingresp"], "d000"),
        (&["disconnect"], "e000"),
    ];
    for (arguments, bytes) in cases {
        assert_eq!(hex(arguments), bytes.replace(' ', ""), "{arguments:?}");
    }
    let will = ["--will-topic", "w", "--will-message", "x", "--will-qos", "1", "--will-retain"];
    let all = ["--user-name", "u", "--password", "p", "--protocol-level", "3"];
    let connect = hex(&[&["connect", "--clean-session", "0"][..], &will, &all].concat());
    assert!(connect.contains("00064d514973647003ec003c"), "{connect}");
    assert!(connect.ends_with("000177000178000175000170"), "{connect}");
}

/// Whoever knows a field's name knows its option. Lengths and flags follow from other options.
#[test]
fn options_are_named_as_the_fields() {
    for packet_type in PacketType::ALL {
        let (_, help, _) = craft(&[&packet_type.name().to_lowercase(), "--help"]);
        for row in outline(packet_type, Version::default()) {
            let key = row.field.key;
            let follows = ["_length", "_flag", "_flags"].iter().any(|end| key.ends_with(end))
                || key.contains("reserved")
                || ["fixed_header", "packet_type", "protocol_name", "requested_qos_level"]
                    .contains(&key)
                || row.size == Size::OneToFour;
            let option = format!("--{}", key.replace('_', "-"));
            assert!(follows || help.contains(&option), "{packet_type} has no {option}");
        }
    }
}

#[test]
fn a_broken_packet_is_shown_with_its_rule() {
    let broken = ["connect", "--client-identifier", "alice", "--set", "mqtt.conflag.reserved=1"];
    let (code, stdout, stderr) = craft(&broken);
    assert_eq!((code, &*stderr), (Some(1), ""));
    insta::assert_snapshot!("reserved", stdout);
    let (_, flipped, _) = craft(&["connect", "--client-identifier", "alice", "--flip", "9.0"]);
    assert_eq!(flipped, stdout, "a bit is the same by either name");
    let (code, stdout, _) = craft(&["publish", "--topic", "a", "--set", "topic_name=a/#", "--hex"]);
    assert_eq!((code, &*stdout), (Some(1), "30050003612f23\n"));
}

#[test]
fn a_json_line_is_a_packet_as_well() {
    let publish = ["publish", "--topic", "a", "--payload", "hi"];
    let (_, line, _) = craft(&[&publish[..], &["--format", "json"]].concat());
    let (code, stdout, _) = run("craft", &["--json", "-", "--hex"], &line);
    assert_eq!((code, &*stdout), (Some(0), "30050001616869\n"));
    let edited = line.replace("\"value\":\"a\"", "\"value\":\"a/b\"");
    assert_ne!(line, edited);
    let (code, stdout, _) = run("craft", &["--json", "-", "--hex", "--set", "qos=3"], &edited);
    assert_eq!((code, &*stdout), (Some(1), "36070003612f626869\n"));
}

#[test]
fn what_cannot_be_made_is_exit_code_2_and_says_how_it_can() {
    let told = |arguments: &[&str]| {
        let (code, stdout, stderr) = craft(arguments);
        assert_eq!((code, &*stdout), (Some(2), ""), "{arguments:?}");
        stderr
    };
    let wildcard = told(&["publish", "--topic", "a/#"]);
    assert!(wildcard.contains("[MQTT-4.7.1-1]"), "{wildcard}");
    assert!(wildcard.contains("--set 'topic_name=a/#'"), "{wildcard}");
    assert!(told(&["publish", "--topic", "a", "--qos", "3"]).contains("--set 'qos=3'"));
    assert!(told(&["puback", "--identifier", "0"]).contains("[MQTT-2.3.1-1]"));
    assert!(told(&["pingreq", "--set", "mqtt.qos=1"]).contains("it has fixed_header,"));
    assert!(told(&["pingreq", "--flip", "2.0"]).contains("2 bytes, and no byte 2"));
    assert!(told(&["pingreq", "--flip", "0.8"]).contains("from 7 down to 0"));
    assert!(told(&["connect", "--protocol-level", "5"]).contains("--set mqtt.ver=5"));
    assert!(told(&[]).contains("tracer craft pingreq"));
    assert!(told(&["--json", "-", "pingreq"]).contains("not from both"));
    assert!(told(&["pingreq", "--send", "127.0.0.1:1"]).contains("no broker answers"));
}

#[test]
fn a_good_packet_is_answered() {
    let to = broker().to_string();
    let subscribe = ["subscribe", "--topic-filter", "a/#", "--qos", "1", "--send", &to];
    let (code, stdout, stderr) = craft(&subscribe);
    assert_eq!((code, &*stderr), (Some(0), ""), "{stdout}");
    insta::assert_snapshot!("subscribe_sent", settled(&stdout));
    let (code, stdout, _) = craft(&["disconnect", "--send", &to]);
    assert_eq!(code, Some(0), "a broker closes behind a DISCONNECT: {stdout}");
}

#[test]
fn a_broker_with_users_is_told_who_asks() {
    let authentication: Option<Arc<dyn Authentication>> = Some(Arc::new(PaoloAlone));
    let to = broker_with(Settings { authentication, ..Settings::default() }).to_string();
    let send = ["pingreq", "--detail", "line", "--width", "140", "--send", &to];
    let (code, stdout, _) = craft(&[&send[..], &["-u", "paolo", "-P", "pw1"]].concat());
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("user name paolo"), "{stdout}");
    let (code, stdout, _) = craft(&[&send[..], &["-u", "paolo", "-P", "pw2"]].concat());
    assert_eq!(code, Some(1));
    assert!(stdout.ends_with("did not accept the CONNECT that went first.\n"), "{stdout}");
    let (code, _, stderr) = craft(&["connect", "-u", "paolo", "--send", &to]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("--user-name and --password"), "{stderr}");
}

#[test]
fn a_broken_packet_ends_the_connection() {
    let to = broker().to_string();
    let (code, stdout, stderr) = craft(&["pingreq", "--flip", "0.3", "--send", &to]);
    assert_eq!((code, &*stderr), (Some(1), ""));
    insta::assert_snapshot!("pingreq_flipped", settled(&stdout));
    let ladder = ["--detail", "line", "--send", &to];
    let (code, stdout, _) = craft(&[&["publish", "--topic", "a", "--first"][..], &ladder].concat());
    assert_eq!(code, Some(1));
    insta::assert_snapshot!("publish_first", settled(&stdout));
    let (code, stdout, _) = craft(&[&["connect", "--set", "mqtt.ver=5"][..], &ladder].concat());
    assert_eq!(code, Some(1));
    insta::assert_snapshot!("level_5", settled(&stdout));
}

#[test]
fn a_packet_that_says_it_is_longer_is_waited_for() {
    let to = broker().to_string();
    let longer = ["publish", "--topic", "a", "--set", "mqtt.len=50", "--timeout", "0.2"];
    let (code, stdout, _) = run("craft", &[&longer[..], &["--send", &to]].concat(), "");
    assert_eq!(code, Some(1));
    assert!(stdout.ends_with("took the PINGREQ for a part of it.\n"), "{stdout}");
}

#[test]
fn machines_get_the_whole_conversation() {
    let to = broker().to_string();
    let (code, stdout, _) = craft(&["pingreq", "--send", &to, "--format", "json"]);
    let types = stdout.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["type"].as_str().unwrap().to_owned()
    });
    let types: Vec<String> = types.collect();
    assert_eq!(code, Some(0));
    assert_eq!(
        types,
        ["CONNECT", "CONNACK", "PINGREQ", "PINGREQ", "PINGRESP", "DISCONNECT"],
        "{stdout}"
    );
}

#[test]
#[ignore = "needs mosquitto"]
fn mosquitto_is_asked_as_well() {
    let mosquitto = Mosquitto::start();
    let to = mosquitto.address().to_string();
    let good = ["publish", "--topic", "a", "--qos", "2", "--send", &to];
    let (code, stdout, _) = craft(&good);
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("PUBREC"), "{stdout}");
    let (code, stdout, _) = craft(&[&good[..], &["--set", "mqtt.qos=3"]].concat());
    assert_eq!(code, Some(1));
    assert!(stdout.ends_with("The broker closed the Network Connection.\n"), "{stdout}");
}
