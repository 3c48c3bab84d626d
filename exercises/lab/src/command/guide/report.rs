//! `lab report`: how far the learner is, for machines.

use catalogue::fingerprint;
use clap::Args;
use serde_json::json;
use tracer::output::Failure;

use super::{Guide, list, say};

/// How far am I? For people, or with --json for a machine
#[derive(Args)]
pub(in crate::command) struct Report {
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Report {
    pub(super) fn run(&self, guide: &Guide) -> Result<(), Failure> {
        if !self.json {
            return list::show_all(guide);
        }
        let exercises: Vec<_> = guide
            .course
            .exercises()
            .iter()
            .map(|exercise| {
                let file = guide.file(exercise).unwrap_or_default();
                json!({
                    "id": exercise.id,
                    "state": guide.state(exercise).word(),
                    "hints": guide.progress.hints(&exercise.id),
                    "file": format!("{:016x}", fingerprint(&file)),
                })
            })
            .collect();
        let version = env!("CARGO_PKG_VERSION");
        say(&json!({ "lab": version, "at": guide.progress.at(), "exercises": exercises })
            .to_string())
    }
}
