//! `lab list`: where am I?

use catalogue::{Chapter, Exercise};
use tracer::Tone;
use tracer::output::Failure;

use super::{Guide, State, say};

pub(super) fn show(guide: &Guide) -> Result<(), Failure> {
    let exercises = guide.course.exercises();
    for chapter in Chapter::ALL {
        let of_chapter: Vec<_> =
            exercises.iter().filter(|exercise| exercise.chapter() == chapter.digit).collect();
        if of_chapter.is_empty() {
            continue;
        }
        let done = of_chapter.iter().filter(|exercise| guide.state(exercise) == State::Done);
        let (done, all) = (done.count(), of_chapter.len());
        let title = format!("{} {}", chapter.digit, chapter.title);
        say(&format!("{}  ({done} of {all})", guide.page.paint(Tone::Strong, &title)))?;
        for exercise in of_chapter {
            say(&line(guide, exercise))?;
        }
    }
    say("")?;
    say(&format!("  ✓ done   ~ begun   · untouched   ▸ you are here\n\n{}", sum(guide)))
}

fn line(guide: &Guide, exercise: &Exercise) -> String {
    let here = if guide.progress.at() == Some(&exercise.id) { "▸" } else { " " };
    let mark = guide.state(exercise).painted(guide.page);
    let extra = if exercise.is_extra { " (extra)" } else { "" };
    let Exercise { id, title, minutes, .. } = exercise;
    format!("{here} {mark} {id:<22} {minutes:>3} min  {title}{extra}")
}

/// How much is done, and how much is left.
fn sum(guide: &Guide) -> String {
    let exercises = guide.course.exercises();
    let is_done = |exercise: &&Exercise| guide.state(exercise) == State::Done;
    let done = exercises.iter().filter(is_done).count();
    let left = exercises.iter().filter(|exercise| !exercise.is_extra && !is_done(exercise));
    let minutes: u16 = left.map(|exercise| exercise.minutes).sum();
    let all = exercises.len();
    let left = match (minutes / 60, minutes % 60) {
        (0, 0) => "nothing is left but what is extra".to_owned(),
        (0, minutes) => format!("about {minutes} minutes are left"),
        (hours, minutes) => format!("about {hours} h {minutes:02} min are left"),
    };
    format!("{done} of {all} done, {left}. What comes next: cargo lab next")
}
