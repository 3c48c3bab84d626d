//! What this build of the lab leaves out, and who does it instead.
//!
//! The first run of the lab needs neither TLS nor the book, and is built without them. Whoever asks for
//! them later gets them all the same: the command line goes on to a package that is built with it.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Command, ExitCode};

use tracer::output::{Failure, exit_code};

/// Has cargo build and run a lab with TLS, with the arguments of this process. Ends as that one ends.
#[cfg(not(feature = "tls"))]
pub(super) fn to_a_lab_with_tls() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    to_cargo("this needs a TLS library, so a lab that has one is built", TLS, &arguments)
}

#[cfg(not(feature = "tls"))]
const TLS: &[&str] = &["lab", "--features", "tls"];

/// Has cargo build and run this package, with these arguments. Ends as that one ends.
pub(super) fn to_cargo(why: &str, package: &[&str], arguments: &[OsString]) -> ExitCode {
    let command = [&["run", "--quiet", "--package"], package, &["--"]].concat();
    // Where standard error is closed, nobody is left to tell.
    let _ = writeln!(io::stderr(), "lab: {why} and run: cargo {} …", command.join(" "));
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    match Command::new(cargo).args(command).args(arguments).status() {
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
