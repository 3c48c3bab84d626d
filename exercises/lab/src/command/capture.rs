//! `--pcap FILE`: an audience that also writes down what it sees. Of TLS it writes what went over the wire,
//! the records, and the keys with which Wireshark reads them.

use std::path::Path;
use std::sync::Arc;

use lab::Audience;
use tap::{Record, Tap, What};
use tracer::capture::{CaptureFile, Note};
use tracer::output::Failure;

/// Another audience, and a capture file beside it. The words between the packets are not in the file.
pub(super) struct Captured {
    pub(super) audience: Arc<dyn Audience>,
    pub(super) file: Arc<CaptureFile>,
}

impl Tap for Captured {
    fn record(&self, record: Record) {
        self.file.record(record.clone());
        self.audience.record(record);
    }
}

impl Audience for Captured {
    fn hear(&self, paragraph: &str) {
        self.audience.hear(paragraph);
    }

    fn conclude(&self, remember: &str) {
        self.audience.conclude(remember);
    }

    fn within_tls(&self, record: Record) {
        if let What::Event(_) = record.what {
            self.outside_tls(record.clone()); // no byte tells it
        }
        self.audience.within_tls(record);
    }

    fn outside_tls(&self, record: Record) {
        self.file.noted(&record, &Note::sealed());
    }

    fn session_key(&self, line: &str) {
        self.file.keys(&format!("{line}\n"));
    }
}

/// Makes the file.
pub(super) fn create(path: &Path) -> Result<Arc<CaptureFile>, Failure> {
    CaptureFile::create(path).map(Arc::new).map_err(|error| cannot_write(path, &error))
}

/// Ends it.
pub(super) fn finish(file: &CaptureFile, path: &Path) -> Result<(), Failure> {
    file.finish().map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Wrong(Some(format!("cannot write {}: {error}", path.display())))
}
