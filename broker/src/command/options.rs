//! The options of the command.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use broker::{Settings, Store};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use tracer::output::{Failure, OutputOptions, address};

use super::admission::AdmissionOptions;
use super::limits::LimitOptions;

/// A minimal MQTT 3.1.1 broker, made for reading
#[derive(Parser)]
#[command(
    name = "broker",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  broker
  broker --trace
  broker --trace --detail explain
  broker --pcap traffic.pcapng
  broker --listen 0.0.0.0:1883 --max-packet-size 65536
  broker --listen 127.0.0.1:0 --trace --format json

Let in only who knows a password:
  broker passwd users.txt paolo
  broker --password-file users.txt

Let clients do only what is permitted to them:
  printf 'paolo publish sensors/#\\n* subscribe sensors/#\\n' > permissions.txt
  broker --password-file users.txt --allow-anonymous --permissions permissions.txt

Speak TLS as well, and keep the session keys, so that Wireshark can decrypt a capture:
  broker cert
  SSLKEYLOGFILE=keys.txt broker --tls-listen 127.0.0.1:8883 --cert server.pem --key server.key

Keep retained messages, sessions and what waits in them, whatever ends the broker:
  broker --store data

The first line on standard output says where it listens, a second one where it listens for TLS. \
Ctrl+C stops it.
Exit codes: 0 stopped, 1 it cannot listen, or a file or the store cannot be used, 2 wrong usage."
)]
pub(super) struct Options {
    #[command(subcommand)]
    pub(super) task: Option<Task>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", value_parser = address, default_value = "127.0.0.1:1883")]
    listen: SocketAddr,
    #[command(flatten)]
    pub(super) trace: TraceOptions,
    #[command(flatten)]
    pub(super) output: OutputOptions,
    #[command(flatten)]
    admission: AdmissionOptions,
    #[cfg(feature = "tls")]
    #[command(flatten)]
    tls: super::security::TlsOptions,
    #[cfg(feature = "store")]
    #[command(flatten)]
    store: super::storing::StoreOptions,
    #[command(flatten)]
    limits: LimitOptions,
}

/// Who sees what passes.
#[derive(Args)]
pub(super) struct TraceOptions {
    /// Show every packet, and what the broker decides, on standard output
    #[arg(long)]
    pub(super) trace: bool,
    /// Stream every packet to a tracer that listens there
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(super) trace_to: Option<SocketAddr>,
    /// Write every packet to a capture file, for Wireshark and tracer read
    #[arg(long, value_name = "FILE")]
    pub(super) pcap: Option<PathBuf>,
}

/// What else can be asked of the command than to serve.
#[derive(Subcommand)]
pub(super) enum Task {
    #[cfg(feature = "passwords")]
    Passwd(super::passwd::Passwd),
    #[cfg(feature = "certificates")]
    Cert(super::cert::Cert),
}

impl Task {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match *self {
            #[cfg(feature = "passwords")]
            Self::Passwd(ref passwd) => passwd.run(),
            #[cfg(feature = "certificates")]
            Self::Cert(ref cert) => cert.run(),
        }
    }
}

impl Options {
    /// The arguments of this process. Wrong ones end it.
    pub(super) fn of_this_process() -> Self {
        // How packets are shown concerns the broker alone, not its subcommands.
        let command = Self::command().mut_args(|argument| argument.global(false));
        Self::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
    }

    /// What a [`broker::Server`] is told, but for the tap.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings { listen: self.listen, ..Settings::default() };
        self.limits.apply(&mut settings);
        self.admission.apply(&mut settings)?;
        #[cfg(feature = "tls")]
        {
            settings.tls = self.tls.tls()?;
        }
        Ok(settings)
    }

    /// Where everything is kept that has to outlive the broker; `None` for nowhere.
    #[cfg_attr(not(feature = "store"), allow(clippy::unused_self, clippy::unnecessary_wraps))]
    pub(super) fn store(&self) -> Result<Option<Arc<dyn Store>>, Failure> {
        #[cfg(feature = "store")]
        return self.store.open();
        #[cfg(not(feature = "store"))]
        Ok(None)
    }
}

#[cfg(all(test, feature = "passwords", feature = "tls"))]
mod tests {
    use lab::{Action, SCENARIOS, Tools};

    use super::*;

    /// `lab scenario --by-hand` tells people to type this.
    #[test]
    fn what_scenarios_tell_people_to_type_is_understood() {
        let mut tried = 0;
        for step in SCENARIOS.iter().flat_map(|scenario| scenario.by_hand.steps) {
            if matches!(step.action, Action::Broker(_) | Action::FullBroker(_)) {
                let words = step.action.words(Tools::Lab).unwrap();
                let own = words.iter().skip_while(|word| **word != "--").skip(1);
                let line: Vec<_> = ["broker"].iter().chain(own).collect();
                if let Err(error) = Options::try_parse_from(&line) {
                    panic!("{line:?}: {error}");
                }
                tried += 1;
            }
        }
        assert_eq!(tried, SCENARIOS.len(), "each has one broker");
    }
}
