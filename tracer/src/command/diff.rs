//! `tracer diff`: how two packets differ, or two conversations.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args;
use tap::What;
use tracer::output::{Failure, OutputOptions};
use tracer::{Format, Page, diff, parse_hex};
use wire::Version;

use super::capture::records;

/// Show how two packets, or two conversations, differ: field by field, the cause first
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer diff 'c0 00' 'd0 00'
  tracer diff '30 05 00 01 61 68 69' '31 05 00 01 61 68 69'
  tracer diff good.pcapng:3 bad.pcapng:3
  tracer diff good.pcapng:3 \"$(cat packet.hex)\"
  tracer diff mosquitto.pcapng ours.pcapng
  tracer diff 'c0 00' 'd0 00' --format json | jq .

A packet is hex in any usual form, or CAPTURE:NUMBER, with the number that tracer read shows. Two \
captures are compared client by client, up to the first step that is different. What was expected \
comes first.

Exit codes: 0 equal, 1 different, 2 wrong usage.")]
pub(super) struct Diff {
    /// The packet or capture that was expected
    #[arg(value_name = "EXPECTED")]
    expected: String,
    /// The packet or capture that came
    #[arg(value_name = "ACTUAL")]
    actual: String,
    /// One more port on which the server speaks MQTT in the captures, beside 1883
    #[arg(long, value_name = "PORT")]
    port: Vec<u16>,
}

impl Diff {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let (expected, actual) = (Path::new(&self.expected), Path::new(&self.actual));
        match (expected.is_file(), actual.is_file()) {
            (true, true) => self.conversations(expected, actual, output),
            (false, false) => self.packets(output),
            _ => Err(Failure::Usage(
                "a packet cannot be compared with a capture: name two packets or two captures, \
                 and a packet of a capture as CAPTURE:NUMBER"
                    .to_owned(),
            )),
        }
    }

    fn conversations(
        &self,
        expected: &Path,
        actual: &Path,
        output: &OutputOptions,
    ) -> Result<(), Failure> {
        let (expected, actual) = (records(expected, &self.port)?, records(actual, &self.port)?);
        let difference = diff::conversations(&expected, &actual);
        let text = match output.format {
            Format::Text => difference.text(page(output)),
            Format::Json => difference.json(),
        };
        end(&text, difference.is_equal())
    }

    fn packets(&self, output: &OutputOptions) -> Result<(), Failure> {
        let (expected, actual) = (self.packet(&self.expected)?, self.packet(&self.actual)?);
        let difference = diff::packets(&expected, &actual, Version::default());
        let text = match output.format {
            Format::Text => difference.text(page(output)),
            Format::Json => difference.json(),
        };
        end(&text, difference.is_equal())
    }

    /// The packet that an argument names.
    fn packet(&self, argument: &str) -> Result<Bytes, Failure> {
        if let Some((file, number)) = in_capture(argument) {
            return self.captured(&file, number);
        }
        parse_hex(argument).map(Bytes::from).map_err(|error| {
            let advice = "a packet is hex, or CAPTURE:NUMBER with a file that is there";
            Failure::Usage(format!("'{argument}' is no packet: {error}; {advice}"))
        })
    }

    fn captured(&self, file: &Path, number: usize) -> Result<Bytes, Failure> {
        let packets: Vec<Bytes> = records(file, &self.port)?
            .into_iter()
            .filter_map(|record| match record.what {
                What::Packet { bytes, .. } => Some(bytes),
                _ => None,
            })
            .collect();
        let packet = number.checked_sub(1).and_then(|index| packets.get(index));
        packet.cloned().ok_or_else(|| {
            let (file, last) = (file.display(), packets.len());
            Failure::Usage(format!("{file} has the packets 1 to {last}, and no {number}"))
        })
    }
}

fn end(text: &str, is_equal: bool) -> Result<(), Failure> {
    io::stdout().lock().write_all(text.as_bytes())?;
    if is_equal { Ok(()) } else { Err(Failure::Wrong(None)) }
}

/// Differences are written for 80 columns: wider lines would not be easier to read.
fn page(output: &OutputOptions) -> Page {
    let page = output.page();
    Page { width: page.width.min(80), ..page }
}

/// `FILE:NUMBER`, if there is such a file.
fn in_capture(argument: &str) -> Option<(PathBuf, usize)> {
    let (file, number) = argument.rsplit_once(':')?;
    let file = PathBuf::from(file);
    let number = number.parse().ok()?;
    file.is_file().then_some((file, number))
}
