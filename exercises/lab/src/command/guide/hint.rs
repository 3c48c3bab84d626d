//! `lab hint`: help in three steps.

use catalogue::{Exercise, wrap};
use clap::Args;
use tracer::output::Failure;

use super::{Guide, WIDTH, say};

/// Help in three steps: each time one hint more
#[derive(Args)]
pub(in crate::command) struct Hint {
    /// Its number or name: 10, 10-connect [default: the one that you are at]
    exercise: Option<String>,
    /// Show the hints up to this one, 1 to 3
    #[arg(value_parser = clap::value_parser!(u8).range(1..=3))]
    step: Option<u8>,
}

impl Hint {
    pub(super) fn run(&self, guide: &mut Guide) -> Result<(), Failure> {
        let exercise = guide.exercise(self.exercise.as_deref())?.clone();
        let next = (guide.progress.hints(&exercise.id) + 1).min(exercise.hints.len());
        show(guide, &exercise, self.step.map_or(next, usize::from))
    }
}

/// One hint more on the exercise that the learner is at.
pub(super) fn more(guide: &mut Guide) -> Result<(), Failure> {
    Hint { exercise: None, step: None }.run(guide)
}

/// Shows the hints up to this one.
fn show(guide: &mut Guide, exercise: &Exercise, count: usize) -> Result<(), Failure> {
    let Exercise { id, hints, .. } = exercise;
    guide.progress.took_hints(id, count)?;
    for (index, hint) in hints.iter().take(count).enumerate() {
        let lines = wrap(hint, WIDTH - 3);
        say(&format!("{}  {}", index + 1, lines.join("\n   ")))?;
    }
    let number = exercise.number();
    if count < hints.len() {
        say(&format!("\nOne more: cargo lab hint {number}"))
    } else {
        say(&format!("\nThose were all. The solution: cargo lab diff {number} --spoil"))
    }
}
