//! `tracer lint`: names the rules that traffic breaks.

use std::path::PathBuf;

use clap::Args;
use tracer::output::{Failure, OutputOptions};
use tracer::parse_hex;
use wire::Version;

use super::annotated::Annotated;
use super::capture::{Prints, nothing, reader, unreadable};
use super::decode;
use super::remarks::Remarks;
use super::selection::Selection;

/// Name each rule that traffic breaks: of the packets alone, and of the whole conversation
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer lint traffic.pcapng
  tracer lint traffic.pcapng --client alice --type publish
  tracer lint traffic.pcapng --pcap judged.pcapng; wireshark judged.pcapng
  tracer lint traffic.pcapng --format json | jq 'select(.level == \"breach\")'
  tcpdump -i lo -U -w - port 1883 | tracer lint -
  tracer lint --hex '10 0c 00 04 4d 51 54 54 04 02 00 00 00 00'

✗ is a broken rule of MQTT 3.1.1, ! is advice on what is lawful and unwise. A capture may begin in the \
middle: what was not seen is not held against anybody. --filter and its like choose on which packets \
something is said; judged are all of them. `tracer proxy --lint` does the same while it happens.

--format json prints a line for each remark, and nothing else: level (breach or advice), rule (the \
id, such as MQTT-2.3.1-2, or the name of the advice), section, text (its sentence), detail (what \
happened), number, time, stream, dir, n, type, from and to (the packet), field, offset, len and bits \
(what is to blame in it).

As a check in CI, of what a test recorded:
  tracer lint traffic.pcapng --no-advice --pcap judged.pcapng   # keep judged.pcapng if that fails

Exit code 1 means that a rule is broken (one that is shown), or that there is no MQTT; advice does not \
change it. Exit code 2 means wrong usage, or that the file is no capture.")]
pub(super) struct Lint {
    /// The capture; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "hex")]
    file: Option<PathBuf>,
    /// Packets as hex instead: all of one connection, the one after the other
    #[arg(long, value_name = "HEX", conflicts_with = "file")]
    hex: Option<String>,
    /// One more port on which the server speaks MQTT, beside 1883
    #[arg(long, value_name = "PORT")]
    port: Vec<u16>,
    /// Leave the advice out
    #[arg(long)]
    no_advice: bool,
    #[command(flatten)]
    selection: Selection,
    /// Also write the packets to this file, as pcapng for Wireshark, with each remark as a comment on its
    /// packet
    #[arg(long, value_name = "FILE", conflicts_with = "hex")]
    pcap: Option<PathBuf>,
}

impl Lint {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        if let (Some(file), Some(pcap)) = (&self.file, &self.pcap) {
            Annotated { file, ports: &self.port, advice: !self.no_advice }.write(pcap)?;
        }
        let mut remarks = Remarks::new(self.selection.filter()?, !self.no_advice, output);
        match (&self.file, &self.hex) {
            (Some(file), _) => {
                let mut reader = reader(file, &self.port, Prints::Meanwhile)?;
                for record in &mut reader {
                    remarks.add(record.map_err(|error| unreadable(file, &error))?)?;
                }
                if remarks.packets() == 0 {
                    return Err(Failure::Wrong(Some(nothing(reader.seen()))));
                }
            }
            (None, hex) => {
                let hex = hex.as_deref().unwrap_or_default();
                let bytes = parse_hex(hex).map_err(|error| Failure::Usage(error.to_string()))?;
                for record in decode::records(&bytes, Version::default()) {
                    remarks.add(record)?;
                }
            }
        }
        remarks.finish()?.result()
    }
}
