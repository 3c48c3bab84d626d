//! `lab check`: is it right?

use catalogue::{Exercise, reflow};
use clap::Args;
use tracer::output::Failure;
use tracer::{Page, Tone};

use super::trial::Trial;
use crate::command::class::outcome;

use super::{Guide, State, WIDTH, say};

/// Is it right? Compiles and checks what you wrote
#[derive(Args)]
#[command(after_help = "\
Examples:
  lab check             the exercise that you are at
  lab check 10          this one; `cargo test -p ex-10-connect` is the same
  lab check --all       every one: this finds out anew what is done")]
pub(in crate::command) struct Check {
    /// Its number or name: 10, 10-connect [default: the one that you are at]
    exercise: Option<String>,
    /// Check every exercise that was begun, and note what is done
    #[arg(long, conflicts_with = "exercise")]
    all: bool,
}

impl Check {
    pub(super) fn run(&self, guide: &mut Guide) -> Result<(), Failure> {
        if self.all {
            return check_all(guide);
        }
        let exercise = guide.exercise(self.exercise.as_deref())?.clone();
        guide.progress.go_to(&exercise.id)?;
        let trial = check(guide, &exercise)?;
        say(&verdict(guide.page, &exercise, &trial))?;
        if trial.is_passed() { Ok(()) } else { Err(Failure::Wrong(None)) }
    }
}

/// Tries an exercise, and notes how it went.
pub(super) fn check(guide: &mut Guide, exercise: &Exercise) -> Result<Trial, Failure> {
    let file = guide.file(exercise)?;
    let trial = Trial::of(exercise, guide.course.root(), guide.page.colour.is_some())?;
    guide.progress.checked(&exercise.id, &file, trial.is_passed())?;
    if guide.class.is_some() {
        let outcome = outcome(guide.course.root(), exercise, &trial);
        guide.tell(exercise.number(), &outcome);
    }
    Ok(trial)
}

/// What the learner is told: the first step that is not done, and nothing that comes after it.
pub(super) fn verdict(page: Page, exercise: &Exercise, trial: &Trial) -> String {
    let told = plain(exercise, trial);
    let lines: Vec<String> = told.lines().map(|line| painted(page, line)).collect();
    lines.join("\n")
}

/// A line of a verdict, in the colour of what it begins with.
fn painted(page: Page, line: &str) -> String {
    let tone = match line.split_whitespace().next() {
        Some("✓" | "want") => Tone::Good,
        Some("✗" | "got") => Tone::Bad,
        Some("WRONG" | "TODO") => Tone::Strong,
        _ => return line.to_owned(),
    };
    page.paint(tone, line)
}

fn plain(exercise: &Exercise, trial: &Trial) -> String {
    let (id, number) = (&exercise.id, exercise.number());
    match trial {
        Trial::Passed(steps) => format!(
            "✓ {id}: all {steps} steps are done.\n\n{belief}\n\n  \
             compare with our solution: cargo lab diff {number}\n  \
             go on:                     cargo lab next",
            belief = reflow(
                &format!("Many believe: {} You know better.", exercise.misconception),
                WIDTH
            ),
        ),
        Trial::Broken(text) => {
            let compiles = !text.contains("error: could not compile");
            let what =
                if compiles { "it does not run to its end" } else { "it does not compile yet" };
            format!("✗ {id}: {what}.\n\n{text}")
        }
        Trial::Failed { passed, failed } => {
            let (step, report) = failed.first().cloned().unwrap_or_default();
            let rest = match failed.len() {
                0 | 1 => String::new(),
                2 => ", 1 waits behind this one".to_owned(),
                more => format!(", {} wait behind this one", more - 1),
            };
            let all = passed + failed.len();
            let about = match format!("✗ {id}: {step}") {
                about if about.chars().count() > WIDTH => format!("✗ {id}:\n  {step}"),
                about => about,
            };
            format!("{about}\n\n{report}\n\n{passed} of {all} steps are done{rest}.")
        }
    }
}

fn check_all(guide: &mut Guide) -> Result<(), Failure> {
    let exercises = guide.course.exercises().to_vec();
    let mut done = 0;
    for exercise in &exercises {
        let told = if guide.state(exercise) == State::Untouched {
            "untouched".to_owned()
        } else {
            match check(guide, exercise)? {
                Trial::Passed(_) => "done".to_owned(),
                Trial::Broken(_) => "does not run yet".to_owned(),
                Trial::Failed { passed, failed } => {
                    format!("{passed} of {} steps are done", passed + failed.len())
                }
            }
        };
        let state = guide.state(exercise);
        done += usize::from(state == State::Done);
        say(&format!("{} {:<22} {told}", state.mark(), exercise.id))?;
    }
    say(&format!("\n{done} of {} done", exercises.len()))
}
