//! `tracer listen`: shows what brokers and clients stream here.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::ops::ControlFlow;

use clap::Args;
use tap::Tap;
use tracer::capture::Listener;
use tracer::output::{Failure, OutputOptions, address};

use super::audience::{Audience, AudienceOptions};
use super::interrupt;
use super::recording::Form;

/// Show what brokers and clients stream here with --trace-to: one story, each packet once
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer listen
  tracer listen 127.0.0.1:19001 --detail line
  tracer listen --format json > trace.jsonl
  tracer listen --wireshark 127.0.0.1:19001 --pcap trace.pcapng
  tracer listen --lint

Then, in another terminal (and the same option for any number of clients):
  broker --trace-to 127.0.0.1:19000

What several of them record of one connection is shown once. Ctrl+C ends it, with exit code 0. With \
--lint it is 1 if a rule was broken.")]
pub(super) struct Listen {
    /// Where to listen; port 0 takes any that is free
    #[arg(value_name = "ADDRESS", value_parser = address, default_value = "127.0.0.1:19000")]
    address: SocketAddr,
    #[command(flatten)]
    audience: AudienceOptions,
}

impl Listen {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let mut audience = Audience::new(&self.audience, output, Form::Packets)?;
        let listener = Listener::bind(self.address).map_err(|error| {
            let address = self.address;
            Failure::Usage(format!("cannot listen at {address}: {error}; try another port"))
        })?;
        let stop = listener.stop();
        interrupt::on_interrupt(move || stop.stop())?;
        writeln!(io::stderr(), "listening on {}", listener.local_address())?;
        audience.invite()?;
        let aside = audience.aside();
        let mut result = Ok(());
        let counts = listener.run(|record| {
            if let Some(aside) = &aside {
                aside.record(record.clone());
            }
            result = audience.tell(record);
            if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        result?;
        drop(aside);
        let judged = audience.finish()?;
        writeln!(io::stderr(), "{counts}")?;
        judged.result()
    }
}
