//! What this build of the tracer leaves out, and who does it instead.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{self, Command};

use tracer::output::Failure;

/// Has cargo build and run a tracer with these features, the terminal view among them, with the arguments of
/// this process. Ends as that one ends.
pub(super) fn to_a_tracer_with(features: &str) -> Result<(), Failure> {
    let command = ["run", "--quiet", "--package", "tracer", "--features", features, "--"];
    writeln!(
        io::stderr(),
        "tracer: the view needs a terminal library, so a tracer that has one is built and run: \
         cargo {} …",
        command.join(" ")
    )?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    match Command::new(cargo).args(command).args(env::args_os().skip(1)).status() {
        Ok(status) => process::exit(status.code().unwrap_or(1)),
        Err(error) => Err(Failure::Wrong(Some(format!(
            "cannot run cargo: {error}; in the folder of the lab, type it yourself"
        )))),
    }
}
