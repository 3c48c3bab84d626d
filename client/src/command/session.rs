//! What all of them do alike: look on, run, and say what went wrong.

use std::fmt;
use std::io;
use std::sync::Arc;

use client::Options;
use tap::{Both, Tap};
use tracer::capture::Sink;
use tracer::output::Failure;

use super::connection::ConnectionOptions;

/// Runs what is to be done with these options, in a runtime of one thread, with whoever looks on.
pub(super) fn run<W>(
    connection: &ConnectionOptions,
    work: impl FnOnce(Options) -> W,
) -> Result<(), Failure>
where
    W: Future<Output = Result<(), Failure>>,
{
    let mut options = connection.options()?;
    let sink = connection.trace_to.map(Sink::connect).transpose().map_err(wrong)?.map(Arc::new);
    let printer = connection.debug.then(|| printer(connection));
    options.tap = match (printer, &sink) {
        (Some(printer), Some(sink)) => Some(Arc::new(Both(printer, Arc::clone(sink) as _))),
        (Some(printer), None) => Some(printer),
        (None, Some(sink)) => Some(Arc::clone(sink) as _),
        (None, None) => None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(work(options));
    drop(runtime);
    if let Some(sink) = sink {
        sink.finish().map_err(wrong)?;
    }
    result
}

/// Packets go to standard error, so that messages on standard output stay by themselves.
fn printer(connection: &ConnectionOptions) -> Arc<dyn Tap> {
    let (output, stream) = (&connection.output, io::stderr());
    let page = output.page_on(&stream);
    Arc::new(tracer::Printer::new(stream, output.format, page, output.detail).full(output.full))
}

/// Something that is not the caller's fault: exit code 1.
pub(super) fn wrong(error: impl fmt::Display) -> Failure {
    Failure::Wrong(Some(error.to_string()))
}
