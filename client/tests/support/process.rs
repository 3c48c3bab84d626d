//! The command, as a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

/// `client` with these arguments.
pub(crate) fn client(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("client"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A `client` whose SUBACK has come.
pub(crate) struct Subscriber {
    child: Child,
    /// What it says on standard error from there on.
    said: JoinHandle<String>,
}

/// `client sub` at this port, whose SUBACK has come.
pub(crate) fn subscriber(port: &str, arguments: &[&str]) -> Subscriber {
    Subscriber::start(&[&["sub", "-p", port], arguments].concat())
}

impl Subscriber {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = client(&[arguments, &["-d", "--detail", "line"]].concat());
        let mut child = command.spawn().unwrap();
        let mut trace = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("SUBACK") {
            line.clear();
            assert!(trace.read_line(&mut line).unwrap() > 0, "it ended before SUBACK came");
        }
        let said = thread::spawn(move || {
            let mut said = String::new();
            trace.read_to_string(&mut said).unwrap();
            said
        });
        Self { child, said }
    }

    /// What it printed on standard output until its good end, and what it said on standard error.
    pub(crate) fn end(mut self) -> (String, String) {
        let mut printed = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        let said = self.said.join().unwrap();
        assert!(self.child.wait().unwrap().success(), "{said}");
        (printed, said)
    }
}

/// What a subscriber printed until its good end.
pub(crate) fn printed(subscriber: Subscriber) -> String {
    subscriber.end().0
}
