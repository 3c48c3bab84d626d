//! What this build of the lab leaves out, and who does it instead.
//!
//! The first run of the lab needs no TLS, and is built without it. Whoever asks for it later gets it all
//! the same: the command line goes on to a lab that is built with it.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Command, ExitCode};

use tracer::output::{Failure, exit_code};

/// Has cargo build and run a lab with TLS, with the arguments of this process. Ends as that one ends.
pub(super) fn to_a_lab_with_tls() -> ExitCode {
    let command = ["run", "--quiet", "--package", "lab", "--features", "tls", "--"];
    // Where standard error is closed, nobody is left to tell.
    let _ = writeln!(
        io::stderr(),
        "lab: this needs a TLS library, so a lab that has one is built and run: cargo {} …",
        command.join(" ")
    );
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    match Command::new(cargo).args(command).args(env::args_os().skip(1)).status() {
        Ok(status) => status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            let told =
                format!("cannot run cargo: {error}; in the folder of the lab, type it yourself");
            exit_code("lab", Err(Failure::Wrong(Some(told))))
        }
    }
}
