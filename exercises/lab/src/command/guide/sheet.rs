//! `lab run-sheet`: what to do when, for who teaches.

use catalogue::{Exercise, Sheet};
use clap::{Args, ValueEnum};
use tracer::output::Failure;

use super::{Guide, say};

/// A programme for a day, half a day or ninety minutes, with times, as Markdown
#[derive(Args)]
pub(in crate::command) struct RunSheet {
    /// How much time there is
    #[arg(value_enum, default_value_t = Time::HalfDay)]
    time: Time,
}

#[derive(Clone, Copy, ValueEnum)]
enum Time {
    /// Everything that is not extra.
    Day,
    /// About three hours.
    HalfDay,
    /// An hour and a half.
    Ninety,
}

/// Minutes without a break, at the most.
const STRETCH: u16 = 75;
/// Minutes of a break.
const BREAK: u16 = 15;

impl RunSheet {
    pub(super) fn run(&self, guide: &Guide) -> Result<(), Failure> {
        let wanted = |exercise: &&Exercise| match self.time {
            Time::Day => !exercise.is_extra,
            Time::HalfDay => exercise.sheets.contains(&Sheet::HalfDay),
            Time::Ninety => exercise.sheets.contains(&Sheet::Ninety),
        };
        let chosen: Vec<&Exercise> = guide.course.exercises().iter().filter(wanted).collect();
        say("| From | Min | Exercise | Kind | What many believe before |")?;
        say("|---|---|---|---|---|")?;
        let (mut now, mut stretch) = (0, 0);
        for exercise in chosen {
            let Exercise { id, minutes, kind, misconception, .. } = exercise;
            if stretch > 0 && stretch + minutes > STRETCH {
                say(&format!("| {} | {BREAK} | *break* | | |", clock(now)))?;
                (now, stretch) = (now + BREAK, 0);
            }
            let kind = kind.name();
            say(&format!("| {} | {minutes} | {id} | {kind} | {misconception} |", clock(now)))?;
            (now, stretch) = (now + minutes, stretch + minutes);
        }
        say(&format!(
            "\nIn all {}. Before: cargo lab doctor; between groups: cargo lab reset --all",
            clock(now)
        ))
    }
}

/// Hours and minutes since the beginning.
fn clock(minutes: u16) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}
