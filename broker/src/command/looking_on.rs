//! Who looks on while the broker serves. None of them holds it up:
//!
//! ```text
//!   broker ─▶ Tap ─┬─ Queue ─▶ thread: Printer ─▶ standard output    --trace
//!                  ├─ Sink ──▶ thread ──────────▶ a tracer           --trace-to
//!                  ├─ Sink ──▶ thread ──────────▶ a capture file     --pcap
//!                  └─ Log  ─────────────────────▶ standard error     without --trace
//! ```
//!
//! Where one of them does not keep pace, records are dropped, and it is told how many were.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use tap::{Both, Passing, Record, Tap, What};
use tracer::capture::Sink;
use tracer::output::{Failure, OutputOptions};
use tracer::{Records, queue};

use super::log::Log;
use super::options::TraceOptions;
use super::wrong;

/// How long the end of the trace may take to be shown.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long records gather between two looks, so that under load the printing thread is not woken for each
/// of them. Nobody who reads notices it.
const GATHER: Duration = Duration::from_millis(5);

/// All who look on.
pub(super) struct Audience {
    pub(super) tap: Arc<dyn Tap>,
    /// Whether somebody wants to see packets.
    pub(super) sees_packets: bool,
    sinks: Vec<Arc<Sink>>,
    /// What is to be printed.
    records: Option<Records>,
}

/// The thread that prints, and how it ends.
pub(super) struct Printing(Option<Receiver<io::Result<()>>>);

impl Audience {
    /// Whoever is asked for.
    pub(super) fn new(options: &TraceOptions) -> Result<Self, Failure> {
        let mut sinks = Vec::new();
        if let Some(address) = options.trace_to {
            sinks.push(Arc::new(Sink::connect(address).map_err(wrong)?));
        }
        if let Some(path) = &options.pcap {
            sinks.push(Arc::new(capture(path)?));
        }
        let sees_packets = options.trace || !sinks.is_empty();
        let (queue, records) = options.trace.then(queue).unzip();
        let others = sinks.iter().map(|sink| Arc::clone(sink) as Arc<dyn Tap>);
        let others = queue.map(|queue| Arc::new(queue) as _).into_iter().chain(others);
        let tap = others.reduce(|one, other| Arc::new(Both(one, other)));
        let tap: Arc<dyn Tap> = match tap {
            None => Arc::new(Log),
            Some(tap) if options.trace => tap,
            Some(tap) => Arc::new(BesideLog(tap)),
        };
        Ok(Self { tap, sees_packets, sinks, records })
    }

    /// From now on standard output is for the trace.
    pub(super) fn show(&mut self, output: &OutputOptions) -> io::Result<Printing> {
        let Some(records) = self.records.take() else { return Ok(Printing(None)) };
        let (ended, end) = mpsc::channel();
        let output = output.clone();
        thread::Builder::new().name("trace".to_owned()).spawn(move || {
            // Whoever waited for it may have gone.
            let _ = ended.send(print(records, &output));
        })?;
        Ok(Printing(Some(end)))
    }

    /// Waits until they have all that was recorded, 2 seconds each at most.
    pub(super) fn finish(self, printing: Printing) -> Result<(), Failure> {
        let Self { tap, sinks, .. } = self;
        drop(tap); // the queue ends with the last one who could record
        if let Some(end) = printing.0 {
            end.recv_timeout(PATIENCE).map_err(|_| {
                wrong("nobody takes the trace from standard output: its end was not shown")
            })??;
        }
        sinks.iter().try_for_each(|sink| sink.finish().map_err(wrong))
    }
}

/// The log beside somebody who sees packets. It says nothing of these, so it is not told.
struct BesideLog(Arc<dyn Tap>);

impl Tap for BesideLog {
    fn record(&self, record: Record) {
        if !matches!(record.what, What::Packet { .. }) {
            Log.record(record.clone());
        }
        self.0.record(record);
    }

    fn packet(&self, packet: &Passing<'_>) {
        self.0.packet(packet);
    }
}

/// Prints what there is, and hands it on whenever there is nothing more at the moment.
fn print(mut records: Records, output: &OutputOptions) -> io::Result<()> {
    let out = BufWriter::with_capacity(64 << 10, io::stdout());
    let printer = output.printer(out).in_pieces().endless();
    while let Some(record) = records.next() {
        printer.print(record);
        while let Some(record) = records.ready() {
            printer.print(record);
        }
        printer.finish()?;
        thread::sleep(GATHER);
    }
    Ok(())
}

fn capture(path: &Path) -> Result<Sink, Failure> {
    let file = File::create(path);
    let sink = file.and_then(Sink::to);
    sink.map_err(|error| Failure::Usage(format!("cannot write {}: {error}", path.display())))
}
