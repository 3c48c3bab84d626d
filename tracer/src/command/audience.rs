//! Who is told of traffic that goes on.
//!
//! ```text
//!   record ─┬─▶ front: the printer, the lint, or the capture if it has standard output
//!           └─▶ aside: the capture to files and readers, on a thread of its own
//! ```

use std::io::{self, Stdout, Write};

use clap::Args;
use tap::Record;
use tracer::output::{Failure, OutputOptions};
use tracer::{Printer, Queue};

use super::recording::{Background, Form, Live, Recorder};
use super::remarks::{Judged, Judging, Remarks};
use super::selection::Selection;

/// Who is to be told of what.
#[derive(Args)]
pub(super) struct AudienceOptions {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    pub(super) live: Live,
}

/// All who are told.
pub(super) struct Audience {
    front: Front,
    aside: Option<Background>,
    /// How others can look on.
    invitation: Option<String>,
}

enum Front {
    Print(Box<Printer<Stdout>>),
    Judge(Box<Remarks>),
    Record(Box<Recorder>),
}

impl Audience {
    /// Those whom the options name. A capture has this form.
    pub(super) fn new(
        options: &AudienceOptions,
        output: &OutputOptions,
        form: Form,
    ) -> Result<Self, Failure> {
        let AudienceOptions { selection, judging, live } = options;
        if judging.is_asked_for() && live.takes_output() {
            let message = "--lint and --pcap - cannot both have standard output: name a file";
            return Err(Failure::Usage(message.to_owned()));
        }
        let filter = selection.filter()?;
        let recorder = live.recorder(form, filter.clone())?;
        let invitation = recorder.as_ref().and_then(Recorder::invitation);
        let (front, aside) = match recorder {
            Some(recorder) if live.takes_output() => (Front::Record(Box::new(recorder)), None),
            recorder => {
                let front = match judging.remarks(filter.clone(), output) {
                    Some(remarks) => Front::Judge(Box::new(remarks)),
                    None => Front::Print(Box::new(output.printer(io::stdout()).only(filter))),
                };
                (front, recorder.map(Recorder::in_background).transpose()?)
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

    /// What is told goes to the broker over TLS.
    pub(super) fn secured(&mut self) {
        if let Front::Judge(remarks) = &mut self.front {
            remarks.secured();
        }
    }

    /// Whether it is a capture that stands in front.
    pub(super) fn captures_in_front(&self) -> bool {
        matches!(self.front, Front::Record(_))
    }

    /// Tells those in front.
    pub(super) fn tell(&mut self, record: Record) -> Result<(), Failure> {
        match &mut self.front {
            Front::Record(recorder) => recorder.record(&record),
            Front::Judge(remarks) => Ok(remarks.add(record)?),
            Front::Print(printer) => {
                printer.print(record);
                Ok(printer.result()?)
            }
        }
    }

    /// Sums up, and waits until all is written. Tells what was found, if anybody judged.
    pub(super) fn finish(self) -> Result<Judged, Failure> {
        let mut judged = Judged::default();
        match self.front {
            Front::Record(recorder) => recorder.finish()?,
            Front::Judge(remarks) => judged = remarks.finish()?,
            Front::Print(printer) => {
                printer.recap();
                printer.result()?;
            }
        }
        self.aside.map_or(Ok(()), Background::finish)?;
        Ok(judged)
    }
}
