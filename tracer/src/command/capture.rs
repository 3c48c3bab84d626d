//! Captures that are named on the command line.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;

use tap::Record;
use tracer::capture::{CaptureError, Reader, Seen};
use tracer::output::Failure;

use super::progress::{LARGE, Progress};

/// Where the bytes of a capture come from.
pub(super) type Source = Box<dyn io::Read + Send>;

/// Reads this capture; - is standard input. `ports` are those on which the server speaks MQTT, beside
/// 1883.
pub(super) fn reader(
    file: &Path,
    ports: &[u16],
    prints: Prints,
) -> Result<Reader<Source>, Failure> {
    Ok(on_ports(Reader::new(open(file, prints)?), ports))
}

/// The same reader, which takes these ports for MQTT as well.
pub(super) fn on_ports<R: io::Read>(reader: Reader<R>, ports: &[u16]) -> Reader<R> {
    ports.iter().fold(reader, |reader, port| reader.port(*port))
}

/// What is wrong with a capture, behind its name.
pub(super) fn unreadable(file: &Path, error: &CaptureError) -> Failure {
    Failure::Usage(format!("{}: {error}", file.display()))
}

/// The bytes of a capture; - is standard input. Of a large file a terminal sees how far it is read,
/// unless packets are printed there meanwhile.
pub(super) fn open(file: &Path, prints: Prints) -> Result<Source, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let source = File::open(file)
        .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", file.display())))?;
    let size = source.metadata().map_or(0, |metadata| metadata.len());
    let is_seen =
        io::stderr().is_terminal() && (prints == Prints::AtTheEnd || !io::stdout().is_terminal());
    if is_seen && size >= LARGE {
        return Ok(Box::new(Progress::new(source, size, io::stderr())));
    }
    Ok(Box::new(source))
}

/// When a command prints on standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Prints {
    Meanwhile,
    AtTheEnd,
}

/// All that a capture tells. `ports` are those on which the server speaks MQTT, beside 1883.
pub(super) fn records(file: &Path, ports: &[u16]) -> Result<Vec<Record>, Failure> {
    let records: Result<Vec<Record>, _> = reader(file, ports, Prints::AtTheEnd)?.collect();
    records.map_err(|error| unreadable(file, &error))
}

/// Why there may be nothing to show.
pub(super) fn nothing(seen: Seen) -> String {
    let Seen { frames, segments, unknown_link, sealed, has_keys } = seen;
    let advice = match (unknown_link, sealed) {
        (Some(link), _) => format!(
            "link type {link} is not known here: record on an Ethernet, loopback or \"any\" interface"
        ),
        (None, 0) if segments == 0 => {
            "none of them is TCP: record on the interface that the traffic takes, for a broker on \
             this machine that is the loopback interface"
                .to_owned()
        }
        (None, 0) => {
            "MQTT is looked for on port 1883 and in connections that begin with a CONNECT: name \
             another port with --port; what is encrypted (port 8883) cannot be read"
                .to_owned()
        }
        (None, sealed) => encrypted(sealed, has_keys),
    };
    format!("no MQTT found in {frames} frames, {segments} of them TCP; {advice}")
}

fn encrypted(connections: u64, has_keys: bool) -> String {
    let connections = match connections {
        1 => "1 connection is".to_owned(),
        many => format!("{many} connections are"),
    };
    let way = if has_keys {
        "the capture has the session keys, with which Wireshark reads them: open it there, with the \
         display filter mqtt"
    } else {
        "only its two ends can read it, and whoever has the session keys from them (SSLKEYLOGFILE): \
         give those to Wireshark"
    };
    format!("{connections} encrypted with TLS; {way}")
}
