//! Captures that are named on the command line.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use tap::Record;
use tracer::capture::Reader;
use tracer::output::Failure;

/// The bytes of a capture; - is standard input.
pub(super) fn open(file: &Path) -> Result<Box<dyn io::Read + Send>, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    match File::open(file) {
        Ok(file) => Ok(Box::new(BufReader::new(file))),
        Err(error) => Err(Failure::Usage(format!("cannot read {}: {error}", file.display()))),
    }
}

/// All that a capture tells. `ports` are those on which the server speaks MQTT, beside 1883.
pub(super) fn records(file: &Path, ports: &[u16]) -> Result<Vec<Record>, Failure> {
    let reader = ports.iter().fold(Reader::new(open(file)?), |reader, port| reader.port(*port));
    let records: Result<Vec<Record>, _> = reader.collect();
    records.map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
}
