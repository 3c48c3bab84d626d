//! Captures that are named on the command line.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;

use tap::Record;
use tracer::capture::{Reader, Seen};
use tracer::output::Failure;

use super::progress::{LARGE, Progress};

/// The bytes of a capture; - is standard input. Of a large file a terminal sees how far it is read,
/// unless packets are printed there meanwhile.
pub(super) fn open(file: &Path, prints: Prints) -> Result<Box<dyn io::Read + Send>, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let unreadable = |error| Failure::Usage(format!("cannot read {}: {error}", file.display()));
    let source = File::open(file).map_err(unreadable)?;
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
    let reader = ports
        .iter()
        .fold(Reader::new(open(file, Prints::AtTheEnd)?), |reader, port| reader.port(*port));
    let records: Result<Vec<Record>, _> = reader.collect();
    records.map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
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
