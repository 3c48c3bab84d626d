//! `lab diff`: mine and the solution.

use clap::Args;
use similar::{ChangeTag, TextDiff};
use tracer::output::Failure;

use super::{Guide, State, say};

/// Compare your solution with ours, once yours is right
#[derive(Args)]
pub(in crate::command) struct Diff {
    /// Its number or name: 10, 10-connect [default: the one that you are at]
    exercise: Option<String>,
    /// Show our solution although yours is not right yet
    #[arg(long)]
    spoil: bool,
}

impl Diff {
    pub(super) fn run(&self, guide: &Guide) -> Result<(), Failure> {
        let exercise = guide.exercise(self.exercise.as_deref())?;
        let number = exercise.number();
        if !self.spoil && guide.state(exercise) != State::Done {
            return Err(Failure::Wrong(Some(format!(
                "{} is not done: first cargo lab check {number}, or add --spoil to see our solution",
                exercise.id
            ))));
        }
        let mine = catalogue::Exercise::body(&guide.file(exercise)?);
        let ours = exercise.answer();
        if mine == ours {
            return say("Yours is the same as ours, to the letter.");
        }
        say("- yours\n+ ours\n")?;
        let difference = TextDiff::from_lines(&mine, &ours);
        for group in difference.grouped_ops(3) {
            for change in group.iter().flat_map(|operation| difference.iter_changes(operation)) {
                let mark = match change.tag() {
                    ChangeTag::Delete => "-",
                    ChangeTag::Insert => "+",
                    ChangeTag::Equal => " ",
                };
                say(format!("{mark} {}", change.value()).trim_end())?;
            }
            say("")?;
        }
        Ok(())
    }
}
