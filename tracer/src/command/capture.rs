//! Captures that are named on the command line.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;

use tap::Record;
use tracer::capture::Reader;
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
