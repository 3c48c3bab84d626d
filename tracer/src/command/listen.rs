//! `tracer listen`: shows what brokers and clients stream here.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::ops::ControlFlow;

use clap::Args;
use tracer::capture::Listener;
use tracer::output::{Failure, OutputOptions};

use super::interrupt;

/// Show what brokers and clients stream here with --trace-to: one story, each packet once
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer listen
  tracer listen 127.0.0.1:19001 --detail line
  tracer listen --format json > trace.jsonl

Then, in another terminal (and the same option for any number of clients):
  broker --trace-to 127.0.0.1:19000

Ctrl+C ends it, with exit code 0. What several of them record of one connection is shown once.")]
pub(super) struct Listen {
    /// Where to listen; port 0 takes any that is free
    #[arg(value_name = "ADDRESS", default_value = "127.0.0.1:19000")]
    address: SocketAddr,
}

impl Listen {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let listener = Listener::bind(self.address).map_err(|error| {
            let address = self.address;
            Failure::Usage(format!("cannot listen at {address}: {error}; try another port"))
        })?;
        let stop = listener.stop();
        interrupt::on_interrupt(move || stop.stop())?;
        writeln!(io::stderr(), "listening on {}", listener.local_address())?;
        let printer = output.printer(io::stdout().lock());
        let mut result = Ok(());
        let counts = listener.run(|record| {
            printer.print(record);
            result = printer.result();
            if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        result?;
        printer.recap();
        printer.result()?;
        writeln!(io::stderr(), "{counts}")?;
        Ok(())
    }
}
