//! The guide through the exercises: where am I, what comes next, is it right?
//!
//! ```text
//!   solutions ──▶ Course ─┐
//!                         ├─▶ Guide ──▶ list, next, check, watch, hint, reset, diff, …
//!   .lab/progress ────────┘     │
//!                               └─ Trial: `cargo test -p ex-10-connect`, and what it says
//! ```
//!
//! It makes nothing possible that `cargo test -p` would not. What it remembers is a text file that
//! [`check --all`](check) finds out anew.

mod check;
mod compare;
mod doctor;
mod hint;
mod list;
mod open;
mod progress;
mod report;
pub(super) mod reset;
pub(super) mod sheet;
mod trial;
mod walk;
mod watch;

use std::fs;
use std::io::{self, Write};

use catalogue::{Course, Exercise, reflow};
use clap::Subcommand;
use tracer::output::{Failure, OutputOptions};
use tracer::{Page, Tone};

use super::class::{self, Teller};
use super::place;
use progress::Progress;
pub(super) use trial::Trial;

/// What a learner, or who teaches, can ask for.
#[derive(Subcommand)]
pub(super) enum Ask {
    List(list::List),
    /// What comes next?
    Next,
    Goto(walk::Goto),
    Check(check::Check),
    Watch(watch::Watch),
    Hint(hint::Hint),
    Diff(compare::Diff),
    Reset(reset::Reset),
    Open(open::Open),
    /// Is this machine ready? Toolchain, port, disk, terminal, and whether it works without a network
    Doctor,
    RunSheet(sheet::RunSheet),
    Report(report::Report),
}

impl Ask {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let mut guide = Guide::of(place::course()?, output.page());
        let done = self.ask(&mut guide);
        guide.leave();
        done
    }

    fn ask(&self, guide: &mut Guide) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(guide),
            Self::Next => walk::next(guide),
            Self::Goto(goto) => goto.run(guide),
            Self::Check(check) => check.run(guide),
            Self::Watch(watch) => watch.run(guide),
            Self::Hint(hint) => hint.run(guide),
            Self::Diff(diff) => diff.run(guide),
            Self::Reset(reset) => reset.run(guide),
            Self::Open(open) => open.run(guide),
            Self::Doctor => doctor::run(guide),
            Self::RunSheet(sheet) => sheet.run(guide),
            Self::Report(report) => report.run(guide),
        }
    }
}

/// The exercises, and how far the learner is.
struct Guide {
    course: Course,
    /// What it writes on.
    page: Page,
    progress: Progress,
    /// The class that the learner has joined, if any.
    class: Option<Teller>,
}

/// The numbers of the exercises of which it is known that they are done.
pub(super) fn done(course: &Course) -> Vec<String> {
    let guide = Guide::of(course.clone(), Page::PLAIN);
    let exercises = guide.course.exercises().iter();
    let done = exercises.filter(|exercise| guide.state(exercise) == State::Done);
    done.map(|exercise| exercise.number().to_owned()).collect()
}

/// How far an exercise is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The file is as it was.
    Untouched,
    /// The file was changed, and is not known to be right.
    Begun,
    /// The file, as it is, has passed its check.
    Done,
}

impl Guide {
    fn of(course: Course, page: Page) -> Self {
        let progress = Progress::read(course.root());
        let class = class::joined(course.root()).map(Teller::new);
        Self { course, page, progress, class }
    }

    /// Tells the class, if there is one, how an exercise went; an empty word takes that back.
    fn tell(&mut self, number: &str, outcome: &str) {
        if let Some(class) = &mut self.class {
            class.tell(number, outcome);
        }
    }

    /// The end. That the class could not be told is said, and is no failure.
    fn leave(self) {
        if let Some(Err(error)) = self.class.map(Teller::finish) {
            let advice = "Everything else works without it. If it is over: cargo lab class leave";
            let _ = writeln!(io::stderr(), "lab: {error}\n{advice}"); // else nobody is left to tell
        }
    }

    /// The exercise that is meant; without a name the one that the learner is at.
    fn exercise(&self, name: Option<&str>) -> Result<&Exercise, Failure> {
        let Some(name) = name.or(self.progress.at()) else {
            return self.first();
        };
        self.course.find(name).ok_or_else(|| {
            let numbers: Vec<_> = self.course.exercises().iter().map(Exercise::number).collect();
            let there_are =
                format!("there is no exercise '{name}'; there are: {}", numbers.join(", "));
            Failure::Usage(reflow(&there_are, WIDTH - "lab: ".len()))
        })
    }

    fn first(&self) -> Result<&Exercise, Failure> {
        let none = || Failure::Wrong(Some("there are no exercises here".to_owned()));
        self.course.exercises().first().ok_or_else(none)
    }

    /// What stands in the learner's file.
    fn file(&self, exercise: &Exercise) -> Result<String, Failure> {
        let path = self.course.root().join(exercise.file());
        fs::read_to_string(&path).map_err(|error| {
            let (path, number) = (path.display(), exercise.number());
            let message = format!("{path}: {error}; get it back with: cargo lab reset {number}");
            Failure::Wrong(Some(message))
        })
    }

    fn state(&self, exercise: &Exercise) -> State {
        match (self.file(exercise), exercise.stub()) {
            (Ok(file), _) if self.progress.is_done(&exercise.id, &file) => State::Done,
            (Ok(file), Ok(stub)) if file == stub => State::Untouched,
            _ => State::Begun,
        }
    }
}

impl State {
    /// The mark in lists.
    const fn mark(self) -> &'static str {
        match self {
            Self::Untouched => "·",
            Self::Begun => "~",
            Self::Done => "✓",
        }
    }

    /// The mark, in its colour.
    fn painted(self, page: Page) -> String {
        match self {
            Self::Untouched => self.mark().to_owned(),
            Self::Begun => page.paint(Tone::Strong, self.mark()),
            Self::Done => page.paint(Tone::Good, self.mark()),
        }
    }

    /// The word in reports.
    const fn word(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Begun => "begun",
            Self::Done => "done",
        }
    }
}

/// The columns that words may have.
const WIDTH: usize = 80;

/// Says something.
fn say(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}
