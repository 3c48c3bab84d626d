//! `tracer craft`: a packet made on purpose, right or wrong; and what a broker does about it.

mod build;
mod options;
mod send;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use tracer::craft::{self, Change, CraftError};
use tracer::output::{Failure, OutputOptions};
use wire::Version;

use super::decode;
use super::place::Place;

/// Make a packet, break it on purpose, send it to a broker and see what happens
#[derive(Args)]
#[command(
    subcommand_value_name = "PACKET",
    subcommand_help_heading = "Packets",
    after_help = "\
Examples:
  tracer craft publish --topic a/b --qos 1 --identifier 7 --payload hi
  tracer craft connect --client-identifier alice --set mqtt.conflag.reserved=1
  tracer craft subscribe --topic-filter a --topic-filter b/# --set 'topic_filter#2=b/#/c'
  tracer craft pingreq --flip 0.3 --send 127.0.0.1:1883
  tracer craft subscribe --topic-filter '#' --send 127.0.0.1:1883 -u alice -P secret
  tracer craft publish --topic a --payload hex:00ff --hex
  tracer decode 30 05 00 01 61 68 69 --format json > packet.json    # edit it, and then
  tracer craft --json packet.json

--set names a field as Wireshark does or as --format json does, and takes numbers as 10, 0x0a or \
0b1010, and bytes as text or behind hex:. Lengths follow what they count, unless you set them too.

Exit code 1 means that the packet breaks a rule, or that the broker did not take it."
)]
pub(super) struct Craft {
    #[command(subcommand)]
    packet: Option<options::Packet>,
    /// Take the packet from a line of --format json in this file, with its fields edited; - is
    /// standard input
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    breakage: Breakage,
    #[command(flatten)]
    sending: Sending,
    /// Print nothing but the packet's bytes, as hex
    #[arg(long, global = true, conflicts_with = "send")]
    hex: bool,
}

/// How the packet is changed when it is made.
#[derive(Args)]
struct Breakage {
    /// Change a field, against any rule: mqtt.qos=3, topic_filter#2=a/#/b
    #[arg(long, value_name = "FIELD=VALUE", global = true)]
    set: Vec<Change>,
    /// Flip a bit, after all that --set changes: bit 7 is the most significant
    #[arg(long, value_name = "BYTE.BIT", global = true, value_parser = place)]
    flip: Vec<(usize, u8)>,
}

/// Where the packet goes.
#[derive(Args)]
struct Sending {
    /// Send it to this broker, and show what comes back
    #[arg(long, value_name = "HOST[:PORT]", global = true)]
    send: Option<Place>,
    /// Let it be the first packet of its connection, without a CONNECT before it
    #[arg(long, global = true)]
    first: bool,
    /// The Client Identifier of the CONNECT before it
    #[arg(long, value_name = "NAME", default_value = "tracer-craft", global = true)]
    client: String,
    /// The User Name of the CONNECT before it
    #[arg(short, long, value_name = "NAME", conflicts_with = "first", global = true)]
    username: Option<String>,
    /// The Password of the CONNECT before it
    #[arg(
        id = "pw",
        short = 'P',
        long,
        value_name = "PASSWORD",
        requires = "username",
        global = true
    )]
    password: Option<String>,
    /// For how many seconds an answer is awaited
    #[arg(long, value_name = "SECONDS", default_value = "1", global = true, value_parser = seconds)]
    timeout: Duration,
}

impl Craft {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let bytes = self.breakage.apply(&self.bytes()?)?;
        if self.hex {
            writeln!(io::stdout().lock(), "{}", hex::encode(&bytes))?;
        } else if let Some(broker) = &self.sending.send {
            return send::send(&self.sending, &broker.address(1883), bytes, output);
        } else {
            let printer = output.printer_apart(io::stdout().lock());
            for record in decode::records(&bytes, Version::default()) {
                printer.print(record);
            }
            printer.result()?;
        }
        if decode::is_good(&bytes) { Ok(()) } else { Err(Failure::Wrong(None)) }
    }

    /// The packet as it was before anything was done to it.
    fn bytes(&self) -> Result<Bytes, Failure> {
        match (&self.packet, &self.json) {
            (Some(_), Some(_)) => Err(Failure::Usage(
                "a packet comes from its options or from --json, and not from both".to_owned(),
            )),
            (Some(packet), None) => packet.bytes().map_err(Failure::Usage),
            (None, Some(file)) => {
                let text = if file.as_os_str() == "-" {
                    io::read_to_string(io::stdin())
                } else {
                    fs::read_to_string(file)
                };
                let text = text.map_err(|error| {
                    Failure::Usage(format!("cannot read {}: {error}", file.display()))
                })?;
                craft::from_json(text.trim()).map_err(usage)
            }
            (None, None) => Err(Failure::Usage(
                "say which packet, such as: tracer craft pingreq; or take one from --json FILE"
                    .to_owned(),
            )),
        }
    }
}

impl Breakage {
    fn apply(&self, packet: &Bytes) -> Result<Bytes, Failure> {
        let mut packet = craft::change(packet, Version::default(), &self.set).map_err(usage)?;
        for &(byte, bit) in &self.flip {
            packet = wire::flip(&packet, byte, bit).ok_or_else(|| {
                let size = packet.len();
                Failure::Usage(format!("the packet has {size} bytes, and no byte {byte}"))
            })?;
        }
        Ok(packet)
    }
}

#[allow(clippy::needless_pass_by_value)] // as map_err hands it over
fn usage(error: CraftError) -> Failure {
    Failure::Usage(error.to_string())
}

/// `BYTE.BIT`.
fn place(text: &str) -> Result<(usize, u8), String> {
    let (byte, bit) = text.split_once('.').unwrap_or((text, ""));
    let bit = bit.parse().ok().filter(|bit| *bit < 8);
    byte.parse().ok().zip(bit).ok_or_else(|| {
        "a bit is BYTE.BIT, such as 9.0: bytes count from 0, bits from 7 down to 0".to_owned()
    })
}

/// A time in seconds, with or without a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|seconds| {
        Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero())
    });
    seconds.ok_or_else(|| "a time is a number of seconds above 0, such as 2 or 0.5".to_owned())
}
