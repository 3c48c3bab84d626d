//! `--pcap FILE`: an audience that also writes down what it sees.

use std::path::Path;
use std::sync::Arc;

use lab::Audience;
use tap::{Record, Tap};
use tracer::capture::CaptureFile;
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
