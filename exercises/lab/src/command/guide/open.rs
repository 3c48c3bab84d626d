//! `lab open`: the page of the book in the browser, or the file in the editor.

use std::env;
use std::process::Command;

use catalogue::Exercise;
use clap::Args;
use tracer::output::Failure;

use super::trial::cargo;
use super::{Guide, say};

/// Open the page of the book in the browser, or the file in your editor
#[derive(Args)]
#[command(after_help = "\
Examples:
  lab open 10            what the book tells of it, at its heading
  lab open 10 --file     what you edit, in $VISUAL or $EDITOR
  lab open 10 --print    where both are, for who has no browser here")]
pub(in crate::command) struct Open {
    /// Its number or name: 10, 10-connect [default: the one that you are at]
    exercise: Option<String>,
    /// Open the file that you edit instead, in $VISUAL or $EDITOR
    #[arg(long, conflicts_with = "print")]
    file: bool,
    /// Open nothing, but say where both are
    #[arg(long)]
    print: bool,
}

impl Open {
    pub(super) fn run(&self, guide: &Guide) -> Result<(), Failure> {
        let exercise = guide.exercise(self.exercise.as_deref())?;
        if self.print {
            return print(exercise);
        }
        let command = if self.file { edit(exercise) } else { Some(read(exercise)) };
        let Some(mut command) = command else {
            return say(&format!("{} (set EDITOR, and it opens there)", exercise.file()));
        };
        let name = command.get_program().display().to_string();
        match command.current_dir(guide.course.root()).status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::Wrong(Some(format!("{name} ended with {status}")))),
            Err(error) => Err(Failure::Wrong(Some(format!("{name} cannot be run: {error}")))),
        }
    }
}

/// Says where file and page are.
fn print(exercise: &Exercise) -> Result<(), Failure> {
    let Exercise { page, .. } = exercise;
    say(&format!(
        "edit   {file}\n\
         read   {page} in the book: cargo lab book --open {page}\n\
         or     book/chapters/{chapter}.md, as it is",
        file = exercise.file(),
        chapter = page.chapter,
    ))
}

/// What serves the book, and opens it at the heading.
fn read(exercise: &Exercise) -> Command {
    let mut command = Command::new(cargo());
    command.args(["run", "--quiet", "--package", "book", "--", "--open"]);
    command.arg(exercise.page.to_string());
    command
}

/// The editor, which may have arguments of its own (`code --wait`); `None` if nobody said which.
fn edit(exercise: &Exercise) -> Option<Command> {
    let editors = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| env::var(name).ok());
    let editor = editors.into_iter().find(|editor| !editor.trim().is_empty())?;
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words).arg(exercise.file());
    Some(command)
}
