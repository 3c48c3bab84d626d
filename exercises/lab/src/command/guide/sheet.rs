//! `lab run-sheet`: what to do when, for who teaches.

use catalogue::{Course, Exercise, Sheet};
use clap::{Args, ValueEnum};
use tracer::output::Failure;

use super::{Guide, say};

/// A programme for two days, a day, half a day or ninety minutes, with times, as Markdown
#[derive(Args)]
pub(in crate::command) struct RunSheet {
    /// How much time there is
    #[arg(value_enum, default_value_t = Time::HalfDay)]
    time: Time,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Time {
    /// Everything that is not extra.
    TwoDays,
    /// Less than seven hours.
    Day,
    /// Less than four hours.
    HalfDay,
    /// An hour and a half, with a quarter of an hour to begin and to end.
    Ninety,
}

/// Minutes without a break, at the most.
const STRETCH: u16 = 75;
/// Minutes of a break.
const BREAK: u16 = 15;

impl RunSheet {
    pub(super) fn run(&self, guide: &Guide) -> Result<(), Failure> {
        let sheet = match self.time {
            Time::TwoDays => None,
            Time::Day => Some(Sheet::Day),
            Time::HalfDay => Some(Sheet::HalfDay),
            Time::Ninety => Some(Sheet::Ninety),
        };
        let (slots, end) = programme(&guide.course, sheet);
        say("| From | Min | Exercise | Kind | What many believe before |")?;
        say("|---|---|---|---|---|")?;
        for Slot { from, exercise } in slots {
            let from = clock(from);
            let Some(exercise) = exercise else {
                say(&format!("| {from} | {BREAK} | *break* | | |"))?;
                continue;
            };
            let Exercise { id, minutes, kind, misconception, .. } = exercise;
            say(&format!("| {from} | {minutes} | {id} | {} | {misconception} |", kind.name()))?;
        }
        say(&format!(
            "\nIn all {}. Before: cargo lab doctor; between groups: cargo lab reset --all",
            clock(end)
        ))
    }
}

/// What comes when: an exercise, or a break.
struct Slot<'a> {
    /// Minutes from the beginning.
    from: u16,
    exercise: Option<&'a Exercise>,
}

/// The exercises of a programme, or all that are not extra, with breaks, and the minute at which it ends.
fn programme(course: &Course, sheet: Option<Sheet>) -> (Vec<Slot<'_>>, u16) {
    let wanted = |exercise: &&Exercise| match sheet {
        None => !exercise.is_extra,
        Some(sheet) => exercise.sheets.contains(&sheet),
    };
    let (mut slots, mut now, mut stretch) = (Vec::new(), 0, 0);
    for exercise in course.exercises().iter().filter(wanted) {
        if stretch > 0 && stretch + exercise.minutes > STRETCH {
            slots.push(Slot { from: now, exercise: None });
            (now, stretch) = (now + BREAK, 0);
        }
        slots.push(Slot { from: now, exercise: Some(exercise) });
        (now, stretch) = (now + exercise.minutes, stretch + exercise.minutes);
    }
    (slots, now)
}

/// The programmes that take more time than there is, for authors.
pub(in crate::command) fn faults(course: &Course) -> Vec<String> {
    let too_long = |sheet: Sheet| {
        let room = match sheet {
            Sheet::Day => 7 * 60,
            Sheet::HalfDay => 4 * 60,
            Sheet::Ninety => 75,
        };
        let (_, end) = programme(course, Some(sheet));
        let (name, end, room) = (sheet.name(), clock(end), clock((end > room).then_some(room)?));
        Some(format!(
            "the run sheet {name} takes {end}, and there are {room}: take an exercise out"
        ))
    };
    Sheet::ALL.into_iter().filter_map(too_long).collect()
}

/// Hours and minutes since the beginning.
fn clock(minutes: u16) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}
