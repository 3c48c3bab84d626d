//! The brokers that are measured, and how a process of each is started and ended.

use std::env;
use std::fmt;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Failure;

/// How long a broker may take until it listens.
const START: Duration = Duration::from_secs(10);

/// How often it is looked whether it does.
const A_LITTLE: Duration = Duration::from_millis(5);

/// What the lab's broker is told: the limits that protect it would end some kinds of work.
const OURS: &str = "--listen 127.0.0.1:{port} --max-connections 100000 --in-flight 1000 \
    --max-retained-messages 1000000 --max-retained-bytes 1000000000 \
    --max-queued-messages 1000000 --max-queued-bytes 1000000000 \
    --max-unread-bytes 1000000000 --max-total-buffered-bytes 2000000000 \
    --max-total-session-bytes 2000000000";

/// The same for mosquitto. It is to write nothing about itself meanwhile.
const MOSQUITTO: &str = "listener {port} 127.0.0.1\nallow_anonymous true\nsys_interval 0\n\
    log_dest none\nmax_queued_messages 0\nmax_inflight_messages 1000\nset_tcp_nodelay true\n";

/// A broker to measure.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    name: String,
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    /// Words of a command, with `{port}` in them.
    Command(Vec<String>),
    /// mosquitto at this path, which wants a file.
    Mosquitto(&'static str),
    Running(SocketAddr, Option<u32>),
}

/// A broker that listens. It ends with this value.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    /// Its process, if it is known.
    pub(crate) pid: Option<u32>,
    child: Option<Child>,
    /// Where its files are.
    _folder: Option<TempDir>,
}

impl Subject {
    /// The lab's broker, built as it is now.
    pub(crate) fn ours(features: &str) -> Result<Self, Failure> {
        let mut build = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
        build.args(["build", "--quiet", "--release", "--package", "broker"]);
        if !build.args(["--features", features]).status()?.success() {
            return Err("the lab's broker could not be built".into());
        }
        // It lies beside this program, since both are built with --release.
        let path =
            env::current_exe()?.with_file_name("broker").with_extension(env::consts::EXE_EXTENSION);
        let path = path.into_os_string().into_string().map_err(|_| "a path that is no text")?;
        let words = std::iter::once(path).chain(OURS.split_whitespace().map(str::to_owned));
        Ok(Self { name: "ours".to_owned(), how: How::Command(words.collect()) })
    }

    pub(crate) fn mosquitto() -> Result<Self, Failure> {
        let path = mosquitto_path().ok_or("mosquitto is not installed: apt install mosquitto")?;
        Ok(Self { name: "mosquitto".to_owned(), how: How::Mosquitto(path) })
    }

    /// A broker by its command.
    pub(crate) fn command(command: &str) -> Self {
        let words: Vec<_> = command.split_whitespace().map(str::to_owned).collect();
        let first = words.first().map_or("", String::as_str);
        let name = first.rsplit('/').next().unwrap_or(first).to_owned();
        Self { name, how: How::Command(words) }
    }

    /// A broker that somebody else started.
    pub(crate) fn running(address: SocketAddr, pid: Option<u32>) -> Self {
        Self { name: address.to_string(), how: How::Running(address, pid) }
    }
}

/// Whether mosquitto is installed.
pub(crate) fn finds_mosquitto() -> bool {
    mosquitto_path().is_some()
}

/// Where it is. Debian installs it where only administrators look.
fn mosquitto_path() -> Option<&'static str> {
    ["mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"].into_iter().find(|path| {
        let help =
            Command::new(path).arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status();
        help.is_ok()
    })
}

impl Running {
    /// Starts a process of this broker, and waits until it listens.
    pub(crate) fn start(subject: &Subject) -> Result<Self, Failure> {
        match &subject.how {
            How::Running(address, pid) => {
                Ok(Self { address: *address, pid: *pid, child: None, _folder: None })
            }
            How::Command(words) => {
                let address = free_address()?;
                let port = address.port().to_string();
                let mut words = words.iter().map(|word| word.replace("{port}", &port));
                let mut command = Command::new(words.next().ok_or("a command without words")?);
                Self::spawn(command.args(words), address, None)
            }
            How::Mosquitto(path) => {
                let address = free_address()?;
                let folder = tempfile::tempdir()?;
                let file = folder.path().join("mosquitto.conf");
                fs::write(&file, MOSQUITTO.replace("{port}", &address.port().to_string()))?;
                Self::spawn(Command::new(path).arg("-c").arg(file), address, Some(folder))
            }
        }
    }

    fn spawn(
        command: &mut Command,
        address: SocketAddr,
        folder: Option<TempDir>,
    ) -> Result<Self, Failure> {
        // What it says to people is not read here, and must not hold it up.
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let pid = Some(child.id());
        let mut running = Self { address, pid, child: Some(child), _folder: folder };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = running.child.as_mut().and_then(|it| it.try_wait().transpose()) {
                return Err(format!("{command:?} ended before it listened: {}", status?).into());
            }
            if start.elapsed() > START {
                return Err(format!("{command:?} does not listen on {address}").into());
            }
            thread::sleep(A_LITTLE);
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill().and_then(|()| child.wait()); // it may be gone already
        }
    }
}

/// Where nobody listens now.
fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
