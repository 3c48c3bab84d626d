//! `tracer view` in a real terminal: tmux has one, types into it and tells what stands on it.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod common;
mod peer;
#[path = "proxy_tls/world.rs"]
#[allow(dead_code)] // the proxy's own tests talk more
mod world;

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use bytes::Bytes;
use common::{bytes, connect, passes, publish};
use tap::Direction::{ToClient, ToServer};
use tap::Tap;
use tracer::capture::CaptureFile;
use world::World;

/// A terminal of 80 × 24 that runs one command, in a tmux of its own.
struct Terminal {
    socket: String,
}

impl Terminal {
    fn run(name: &str, folder: &Path, command: &str) -> Self {
        let socket = folder.join(format!("{name}.tmux")).to_str().unwrap().to_owned();
        let terminal = Self { socket };
        // Behind the command a shell waits, so that what it leaves behind is seen.
        let command = format!("{command}; echo \"left with $?\"; read -r _");
        let size = ["-x", "80", "-y", "24"];
        terminal.tmux(&[&["new-session", "-d"], &size[..], &[&command]].concat());
        terminal
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        let output = Command::new("tmux")
            .args(["-f", "/dev/null", "-S", &self.socket])
            .args(arguments)
            .output();
        let output = output.expect("tmux is installed");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        output
    }

    fn keys(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    fn screen(&self) -> String {
        String::from_utf8(self.tmux(&["capture-pane", "-p"]).stdout).unwrap()
    }

    /// The screen, as soon as this stands on it.
    fn await_text(&self, wanted: &str) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(wanted) {
                return screen;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "no '{wanted}' in\n{screen}");
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = Command::new("tmux").args(["-S", &self.socket, "kill-server"]).status();
    }
}

/// A capture of a client that publishes.
fn capture(folder: &Path) -> String {
    let path = folder.join("traffic.pcapng");
    let file = CaptureFile::create(&path).unwrap();
    for record in [
        passes(0, 1, ToServer, bytes(connect())),
        passes(412, 1, ToClient, Bytes::from_static(b"\x20\x02\0\0")),
        passes(2000, 1, ToServer, bytes(publish())),
    ] {
        file.record(record);
    }
    file.finish().unwrap();
    path.to_str().unwrap().to_owned()
}

fn view(capture: &str) -> String {
    let tracer = assert_cmd::cargo::cargo_bin!("tracer");
    format!("'{}' view '{capture}'", tracer.display())
}

#[test]
#[ignore = "needs tmux"]
fn packets_are_walked_through_and_copied() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = Terminal::run("walk", folder.path(), &view(&capture(folder.path())));
    terminal.await_text("#1 CONNECT");
    terminal.keys(&["End"]);
    terminal.await_text("#3 PUBLISH");
    terminal.keys(&["Tab", "Down", "Down"]);
    let screen = terminal.await_text("mqtt.qos");
    assert!(screen.contains("Kept until PUBACK comes"), "{screen}");
    terminal.keys(&["y"]);
    terminal.await_text("34 bytes copied as hex");
    terminal.keys(&["/", "c", "o", "n", "n", "a", "c", "k"]);
    terminal.await_text("1 of 3 lines");
    terminal.keys(&["Enter", "q"]);
    let screen = terminal.await_text("left with 0");
    assert!(screen.contains("32 20 00 18 68 6f 6d 65"), "what was copied is printed: {screen}");
    assert!(!screen.contains("CONNACK"), "the view leaves nothing behind: {screen}");
}

#[test]
#[ignore = "needs tmux"]
fn control_c_ends_it_and_the_terminal_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let standard_input = format!("cat '{}' | {}", capture(folder.path()), view("-"));
    let terminal = Terminal::run("leave", folder.path(), &standard_input);
    terminal.await_text("#1 CONNECT");
    terminal.tmux(&["resize-window", "-x", "40", "-y", "10"]);
    terminal.await_text("make the window 50");
    terminal.tmux(&["resize-window", "-x", "100", "-y", "30"]);
    terminal.await_text("3.1.2.1");
    terminal.keys(&["C-c"]);
    let screen = terminal.await_text("left with 0");
    assert!(!screen.contains("CONNECT"), "{screen}");
    let modes = "#{alternate_on}#{mouse_any_flag}#{cursor_flag}";
    let modes = terminal.tmux(&["display-message", "-p", modes]);
    assert_eq!(modes.stdout, b"001\n", "no alternate screen, no mouse, a cursor");
}

/// A stranger's signal, where Ctrl+C is a key.
#[test]
#[ignore = "needs tmux"]
fn a_signal_ends_it_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let command = format!("{} & echo $! > pid; wait $!", view(&capture(folder.path())));
    let command = format!("cd '{}'; {command}", folder.path().display());
    let terminal = Terminal::run("signal", folder.path(), &command);
    terminal.await_text("#1 CONNECT");
    let process = std::fs::read_to_string(folder.path().join("pid")).unwrap();
    assert!(Command::new("kill").arg(process.trim()).status().unwrap().success());
    let screen = terminal.await_text("left with 0");
    assert!(!screen.contains("CONNECT"), "{screen}");
}

#[test]
#[ignore = "needs tmux"]
fn what_passes_a_proxy_is_seen_when_it_passes() {
    let folder = tempfile::tempdir().unwrap();
    let broker = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let tracer = assert_cmd::cargo::cargo_bin!("tracer");
    let to = broker.local_addr().unwrap();
    let command = format!("'{}' view --proxy 127.0.0.1:0 --to {to}", tracer.display());
    let terminal = Terminal::run("proxy", folder.path(), &command);
    let screen = terminal.await_text("nothing has come yet");
    let address = screen.split("proxy ").nth(1).unwrap().split(' ').next().unwrap();
    let mut client = TcpStream::connect(address).unwrap();
    let (mut server, _) = broker.accept().unwrap();
    client.write_all(&bytes(connect())).unwrap();
    terminal.await_text("#1 CONNECT");
    server.write_all(b"\x20\x02\0\x05").unwrap();
    terminal.await_text("refused: not authorized");
    drop((client, server));
    terminal.await_text("closed the Network");
    terminal.keys(&["q"]);
    terminal.await_text("left with 0");
}

#[test]
#[ignore = "needs tmux"]
fn what_passes_to_a_broker_over_tls_is_seen_as_well() {
    let world = World::new();
    let tracer = assert_cmd::cargo::cargo_bin!("tracer");
    let to = world.to_broker().join(" ");
    let command = format!("'{}' view --proxy 127.0.0.1:0 {to}", tracer.display());
    let folder = tempfile::tempdir().unwrap();
    let terminal = Terminal::run("tls", folder.path(), &command);
    let screen = terminal.await_text("nothing has come yet");
    let address = screen.split("proxy ").nth(1).unwrap().split(' ').next().unwrap();
    let mut client = TcpStream::connect(address).unwrap();
    client.write_all(&bytes(connect())).unwrap();
    let screen = terminal.await_text("accepted");
    assert!(screen.contains("between proxy and broker: TLS 1.3"), "{screen}");
}

#[test]
fn tls_is_for_a_proxy() {
    let mut tracer = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("tracer"));
    let output = tracer.args(["view", "a.pcap", "--cafile", "ca.pem"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr, "tracer: --cafile is for a proxy: add --proxy ADDRESS to listen there\n");
}

#[test]
fn a_pipe_is_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let mut tracer = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("tracer"));
    let output = tracer.args(["view", &capture(folder.path())]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("use tracer read"), "{stderr}");
}
