//! `lab book`: read the book. It is a package of its own, which nobody compiles who does not ask for it.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;

use super::hand_over;

/// Read the book in the browser, where its scenarios run
#[derive(Args)]
#[command(after_help = "\
Examples:
  lab book                           serve it on this machine, and open it
  lab book --open MQTT-3.1.2-24      … at a rule, a field, a packet or a chapter
  lab book build --to site           pages that need no server and no network
  lab book -- --help                 all that it can do")]
pub(super) struct ReadBook {
    /// --open PLACE, --no-open, --port PORT, or build [--to FOLDER]
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    arguments: Vec<OsString>,
}

impl ReadBook {
    pub(super) fn run(&self) -> ExitCode {
        hand_over::to_cargo(
            "the book is a package of its own, which is built",
            &["book"],
            &self.arguments,
        )
    }
}
