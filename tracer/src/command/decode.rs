//! `tracer decode`: hex in, annotated packets out.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use clap::{Args, ValueEnum};
use tap::{Connection, Direction, Record, What};
use tracer::output::{Failure, OutputOptions};
use tracer::parse_hex;
use wire::{MAX_PACKET, Version};

use super::selection::Selection;

/// Decode packets from hex: bytes with or without spaces, 0x, colons, hexdump -C, xxd, Wireshark
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer decode c0 00
  tracer decode 0x100c00044d5154540402003c0000
  tracer decode --detail explain 82 06 00 01 00 01 23 00
  hexdump -C packets.bin | tracer decode
  tracer decode --file capture.txt --from server --format json

Exit code 1 means that a packet breaks a rule; the dump says which.")]
pub(super) struct Decode {
    /// The hex; without it, and without --file, it is read from standard input
    #[arg(value_name = "HEX")]
    hex: Vec<String>,
    /// Read the hex from this file; - is standard input
    #[arg(long, short, value_name = "FILE", conflicts_with = "hex")]
    file: Option<PathBuf>,
    /// Who sent the packets [default: told by the type of the first that only one side sends]
    #[arg(long, value_name = "WHO")]
    from: Option<From>,
    /// The version to read them as, where no CONNECT among them tells it
    #[arg(long, value_name = "VERSION", default_value = "3.1.1")]
    mqtt: Mqtt,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    Client,
    Server,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mqtt {
    #[value(name = "3.1")]
    V3_1,
    #[value(name = "3.1.1")]
    V3_1_1,
}

impl Decode {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let bytes = parse_hex(&self.text()?).map_err(|error| Failure::Usage(error.to_string()))?;
        if bytes.is_empty() {
            let message = "there is no hex to decode; try: tracer decode c0 00";
            return Err(Failure::Usage(message.to_owned()));
        }
        let version = match self.mqtt {
            Mqtt::V3_1 => Version::V3_1,
            Mqtt::V3_1_1 => Version::V3_1_1,
        };
        let printer = output.printer_apart(io::stdout().lock()).assume(version);
        let printer = printer.only(self.selection.filter()?);
        let (frames, good) = split(&bytes, version);
        for frame in frames {
            printer.print(record(self.direction(&frame), frame));
        }
        printer.result()?;
        if good { Ok(()) } else { Err(Failure::Wrong(None)) }
    }

    fn text(&self) -> Result<String, Failure> {
        let unreadable = |what: &dyn std::fmt::Display, error: io::Error| {
            Failure::Usage(format!("cannot read {what}: {error}"))
        };
        match &self.file {
            Some(path) if path.as_os_str() != "-" => {
                fs::read_to_string(path).map_err(|error| unreadable(&path.display(), error))
            }
            None if !self.hex.is_empty() => Ok(self.hex.join(" ")),
            _ => {
                if io::stdin().is_terminal() {
                    let message = "give the hex as arguments, with --file, or on standard input; \
                                   try: tracer decode c0 00";
                    return Err(Failure::Usage(message.to_owned()));
                }
                let mut text = String::new();
                io::stdin()
                    .read_to_string(&mut text)
                    .map_err(|error| unreadable(&"standard input", error))?;
                Ok(text)
            }
        }
    }

    /// Who sent this packet: as was said, or as its type tells.
    fn direction(&self, frame: &Bytes) -> Direction {
        match self.from {
            Some(From::Server) => Direction::ToClient,
            Some(From::Client) => Direction::ToServer,
            None => direction(frame),
        }
    }
}

/// Packets as if they went over one connection, each from whom its type tells.
pub(super) fn records(bytes: &[u8], version: Version) -> Vec<Record> {
    let (frames, _) = split(bytes, version);
    frames.into_iter().map(|frame| record(direction(&frame), frame)).collect()
}

/// Whether the bytes are packets that break no rule of the format.
pub(super) fn is_good(bytes: &[u8]) -> bool {
    split(bytes, Version::default()).1
}

/// Where a packet of this type goes, if only one side sends it, and else to the server.
fn direction(frame: &Bytes) -> Direction {
    use wire::PacketType::{Connack, Pingresp, Suback, Unsuback};
    match frame.first().and_then(|&byte| wire::PacketType::of_first_byte(byte)) {
        Some(Connack | Suback | Unsuback | Pingresp) => Direction::ToClient,
        _ => Direction::ToServer,
    }
}

/// The packets that the bytes are, and whether all of them are good. Behind bytes that are no packet
/// no other one can be found, so they take the rest with them.
fn split(bytes: &[u8], version: Version) -> (Vec<Bytes>, bool) {
    let mut rest = BytesMut::from(bytes);
    let mut frames = Vec::new();
    let mut version = version;
    let mut good = true;
    while !rest.is_empty() {
        let frame = match wire::take_frame(&mut rest, MAX_PACKET) {
            Ok(Some(frame)) => frame,
            Ok(None) | Err(_) => rest.split().freeze(),
        };
        match wire::Packet::decode(&frame, version) {
            Ok(wire::Packet::Connect(connect)) => version = connect.version,
            Ok(wire::Packet::ForeignConnect(connect)) if connect.is_version_5() => {
                version = Version::V5;
            }
            Ok(_) => {}
            Err(_) => good = false,
        }
        frames.push(frame);
    }
    (frames, good)
}

/// All packets as if they went over one connection, at no time.
fn record(direction: Direction, bytes: Bytes) -> Record {
    let end = SocketAddr::from((Ipv4Addr::LOCALHOST, 1883));
    Record {
        time: Duration::ZERO,
        connection: Some(Connection { client: end, server: end }),
        what: What::Packet { direction, bytes },
    }
}
