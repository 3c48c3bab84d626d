//! What Wireshark makes of TLS that went through the proxy: from a file, while it goes on, and of other
//! people's clients and brokers.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use mosquitto::Mosquitto;

use super::proxy;
use super::world::{self, World};

/// tshark on this capture, a line for each MQTT packet within TLS: its type, and marks of what is malformed.
fn tshark(from: &[&str]) -> Command {
    let mut command = Command::new("tshark");
    command.args(["-l", "-Y", "mqtt && tls", "-T", "fields", "-E", "separator=|"]);
    command.args(["-e", "mqtt.msgtype", "-e", "_ws.malformed"]);
    command.args(from).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// What a client says and is told that publishes at QoS 1.
const READ: [&str; 5] = ["1|", "2|", "3|", "4|", "14|"];

fn read(path: &str) -> Vec<String> {
    let output = tshark(&["-r", path]).output().expect("tshark is installed");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs tshark"]
fn tshark_decrypts_the_side_that_is_over_tls() {
    let world = World::new();
    let (plain, pcap) = (world.plain.to_string(), world.path("some.pcapng"));
    let (to, from) = (world.to_broker(), world.shown());
    let from_clients = [&["--to", &*plain], &from[..]].concat();
    for (options, over_tls) in [(&to[..], false), (&from_clients, true)] {
        let mut running = proxy(&[options, &["--pcap", &pcap]].concat());
        if over_tls {
            world.talk_over_tls(&running).unwrap();
        } else {
            world::talk(&running);
        }
        running.stdout_until("closed the Network Connection");
        running.interrupt();
        assert_eq!(read(&pcap), READ);
    }
    let mut running = proxy(&[&to[..], &["--pcap", &pcap, "--capture-tls", "sealed"]].concat());
    world::talk(&running);
    running.stdout_until("closed the Network Connection");
    running.interrupt();
    assert!(read(&pcap).is_empty(), "without keys nobody reads it");
}

#[test]
#[ignore = "needs tshark"]
fn tshark_decrypts_while_it_goes_on() {
    let world = World::new();
    let options = [&world.to_broker()[..], &["--wireshark", "127.0.0.1:0"]].concat();
    let mut running = proxy(&options);
    let invitation = running.stderr_line();
    let interface = invitation.trim_end().rsplit(' ').next().unwrap();
    let mut looking = tshark(&["-i", interface]).spawn().expect("tshark is installed");
    // What is said before tshark looks on is not told to it: somebody talks until it does.
    let mut lines = BufReader::new(looking.stdout.take().unwrap()).lines().map(Result::unwrap);
    let (first, told) = std::sync::mpsc::channel();
    let reading = std::thread::spawn(move || {
        let mut all = Vec::new();
        for line in &mut lines {
            let _ = first.send(()); // nobody waits for the second one
            all.push(line);
        }
        all
    });
    while told.try_recv().is_err() {
        world::talk(&running);
    }
    world::talk(&running);
    running.interrupt();
    looking.wait().unwrap();
    let lines = reading.join().unwrap();
    assert_eq!(lines[..5], READ);
    assert_eq!(lines[lines.len() - 5..], READ);
}

#[test]
#[ignore = "needs mosquitto and tshark"]
fn mosquitto_and_its_client_speak_tls_through_it() {
    let world = World::new();
    let lines = format!(
        "allow_anonymous true\ncertfile {}\nkeyfile {}\ncafile {}\nrequire_certificate true",
        world.certificate, world.key, world.authority
    );
    let folder = tempfile::tempdir().unwrap();
    let mosquitto = Mosquitto::configured(folder.path(), &lines);
    let (to, pcap) = (format!("localhost:{}", mosquitto.port()), world.path("mosquitto.pcapng"));
    let to_broker = ["--to", &to, "--cafile", &world.authority, "--pcap", &pcap];
    let shown = ["--cert", &world.certificate, "--key", &world.key];
    let from = world.shown();
    let mut running = proxy(&[&to_broker[..], &shown, &from].concat());
    let port = running.address.port().to_string();
    let publish = |port: &str| {
        let mut command = Command::new("mosquitto_pub");
        command.args(["-V", "mqttv311", "-i", "alice", "-h", "localhost", "-p", port]);
        command.args(["--cafile", &world.authority, "-t", "t", "-m", "hi", "-q", "1"]);
        command.stderr(Stdio::null()).status().expect("mosquitto_pub is installed").success()
    };
    assert!(publish(&port));
    running.stdout_until("closed the Network Connection");
    running.interrupt();
    assert_eq!(read(&pcap), READ);

    // The broker asks for a certificate, and this proxy has none to show.
    let options = [&["--width", "1000"], &to_broker[..], &from].concat();
    let mut running = proxy(&options);
    assert!(!publish(&running.address.port().to_string()));
    let told = running.stdout_until("closed the Network Connection");
    assert!(told.contains("with the alert") && told.contains("--cert and --key"), "{told}");
}
