//! The command line.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::Failure;
use crate::subject::{Known, Subject};
use crate::work::Work;

/// Measure what a broker costs under load, beside other brokers
#[derive(Parser)]
#[command(
    name = "load",
    version,
    after_help = "\
Kinds of work, each with the number that it can have behind a dash:
  qos0, qos1, qos2   one publisher, one subscriber, as fast as it goes; payloads of so many bytes
  fan-out            one publisher, so many subscribers, as fast as it goes
  fan-in             so many publishers, one subscriber, as fast as it goes
  paced              so many messages a second at QoS 0
  one-in-flight      QoS 1; the next message when the last one has come and is acknowledged
  connects           so many clients that come and go
  idle               so many clients that are there and do nothing
  wildcards          a publish among so many subscriptions with wildcards
  clients            one publisher, one subscriber among so many clients that do nothing
  topics             one publisher of so many topics, one subscriber of all of them
  packets            one publisher, one subscriber, so many messages
  retained           so many retained messages, to a subscriber of #
  queued             so many messages that waited for a client that was away

Examples:
  cargo run --release -p load
  cargo run --release -p load -- qos0 fan-out-1000 --rounds 5
  cargo run --release -p load -- --growth --broker ours --broker mosquitto
  cargo run --release -p load -- qos0 paced --broker ours --broker untapped --broker pcap-file
  cargo run --release -p load -- qos1 --broker ours --broker-command 'another --port {port}'
  cargo run --release -p load -- idle-10000 --broker ours --format json
  taskset -c 0 cargo run --release -p load -- qos0 qos1 qos2

Exit codes: 0 measured, 1 something could not be measured, 2 wrong usage."
)]
pub(crate) struct Options {
    /// What the brokers are put under; all that a goal is set for if nothing is named
    #[arg(value_name = "WORK")]
    works: Vec<Work>,
    /// How the cost grows with the number of clients, topics, subscriptions, retained messages, packets
    #[arg(long, conflicts_with = "works")]
    growth: bool,
    /// A broker to measure; all that are installed if none is named
    #[arg(long, value_enum, value_name = "NAME")]
    broker: Vec<Known>,
    /// Another one, by the command that starts it; {port} becomes the port to listen on
    #[arg(long, value_name = "COMMAND")]
    broker_command: Vec<String>,
    /// One that runs already; its processor time and memory are known with --pid alone
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<SocketAddr>,
    /// The process that listens at --address
    #[arg(long, value_name = "NUMBER", requires = "address")]
    pid: Option<u32>,
    /// The features that the lab's broker is built with, beside its default ones
    #[arg(long, value_name = "NAMES", default_value = "")]
    features: String,
    /// How often each is measured; the table has the medians
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) rounds: u32,
    /// How many seconds work lasts that goes on until it is stopped
    #[arg(long, value_name = "NUMBER", default_value_t = 2.0, value_parser = seconds)]
    seconds: f64,
    /// How the figures are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

impl Options {
    /// What to put the brokers under.
    pub(crate) fn works(&self) -> Vec<Work> {
        match &*self.works {
            [] if self.growth => Work::growth(),
            [] => Work::all(),
            works => works.to_vec(),
        }
    }

    /// How long work lasts that goes on until it is stopped.
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// The brokers to measure. Ours is built here, if it is among them.
    pub(crate) fn subjects(&self) -> Result<Vec<Subject>, Failure> {
        let mut known = self.broker.clone();
        if known.is_empty() && self.broker_command.is_empty() && self.address.is_none() {
            known = Known::installed();
        }
        let subjects = known.into_iter().map(|known| Subject::known(known, &self.features));
        let mut subjects: Vec<_> = subjects.collect::<Result<_, _>>()?;
        subjects.extend(self.broker_command.iter().map(|command| Subject::command(command)));
        subjects.extend(self.address.map(|address| Subject::running(address, self.pid)));
        Ok(subjects)
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.1..=600.0).contains(seconds));
    seconds.ok_or_else(|| "a number of seconds from 0.1 to 600".to_owned())
}
