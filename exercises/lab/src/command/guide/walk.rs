//! `lab next` and `lab goto`: from one exercise to another. Any order will do: each stands alone.

use catalogue::{Exercise, reflow};
use clap::Args;
use tracer::output::Failure;

use super::{Guide, State, WIDTH, say};

/// Go to an exercise, whatever was done before it
#[derive(Args)]
pub(in crate::command) struct Goto {
    /// Its number or name: 10, 10-connect
    exercise: String,
}

impl Goto {
    pub(super) fn run(&self, guide: &mut Guide) -> Result<(), Failure> {
        let exercise = guide.exercise(Some(&self.exercise))?.clone();
        go(guide, &exercise)
    }
}

/// Goes to the next exercise that is not done, and is not extra.
pub(super) fn next(guide: &mut Guide) -> Result<(), Failure> {
    match following(guide).cloned() {
        Some(exercise) => go(guide, &exercise),
        None if guide.course.exercises().iter().all(|it| guide.state(it) == State::Done) => {
            say("All exercises are done, and the extra ones as well.")
        }
        None => say("All exercises are done. What is left is marked as extra: cargo lab list"),
    }
}

/// The first one to do behind the one that the learner is at, then from the beginning.
pub(super) fn following(guide: &Guide) -> Option<&Exercise> {
    let exercises = guide.course.exercises();
    let is_here = |exercise: &Exercise| guide.progress.at() == Some(&exercise.id);
    let behind = exercises.iter().position(is_here).map_or(0, |here| here + 1);
    let (before, after) = exercises.split_at(behind);
    let is_to_do =
        |exercise: &&Exercise| !exercise.is_extra && guide.state(exercise) != State::Done;
    after.iter().chain(before).find(is_to_do)
}

/// Makes this the learner's exercise, and says what it is.
pub(super) fn go(guide: &mut Guide, exercise: &Exercise) -> Result<(), Failure> {
    guide.progress.go_to(&exercise.id)?;
    let Exercise { id, title, goal, minutes, page, .. } = exercise;
    let (number, package) = (exercise.number(), exercise.package());
    let goal = reflow(goal, WIDTH);
    let begun = match guide.state(exercise) {
        State::Begun => "\n\nYou have begun it. Whether it is done already: cargo lab check",
        State::Untouched | State::Done => "",
    };
    say(&format!(
        "{id}: {title}  (about {minutes} minutes)\n\n{goal}\n\n  \
         edit   {file}\n  \
         check  cargo lab check, or cargo test -p {package}\n  \
         read   {page} in the book: cargo lab open {number}\n  \
         stuck? cargo lab hint{begun}",
        file = exercise.file(),
    ))
}
