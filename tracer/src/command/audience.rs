//! Who is told of traffic that goes on.
//!
//! ```text
//!   record ─┬─▶ front: the printer, or the capture if it has standard output
//!           └─▶ aside: the capture to files and readers, on a thread of its own
//! ```

use std::io::{self, Stdout, Write};

use tap::Record;
use tracer::output::{Failure, OutputOptions};
use tracer::{Printer, Queue};

use super::recording::{Background, Live, Recorder};
use super::selection::Selection;

/// All who are told.
pub(super) struct Audience {
    front: Front,
    aside: Option<Background>,
    /// How others can look on.
    invitation: Option<String>,
}

enum Front {
    Print(Printer<Stdout>),
    Record(Recorder),
}

impl Audience {
    /// Those whom the options name.
    pub(super) fn new(
        output: &OutputOptions,
        selection: &Selection,
        live: &Live,
    ) -> Result<Self, Failure> {
        let filter = selection.filter()?;
        let recorder = live.recorder(filter.clone())?;
        let invitation = recorder.as_ref().and_then(Recorder::invitation);
        let (front, aside) = match recorder {
            Some(recorder) if live.takes_output() => (Front::Record(recorder), None),
            recorder => {
                let printer = output.printer(io::stdout()).only(filter);
                (Front::Print(printer), recorder.map(Recorder::in_background).transpose()?)
            }
        };
        Ok(Self { front, aside, invitation })
    }

    /// Says on standard error how others can look on, if they can.
    pub(super) fn invite(&self) -> io::Result<()> {
        match &self.invitation {
            Some(invitation) => writeln!(io::stderr(), "{invitation}"),
            None => Ok(()),
        }
    }

    /// What is to be told beside [`tell`](Self::tell), if anything. It never waits. The audience can
    /// only [finish](Self::finish) once all clones are gone.
    pub(super) fn aside(&self) -> Option<Queue> {
        self.aside.as_ref().map(Background::queue)
    }

    /// Tells those in front.
    pub(super) fn tell(&mut self, record: Record) -> Result<(), Failure> {
        match &mut self.front {
            Front::Record(recorder) => recorder.record(&record),
            Front::Print(printer) => {
                printer.print(record);
                Ok(printer.result()?)
            }
        }
    }

    /// Sums up, and waits until all is written.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self.front {
            Front::Record(recorder) => recorder.finish()?,
            Front::Print(printer) => {
                printer.recap();
                printer.result()?;
            }
        }
        self.aside.map_or(Ok(()), Background::finish)
    }
}
