//! mosquitto as a broker.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use client::Options;
use wire::Text;

/// A mosquitto on a free port of the loopback, which ends with the test.
pub(crate) struct Mosquitto {
    process: Child,
    pub(crate) port: u16,
}

impl Mosquitto {
    pub(crate) fn start() -> Self {
        let port = free_port();
        Self::run(port, &["-p", &port.to_string()])
    }

    /// With these lines in its configuration, which is written to this directory.
    pub(crate) fn configured(directory: &Path, lines: &str) -> Self {
        let (port, path) = (free_port(), directory.join("mosquitto.conf"));
        // Started by root, it would become somebody who may not read the files of the test.
        let user = std::env::var("USER").unwrap_or_else(|_| "root".to_owned());
        let text = format!("user {user}\nlistener {port} 127.0.0.1\n{lines}\n");
        std::fs::write(&path, text).unwrap();
        Self::run(port, &["-c", path.to_str().unwrap()])
    }

    fn run(port: u16, arguments: &[&str]) -> Self {
        let mut process = Command::new("mosquitto")
            .arg("-v")
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        while !line.trim_end().ends_with(" running") {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "mosquitto did not start");
        }
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { process, port }
    }

    pub(crate) fn options(&self, name: &str) -> Options {
        Options::new("127.0.0.1", self.port, Text::new(name.to_owned()).unwrap())
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
