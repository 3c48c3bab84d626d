//! `tracer proxy` with TLS on either side: what passes, what is shown, what a capture has of it, and what
//! is said when there is no TLS.
#![allow(clippy::unwrap_used)] // a test ends where it fails
#![cfg(unix)] // it is ended by a signal

#[path = "../peer/mod.rs"]
mod peer;
mod wireshark;
mod world;

use std::fs::{self, File};

use peer::Running;
use tap::What;
use tracer::capture::Reader;
use world::World;

#[test]
fn tls_on_both_sides_is_shown_in_clear_and_captured_as_records_with_keys() {
    let world = World::new();
    let (pcap, keys) = (world.path("both.pcapng"), world.path("keys.txt"));
    let towards_both = [&world.to_broker()[..], &world.shown()].concat();
    let files = ["--pcap", &pcap, "--session-keys", &keys];
    let mut running = proxy(&[&towards_both[..], &files].concat());
    assert!(running.said.ends_with("; TLS on both sides\n"), "{}", running.said);
    let warning = running.stderr_line();
    assert!(warning.contains("whoever has it can read the traffic"), "{warning}");
    world.talk_over_tls(&running).unwrap();
    let shown = running.stdout_until("closed the Network Connection");
    for what in ["between proxy and client: TLS 1.3", "between proxy and broker: TLS 1.3"] {
        assert!(shown.contains(what), "{shown}");
    }
    assert!(shown.contains("alice ──PUBLISH──────────▶ broker  t, QoS 1, identifier 1"), "{shown}");
    assert_eq!(running.interrupt().0, Some(0));

    let (records, seen) = world::read(&pcap);
    assert_eq!((seen.sealed, seen.has_keys), (1, true));
    assert!(!records.iter().any(|record| matches!(record.what, What::Packet { .. })));
    let bytes = fs::read(&pcap).unwrap();
    assert_eq!(world::find(&bytes, b"alice"), None, "a packet is in clear");
    let server_hello = world::find(&bytes, b"\x16\x03\x03"); // the first record of this version
    let key = world::find(&bytes, b"SERVER_HANDSHAKE_TRAFFIC_SECRET");
    assert!(key.is_some() && key < server_hello, "Wireshark needs the key before");
    let lines = fs::read_to_string(&keys).unwrap();
    let secrets = lines.lines().filter(|line| line.starts_with("CLIENT_TRAFFIC_SECRET_0 "));
    assert_eq!(secrets.count(), 2, "of both sides");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&keys).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn who_reads_records_is_sent_to_wireshark() {
    let world = World::new();
    let pcap = world.path("records.pcapng");
    for (what, advice) in [("keys", "has the session keys"), ("sealed", "only its two ends")] {
        let capture = ["--pcap", &pcap, "--capture-tls", what];
        let mut running = proxy(&[&world.to_broker()[..], &capture].concat());
        world::talk(&running);
        running.stdout_until("closed the Network Connection");
        let (_, _, said) = running.interrupt();
        assert!(said.contains(" segments to "), "{said}");
        for command in ["read", "lint", "stats"] {
            let output = peer::tracer().args([command, &pcap]).output().unwrap();
            let told = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1));
            assert!(told.contains("1 connection is encrypted with TLS; "), "{told}");
            assert!(told.contains(advice), "{told}");
        }
    }
}

#[test]
fn packets_in_clear_can_be_chosen_and_filtered() {
    let world = World::new();
    let pcap = world.path("clear.pcapng");
    let mut capture = vec!["--pcap", &pcap, "--type", "publish"];
    let mut command = peer::tracer();
    command.args(["proxy", "--listen", "127.0.0.1:0"]).args(world.to_broker()).args(&capture);
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("add --capture-tls clear"), "{told}");

    capture.extend(["--capture-tls", "clear"]);
    let mut running = proxy(&[&world.shown()[..], &world.to_broker(), &capture].concat());
    world.talk_over_tls(&running).unwrap();
    running.stdout_until("PUBLISH");
    let (_, _, said) = running.interrupt();
    assert!(said.contains("wrote 1 packet to "), "{said}");
    let records = Reader::new(File::open(&pcap).unwrap()).map(|record| record.unwrap().what);
    let packets = records.filter(|what| matches!(what, What::Packet { .. }));
    assert_eq!(packets.count(), 1);
}

#[test]
fn nobody_is_advised_to_use_tls_who_does() {
    let world = World::new();
    let (to, plain) = (world.to_broker(), world.plain.to_string());
    for (options, advised) in [(&to[..], false), (&["--to", &*plain], true)] {
        let running = proxy(&[options, &["--lint"]].concat());
        world::talk(&running);
        let (code, stdout, _) = running.interrupt();
        assert_eq!((code, stdout.contains("password-without-tls")), (Some(0), advised), "{stdout}");
        assert!(stdout.contains("5 packets on 1 connection: no broken rules"), "{stdout}");
    }
}

/// The events that are told of a client that does not get through.
fn events(world: &World, options: &[&str], over_tls: bool) -> String {
    let mut running = proxy(options);
    if over_tls {
        assert!(world.talk_over_tls(&running).is_err());
    } else {
        world::knock(&running);
    }
    let told = running.stdout_until("closed the Network Connection");
    running.interrupt();
    told
}

#[test]
fn it_is_said_why_there_is_no_tls_with_the_broker() {
    let world = World::new();
    let to = world.to_broker();
    let (address, plain) = (world.secured.to_string(), world.plain.to_string());
    let tells = |options: &[&str], what: &[&str]| {
        let told = events(&world, &[&["--width", "1000"], options].concat(), false);
        assert!(what.iter().all(|what| told.contains(what)), "{told}");
    };
    let other = ["--to", to[1], "--cafile", &world.other_authority];
    tells(&other, &["no TLS with the broker at localhost:", "no authority that is trusted here"]);
    let by_address = ["--to", &address, "--cafile", &world.authority];
    let wrong_name = ["called 127.0.0.1", "is for localhost", "--server-name says by which name"];
    tells(&by_address, &wrong_name);
    let plain_broker = ["--to", &plain, "--cafile", &world.authority];
    tells(&plain_broker, &["the server closed the connection in the middle of the handshake"]);

    let named = [&by_address[..], &["--server-name", "localhost"]].concat();
    let running = proxy(&named);
    world::talk(&running);
}

#[test]
fn it_is_said_why_there_is_no_tls_with_the_client() {
    let world = World::new();
    let (plain, from) = (world.plain.to_string(), world.shown());
    let options = [&["--width", "1000", "--to", &plain], &from[..]].concat();
    let told = events(&world, &options, false);
    assert!(told.contains("no TLS with the client: what came is not TLS"), "{told}");

    let told = events(&world, &["--width", "1000", "--to", &plain], true);
    assert!(told.contains("the client speaks TLS, and this proxy does not"), "{told}");
    assert!(!told.contains("CONNECT"), "bytes of TLS are no packets: {told}");
}

#[test]
fn options_that_do_not_fit_together_are_wrong_usage() {
    let world = World::new();
    let (authority, key) = (&*world.authority, &*world.key);
    let keys = world.path("none.txt");
    for (arguments, told) in [
        (&["--session-keys", &*keys][..], "--session-keys needs TLS"),
        (&["--server-name", "localhost"], "--cafile"),
        (&["--listen-cert", authority], "--listen-key"),
        (&["--listen-cert", authority, "--listen-key", key], "does not belong to the certificate"),
        (&["--cafile", key], "there is no certificate in it"),
    ] {
        let output = peer::tracer().arg("proxy").args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(told), "{said}");
    }
    assert!(!fs::exists(&keys).unwrap());
}

/// A proxy with these options, on a free port.
fn proxy(options: &[&str]) -> Running {
    let listen = ["proxy", "--listen", "127.0.0.1:0", "--detail", "line"];
    Running::start(&[&listen[..], options].concat())
}
