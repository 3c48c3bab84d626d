//! What a broker costs under load: processor time, time on the way, memory.
//!
//! ```text
//!   Work ──┐
//!          ├─▶ Running (a fresh broker process) ─▶ work::run ─▶ Figures ─▶ Row (the median) ─▶ table, JSON
//!   Subject┘                                      └─ Sessions: wire and a socket
//! ```
//!
//! Each kind of work gets a broker process of its own, and the brokers take turns, so that whatever else
//! the machine does meets all of them alike. What the figures mean and how far to trust them is told in
//! the README of this package.

mod clients;
mod options;
mod process;
mod report;
mod running;
mod session;
mod subject;
mod work;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use options::{Format, Options};
use report::{Report, Row};
use running::Running;
use work::Figures;

/// Why something could not be measured.
type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let options = Options::parse();
    match measure(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if is_closed_pipe(&*failure) => ExitCode::SUCCESS,
        Err(failure) => {
            let _: io::Result<()> = writeln!(io::stderr(), "load: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Puts each broker under each kind of work, and says what came out as soon as it is known.
fn measure(options: &Options) -> Result<(), Failure> {
    process::raise_limit();
    let subjects = options.subjects()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut report = Report::default();
    let mut out = io::stdout().lock();
    if options.format == Format::Text {
        writeln!(out, "{}", report::HEADINGS)?;
    }
    for work in options.works() {
        let mut runs = vec![Ok(Vec::new()); subjects.len()];
        for _ in 0..options.rounds {
            for (subject, runs) in subjects.iter().zip(&mut runs) {
                let Ok(done) = runs else { continue };
                let running = Running::start(subject)?;
                match runtime.block_on(work.run(&running, options.duration())) {
                    Ok(figures) => {
                        done.push(Figures { untraced: running.dropped()?, ..figures });
                    }
                    Err(failure) => *runs = Err(failure.to_string()),
                }
            }
        }
        let rows = subjects.iter().zip(runs).map(|(subject, runs)| Row::new(subject, runs));
        let rows = report.add(work, rows.collect());
        if options.format == Format::Text {
            write!(out, "{rows}")?;
            out.flush()?;
        }
    }
    if options.format == Format::Json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    }
    if report.is_whole() { Ok(()) } else { Err("not all could be measured".into()) }
}

fn is_closed_pipe(failure: &(dyn Error + 'static)) -> bool {
    let error = failure.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
