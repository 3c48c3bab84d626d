//! A peer: a program that speaks the dialect of `README.md`.

use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// One of the clients of other people.
#[derive(Clone, Copy, Debug)]
#[allow(non_camel_case_types)] // they are called as the modules of their tests
pub(crate) enum Peer {
    paho,
    mqtt_js,
    rumqttc,
}

/// A peer that subscribes. It ends with the test.
pub(crate) struct Subscriber {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// The rules that it breaks. Asked to end while it handles a message, mqtt for Node sends DISCONNECT,
    /// and acknowledges the message behind that.
    pub(crate) fn breaks(self) -> &'static [&'static str] {
        match self {
            Self::mqtt_js => &["MQTT-3.14.4-2"],
            Self::paho | Self::rumqttc => &[],
        }
    }

    /// `pub` with these arguments: whether it went well, and what it printed.
    pub(crate) fn publish(self, arguments: &[&str]) -> (bool, String) {
        let output = self.program().arg("pub").args(arguments).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }

    /// `sub` with these arguments.
    pub(crate) fn subscribe(self, arguments: &[&str]) -> Subscriber {
        let mut child =
            self.program().arg("sub").args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Subscriber { child, lines }
    }

    fn program(self) -> Command {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        match self {
            Self::paho => {
                let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
                let mut python = Command::new(installed(target.join("peers/python/bin/python")));
                python.arg(package.join("paho/peer.py"));
                python
            }
            Self::mqtt_js => {
                let mut node = Command::new("node");
                installed(package.join("mqtt-js/node_modules/mqtt"));
                node.arg(package.join("mqtt-js/peer.mjs"));
                node
            }
            Self::rumqttc => Command::new(env!("CARGO_BIN_EXE_rumqttc-peer")),
        }
    }
}

fn installed(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} is missing: `.ci/run tools` installs it", path.display());
    path
}

impl Subscriber {
    /// The next line that it prints; `None` at its end.
    pub(crate) fn line(&mut self) -> Option<String> {
        self.lines.next().map(Result::unwrap)
    }

    /// All that it prints until its good end.
    pub(crate) fn rest(mut self) -> Vec<String> {
        let lines = self.lines.by_ref().map(Result::unwrap).collect();
        assert!(self.child.wait().unwrap().success(), "{lines:?}");
        lines
    }

    /// Waits for its SUBACK, in a session that is new.
    pub(crate) fn ready(&mut self) {
        assert_eq!(
            [self.line(), self.line()],
            ["connected 0", "ready"].map(|it| Some(it.to_owned()))
        );
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
