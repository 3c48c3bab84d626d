//! The brokers that are measured, and how each is told to start.

use std::env;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::ValueEnum;

use crate::Failure;

/// What the lab's broker is told: the limits that protect it would end some kinds of work.
const OURS: &str = "--listen 127.0.0.1:{port} --max-connections 100000 --in-flight 1000 \
    --max-retained-messages 1000000 --max-retained-bytes 1000000000 \
    --max-queued-messages 1000000 --max-queued-bytes 1000000000 \
    --max-unread-bytes 1000000000 --max-total-buffered-bytes 2000000000 \
    --max-total-session-bytes 2000000000";

/// The same for mosquitto. It is to write nothing about itself meanwhile.
const MOSQUITTO: Settings = Settings {
    arguments: &["-c", "{folder}/mosquitto.conf"],
    file: "mosquitto.conf",
    text: "listener {port} 127.0.0.1\nallow_anonymous true\nsys_interval 0\nlog_dest none\n\
        max_queued_messages 0\nmax_inflight_messages 1000\nset_tcp_nodelay true\n",
};

/// The same for rumqttd. What is not about limits is as in the file that comes with it.
const RUMQTTD: Settings = Settings {
    arguments: &["--quiet", "--config", "{folder}/rumqttd.toml"],
    file: "rumqttd.toml",
    text: "id = 0\n\
        [router]\nid = 0\nmax_connections = 100000\nmax_outgoing_packet_count = 200\n\
        max_segment_size = 104857600\nmax_segment_count = 10\n\
        [v4.1]\nname = \"load\"\nlisten = \"127.0.0.1:{port}\"\nnext_connection_delay_ms = 0\n\
        [v4.1.connections]\nconnection_timeout_ms = 60000\nmax_payload_size = 1000000\n\
        max_inflight_count = 1000\ndynamic_filters = true\n",
};

/// The brokers that are known by name.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Known {
    /// The lab's broker, built as it is now
    Ours,
    Mosquitto,
    Rumqttd,
    /// Ours, built without what tracing needs
    Untapped,
    /// Ours, with --trace into a file
    TraceFile,
    /// Ours, with --trace into a pipe that nobody reads
    TraceUnread,
    /// Ours, with --pcap into a file
    PcapFile,
    /// Ours, with --trace-to a tracer that reads nothing
    StreamUnread,
}

/// A broker to measure.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    name: String,
    pub(crate) how: How,
}

/// How a broker comes to run.
#[derive(Clone, Debug)]
pub(crate) enum How {
    /// By a command.
    Started(Start),
    /// Somebody else started it.
    Running(SocketAddr, Option<u32>),
}

/// How a process is started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Start {
    /// The program and its arguments, and in them: `{port}` to listen on, `{folder}` that is there as long
    /// as the process, `{unread}` for the address of somebody who takes connections and reads nothing.
    pub(crate) words: Vec<String>,
    /// A file that it wants in its folder: its name and its text, with a port in it.
    pub(crate) file: Option<(&'static str, &'static str)>,
    pub(crate) output: Output,
}

/// What becomes of standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Output {
    #[default]
    Nowhere,
    /// The file [`TRACE`] in the folder.
    File,
    /// Nobody reads it.
    Unread,
}

/// The file in the folder of a broker that has its trace.
pub(crate) const TRACE: &str = "trace";

/// What a broker wants to be told in a file.
struct Settings {
    arguments: &'static [&'static str],
    file: &'static str,
    text: &'static str,
}

impl Known {
    /// Ours, and all others that are installed.
    pub(crate) fn installed() -> Vec<Self> {
        let others = [Self::Mosquitto, Self::Rumqttd].into_iter();
        let others = others.filter(|known| known.path().is_some());
        std::iter::once(Self::Ours).chain(others).collect()
    }

    /// Where an installed one is. Debian puts mosquitto where only administrators look.
    fn path(self) -> Option<&'static str> {
        let places: &[_] = match self {
            Self::Mosquitto => &["mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"],
            Self::Rumqttd => &["rumqttd"],
            _ => &[], // ours are built
        };
        places.iter().copied().find(|path| {
            let help =
                Command::new(path).arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status();
            help.is_ok()
        })
    }
}

impl Subject {
    /// A broker that is known by name. The lab's own is built here, with these features beside its
    /// default ones.
    pub(crate) fn known(known: Known, features: &str) -> Result<Self, Failure> {
        let name =
            known.to_possible_value().map_or_else(String::new, |it| it.get_name().to_owned());
        let ours = |arguments: &str, output| {
            let words = format!("{} {OURS} {arguments}", built(features, known)?);
            let words = words.split_whitespace().map(str::to_owned).collect();
            Ok::<_, Failure>(Start { words, output, ..Start::default() })
        };
        let others = |settings: Settings, advice| {
            let path = known.path().ok_or_else(|| format!("{name} is not installed: {advice}"))?;
            let words = std::iter::once(&path).chain(settings.arguments);
            let words = words.map(|word| (*word).to_owned());
            let file = Some((settings.file, settings.text));
            Ok(Start { words: words.collect(), file, ..Start::default() })
        };
        let start = match known {
            Known::Ours | Known::Untapped => ours("", Output::Nowhere),
            Known::TraceFile => ours("--trace", Output::File),
            Known::TraceUnread => ours("--trace", Output::Unread),
            Known::PcapFile => ours(&format!("--pcap {{folder}}/{TRACE}"), Output::Nowhere),
            Known::StreamUnread => ours("--trace-to {unread}", Output::Nowhere),
            Known::Mosquitto => others(MOSQUITTO, "apt install mosquitto"),
            Known::Rumqttd => others(RUMQTTD, "cargo install rumqttd"),
        };
        Ok(Self { name, how: How::Started(start?) })
    }

    /// A broker by its command.
    pub(crate) fn command(command: &str) -> Self {
        let words: Vec<_> = command.split_whitespace().map(str::to_owned).collect();
        let program = words.first().and_then(|word| Path::new(word).file_name());
        let name = program.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Self { name, how: How::Started(Start { words, ..Start::default() }) }
    }

    /// A broker that somebody else started.
    pub(crate) fn running(address: SocketAddr, pid: Option<u32>) -> Self {
        Self { name: address.to_string(), how: How::Running(address, pid) }
    }
}

/// Builds the lab's broker, and tells where it is: beside this program, since both are built with
/// --release. Without the tap, all that it consists of is built anew, in a folder of its own.
fn built(features: &str, known: Known) -> Result<String, Failure> {
    let mut build = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    build.args(["build", "--quiet", "--release", "--package", "broker", "--features", features]);
    let program = env::current_exe()?;
    let mut folder = program.parent().ok_or("a program in no folder")?.to_path_buf();
    if known == Known::Untapped {
        let target = folder.with_file_name("untapped");
        build.arg("--target-dir").arg(&target).env("RUSTFLAGS", "--cfg untapped");
        folder = target.join("release");
    }
    if !build.status()?.success() {
        return Err("the lab's broker could not be built".into());
    }
    let path = folder.join("broker").with_extension(env::consts::EXE_EXTENSION);
    Ok(path.into_os_string().into_string().map_err(|_| "a path that is no text")?)
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
