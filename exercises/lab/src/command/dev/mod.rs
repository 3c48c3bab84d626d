//! `lab dev`: what the authors of exercises need.

mod check;
mod members;
mod new;
mod sync;

use clap::{Args, Subcommand};
use tracer::output::Failure;

/// Write exercises: make their files from the solutions, and see whether all is well
#[derive(Args)]
#[command(after_help = "\
Examples:
  lab dev new 10-connect --kind codec     a new exercise, to be filled in
  lab dev sync                            make stub, read me and manifest from each solution
  lab dev check                           see whether anything is missing or out of date

exercises/AUTHORING.md tells how an exercise is written.")]
pub(super) struct Author {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    New(new::New),
    /// Make each exercise's files anew from its solution
    Sync,
    /// Say what is missing or out of date
    Check,
}

impl Author {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match &self.task {
            Task::New(new) => new.run(),
            Task::Sync => sync::run(),
            Task::Check => check::run(),
        }
    }
}
