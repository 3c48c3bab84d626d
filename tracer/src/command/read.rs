//! `tracer read`: shows the MQTT in a capture.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use tap::What;
use tracer::capture::{CaptureError, Reader};
use tracer::output::{Failure, OutputOptions};

use super::capture::{Prints, Source, nothing, on_ports, open, unreadable};
use super::follow::{Follow, Stopped};
use super::recording::{Recorder, ToFile};
use super::selection::Selection;

/// Show the MQTT in a capture: pcap or pcapng, from Wireshark, tcpdump or --pcap
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer read traffic.pcapng
  tracer read --port 18830 --detail explain traffic.pcap
  tcpdump -i lo -U -w - port 1883 | tracer read -
  tracer read traffic.pcapng --format json | jq .
  tracer read traffic.pcapng --filter 'mqtt.msgtype == PUBLISH && mqtt.qos > 0'
  tracer read traffic.pcapng --client alice --pcap alice.pcapng
  tracer read --follow traffic.pcapng --detail line

Exit code 1 means that a packet breaks a rule; the dump says which. Exit code 2 means that the file \
is no capture, or is damaged.")]
pub(super) struct Read {
    /// The capture; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One more port on which the server speaks MQTT, beside 1883; connections that begin with a
    /// CONNECT are found on any port
    #[arg(long, value_name = "PORT")]
    port: Vec<u16>,
    /// At the end of the file wait for more of it, until Ctrl-C
    #[arg(long, short = 'F')]
    follow: bool,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    to_file: ToFile,
}

impl Read {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let (source, stopped) = self.source()?;
        let mut reader = on_ports(Reader::new(source), &self.port);
        let filter = self.selection.filter()?;
        let mut recorder = self.to_file.recorder(&self.file, filter.clone())?;
        let printer = output.printer(self.output()).only(filter);
        let printer = if self.is_live() { printer } else { printer.in_pieces() };
        let mut packets = 0_u64;
        for record in &mut reader {
            let record = match record {
                Ok(record) => record,
                Err(CaptureError::CutOff { .. }) if stopped.is_set() => break,
                Err(error) => return Err(unreadable(&self.file, &error)),
            };
            packets += u64::from(matches!(record.what, What::Packet { .. }));
            if let Some(recorder) = &mut recorder {
                recorder.record(&record)?;
            }
            printer.print(record);
            printer.result()?;
        }
        if packets == 0 {
            return Err(Failure::Wrong(Some(nothing(reader.seen()))));
        }
        printer.recap();
        printer.finish()?;
        recorder.map(Recorder::finish).transpose()?;
        if printer.shown() == 0 {
            writeln!(io::stderr(), "none of the {packets} packets passes the filter")?;
        }
        if printer.faults() == 0 { Ok(()) } else { Err(Failure::Wrong(None)) }
    }

    /// The capture, and whether it was left before its end.
    fn source(&self) -> Result<(Source, Stopped), Failure> {
        if self.follow && self.file.as_os_str() != "-" {
            let (source, stopped) = Follow::open(&self.file)?;
            return Ok((Box::new(source), stopped));
        }
        Ok((open(&self.file, Prints::Meanwhile)?, Stopped::default()))
    }

    /// Where packets are printed: nowhere, where standard output is for a capture.
    fn output(&self) -> Box<dyn Write> {
        if self.to_file.takes_output() {
            return Box::new(io::sink());
        }
        Box::new(BufWriter::with_capacity(PIECE, io::stdout().lock()))
    }

    /// Whether somebody may wait for each packet.
    fn is_live(&self) -> bool {
        self.follow || !self.file.is_file() || io::stdout().is_terminal()
    }
}

/// How many bytes are written at once of a conversation that is over.
const PIECE: usize = 1 << 16;
