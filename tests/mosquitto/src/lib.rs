//! mosquitto as a broker, for tests that need a peer: on a free port of the loopback, until the test
//! ends. Such tests are ignored unless asked for, since not every machine has it.
#![allow(clippy::missing_panics_doc)] // a test ends where it fails

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A mosquitto that listens. It does not outlive this value.
#[derive(Debug)]
pub struct Mosquitto {
    address: SocketAddr,
    process: Child,
}

impl Mosquitto {
    /// One with its defaults: everybody of this machine may come in.
    pub fn start() -> Self {
        let address = free_address();
        Self::run(address, &["-p", &address.port().to_string()])
    }

    /// One with these lines in its configuration, behind the one that opens its port. The configuration is
    /// written to `folder`.
    pub fn configured(folder: &Path, lines: &str) -> Self {
        let (address, path) = (free_address(), folder.join("mosquitto.conf"));
        // Started by root, it would become somebody who may not read the files of the test.
        let user = std::env::var("USER").unwrap_or_else(|_| "root".to_owned());
        let listener = format!("listener {} {}", address.port(), address.ip());
        std::fs::write(&path, format!("user {user}\n{listener}\n{lines}\n"))
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        Self::run(address, &["-c", &path.to_string_lossy()])
    }

    fn run(address: SocketAddr, arguments: &[&str]) -> Self {
        let mut process = Command::new("mosquitto")
            .arg("-v")
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("mosquitto is not installed: {error}"));
        let log = process.stderr.take().map(BufReader::new);
        let mut lines = log.into_iter().flat_map(|log| log.lines().map_while(Result::ok));
        // Its warning about "clients running on this machine" comes before it listens.
        assert!(lines.any(|line| line.ends_with(" running")), "mosquitto did not start");
        std::thread::spawn(move || lines.for_each(drop)); // it must not block on its log
        Self { address, process }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port of that.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody has. Somebody could take it before mosquitto does; nobody on a test machine will.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .unwrap_or_else(|error| panic!("no free port: {error}"))
}
