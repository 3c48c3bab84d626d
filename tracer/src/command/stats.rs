//! `tracer stats`: what a capture amounts to.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use tap::What;
use tracer::output::{Failure, OutputOptions};
use tracer::{Format, Stats as Statistics};

use super::capture::{Prints, nothing, reader, unreadable};
use super::selection::Selection;

/// Count what a capture has: by type, QoS, topic and client, and how long answers took
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer stats traffic.pcapng
  tracer stats traffic.pcapng --client alice
  tracer stats traffic.pcapng --filter 'mqtt.msgtype == PUBLISH && mqtt.retain == 1'
  tracer stats traffic.pcapng --format json | jq .round_trips

Overhead is what of the bytes is no Application Message: headers, topics, whole packets of other \
types.")]
pub(super) struct Stats {
    /// The capture; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One more port on which the server speaks MQTT, beside 1883
    #[arg(long, value_name = "PORT")]
    port: Vec<u16>,
    #[command(flatten)]
    selection: Selection,
}

impl Stats {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let mut stats = Statistics::new(self.selection.filter()?);
        let mut reader = reader(&self.file, &self.port, Prints::AtTheEnd)?;
        let mut packets = 0_u64;
        for record in &mut reader {
            let record = record.map_err(|error| unreadable(&self.file, &error))?;
            packets += u64::from(matches!(record.what, What::Packet { .. }));
            stats.add(record);
        }
        if packets == 0 {
            return Err(Failure::Wrong(Some(nothing(reader.seen()))));
        }
        let text = match output.format {
            Format::Text => stats.text(output.page()),
            Format::Json => stats.json(),
        };
        Ok(io::stdout().lock().write_all(text.as_bytes())?)
    }
}
