//! `tracer listen`: shows what brokers and clients stream here.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::ops::ControlFlow;

use clap::Args;
use tap::Tap;
use tracer::capture::Listener;
use tracer::output::{Failure, OutputOptions};

use super::audience::Audience;
use super::interrupt;
use super::recording::{Form, Live};
use super::remarks::Judging;
use super::selection::Selection;

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

Ctrl+C ends it, with exit code 0. With --lint it is 1 if a rule was broken. What several of them record of one connection is shown once.")]
pub(super) struct Listen {
    /// Where to listen; port 0 takes any that is free
    #[arg(value_name = "ADDRESS", default_value = "127.0.0.1:19000")]
    address: SocketAddr,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    live: Live,
}

impl Listen {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let form = Form::Packets;
        let mut audience = Audience::new(output, &self.selection, &self.judging, &self.live, form)?;
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
