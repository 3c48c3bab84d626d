//! The `broker` command, as a process that can be killed.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};

/// A broker with a store, and where it listens.
pub(crate) struct Process {
    child: Child,
    out: BufReader<ChildStdout>,
    error: ChildStderr,
    pub(crate) address: SocketAddr,
}

/// How a process ended, and what it said on standard error.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) log: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts one, on a free port, and waits until it listens.
    pub(crate) fn start(store: &Path, arguments: &[&str]) -> Self {
        Self::try_start(store, arguments).unwrap_or_else(|ended| panic!("{ended:?}"))
    }

    /// The same; an error if it ends instead.
    pub(crate) fn try_start(store: &Path, arguments: &[&str]) -> Result<Self, Ended> {
        let mut child = command(store, arguments).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut error = child.stderr.take().unwrap();
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        match line.strip_prefix("listening on ") {
            Some(address) => {
                let address = address.trim().parse().unwrap();
                Ok(Self { child, out, error, address })
            }
            None => Err(ended(&mut child, &mut error)),
        }
    }

    /// Starts one, and kills it while it is still about to begin.
    pub(crate) fn start_in_vain(store: &Path) {
        let mut child = command(store, &[]).spawn().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// `kill -9`: it has no time for anything.
    pub(crate) fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        ended(&mut self.child, &mut self.error)
    }

    /// SIGTERM: it has time to end well.
    pub(crate) fn stop(mut self) -> Ended {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        ended(&mut self.child, &mut self.error)
    }
}

fn command(store: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("broker"));
    command.args(["--listen", "127.0.0.1:0", "--store"]).arg(store).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ended(child: &mut Child, error: &mut ChildStderr) -> Ended {
    let mut log = String::new();
    error.read_to_string(&mut log).unwrap();
    Ended { status: child.wait().unwrap(), log }
}
