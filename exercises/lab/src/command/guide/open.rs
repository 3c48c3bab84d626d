//! `lab open`: the file in the editor, or the page of the book in the browser.

use std::env;
use std::process::Command;

use clap::Args;
use tracer::output::Failure;

use super::trial::cargo;
use super::{Guide, say};

/// Open the file in your editor, or the page of the book in the browser
#[derive(Args)]
pub(in crate::command) struct Open {
    /// Its number or name: 10, 10-connect [default: the one that you are at]
    exercise: Option<String>,
    /// Serve the book, and open it at the page of this exercise
    #[arg(long)]
    book: bool,
}

impl Open {
    pub(super) fn run(&self, guide: &Guide) -> Result<(), Failure> {
        let exercise = guide.exercise(self.exercise.as_deref())?;
        let root = guide.course.root();
        let mut command = if self.book {
            say(&format!("$ cargo run --quiet --package book -- --open {}", exercise.page))?;
            let mut command = Command::new(cargo());
            command.args(["run", "--quiet", "--package", "book", "--", "--open"]);
            command.arg(exercise.page.to_string());
            command
        } else {
            let editor = ["VISUAL", "EDITOR"].into_iter().find_map(env::var_os);
            let Some(editor) = editor.filter(|editor| !editor.is_empty()) else {
                return say(&format!("{} (set EDITOR, and it opens there)", exercise.file()));
            };
            let mut command = Command::new(editor);
            command.arg(exercise.file());
            command
        };
        let status = command.current_dir(root).status();
        let name = command.get_program().display().to_string();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::Wrong(Some(format!("{name} ended with {status}")))),
            Err(error) => Err(Failure::Wrong(Some(format!("{name} cannot be run: {error}")))),
        }
    }
}
