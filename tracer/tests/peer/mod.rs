//! Processes that tests talk to: the tracer itself, and other people's programs.
#![allow(dead_code)] // each test file uses its part

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

/// The command under test.
pub(crate) fn tracer() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("tracer"))
}

/// A tracer that listens somewhere, and tells where on standard error. It does not outlive this value.
pub(crate) struct Running {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
    /// What it said up to then, that line last.
    pub(crate) said: String,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Running {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process =
            tracer().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let mut stderr = BufReader::new(process.stderr.take().unwrap());
        let mut said = String::new();
        let mut first = 0;
        while !said[first..].starts_with("listening on ") {
            first = said.len();
            assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "it ended: {said}");
        }
        let address = said[first..].trim_start_matches("listening on ");
        let address = address.split([',', '\n']).next().unwrap().parse().unwrap();
        Self { process, address, said, stdout, stderr }
    }

    /// The next line on standard error.
    pub(crate) fn stderr_line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line
    }

    /// What comes on standard output up to the line that contains this.
    pub(crate) fn stdout_until(&mut self, wanted: &str) -> String {
        let mut text = String::new();
        loop {
            let before = text.len();
            assert_ne!(self.stdout.read_line(&mut text).unwrap(), 0, "it ended: {text}");
            if text[before..].contains(wanted) {
                return text;
            }
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Ends it as Ctrl-C does: exit code, and the rest of standard output and standard error.
    pub(crate) fn interrupt(mut self) -> (Option<i32>, String, String) {
        self.signal("INT");
        let (mut out, mut err) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        self.stderr.read_to_string(&mut err).unwrap();
        (self.process.wait().unwrap().code(), out, err)
    }
}

impl Drop for Running {
    /// Leaves nothing behind, whatever became of the test.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
