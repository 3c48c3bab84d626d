//! `lab class`: how far everybody in the room is, told over the lab's own broker.
//!
//! ```text
//!   check, watch ──▶ Teller ── PUBLISH, retained ──▶ broker of `host` ──▶ `board`
//!                        └──── last will: who is away ──┘
//!
//!   lab/<class>/<name>/ex/43     green, or what went wrong last: todo, broken, whole_seconds
//!   lab/<class>/<name>/online    1 here, 0 away, nothing: has left
//! ```
//!
//! Nobody takes part who did not `join`. What is told is what stands above, and never a line of code; and
//! it is told to a broker in the local network only.

mod board;
mod grid;
mod host;
mod join;
mod local;
mod membership;
mod outcome;
mod teller;
mod topics;

use std::path::Path;

use clap::{Args, Subcommand};
use tracer::output::Failure;

use super::place;
pub(super) use membership::Membership;
pub(super) use outcome::outcome;
pub(super) use teller::Teller;

/// How far everybody in the room is: over the lab's own broker, for who wants to take part
#[derive(Args)]
#[command(after_help = "\
Examples:
  lab class host --listen 192.168.1.5:1883     who teaches: a broker for the room
  lab class board --at 192.168.1.5:1883        … and who is where, on the projector
  lab class join ada --at 192.168.1.5:1883     a learner; then lab check and lab watch tell
  lab class leave                              tells nothing any more, and takes back what was told

It tells which exercise is done, or the name of the last mistake, and never a line of code.")]
pub(super) struct Class {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Host(host::Host),
    Join(join::Join),
    Board(board::Board),
    /// Take part no more, and take back what was told
    Leave,
}

impl Class {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let course = place::course()?;
        match &self.task {
            Task::Host(host) => host.run(),
            Task::Join(join) => join.run(&course),
            Task::Board(board) => board.run(&course),
            Task::Leave => join::leave(&course),
        }
    }
}

/// The class that the learner of this repository has joined.
pub(super) fn joined(root: &Path) -> Option<Membership> {
    Membership::read(root)
}

/// What everything here runs on: one thread is enough for a room.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn wrong(message: impl ToString) -> Failure {
    Failure::Wrong(Some(message.to_string()))
}
