//! `lab list`: where am I?

use catalogue::{Chapter, Exercise};
use clap::Args;
use tracer::Tone;
use tracer::output::Failure;

use super::{Guide, State, say, walk};

/// Where am I? The chapters, what is done of each, and the exercises of this one
#[derive(Args)]
pub(in crate::command) struct List {
    /// The exercises of every chapter
    #[arg(long)]
    all: bool,
}

impl List {
    pub(super) fn run(&self, guide: &Guide) -> Result<(), Failure> {
        if self.all { show_all(guide) } else { show(guide) }
    }
}

/// The chapters, and the exercises of the one that the learner is at: as much as a terminal of 24 lines has
/// room for.
pub(super) fn show(guide: &Guide) -> Result<(), Failure> {
    let here = guide.progress.at().and_then(|id| guide.course.find(id));
    let open = here.or_else(|| walk::following(guide)).map(Exercise::chapter);
    chapters(guide, |chapter| open == Some(chapter.digit))?;
    say("Every exercise: cargo lab list --all")
}

/// All exercises of all chapters.
pub(super) fn show_all(guide: &Guide) -> Result<(), Failure> {
    chapters(guide, |_| true)
}

fn chapters(guide: &Guide, is_open: impl Fn(&Chapter) -> bool) -> Result<(), Failure> {
    for chapter in Chapter::ALL {
        let of_chapter: Vec<_> = guide
            .course
            .exercises()
            .iter()
            .filter(|exercise| exercise.chapter() == chapter.digit)
            .collect();
        if of_chapter.is_empty() {
            continue;
        }
        let done = of_chapter.iter().filter(|exercise| guide.state(exercise) == State::Done);
        let (done, all) = (done.count(), of_chapter.len());
        let title = format!("{} {}", chapter.digit, chapter.title);
        say(&format!("{}  ({done} of {all})", guide.page.paint(Tone::Strong, &title)))?;
        if is_open(&chapter) {
            for exercise in of_chapter {
                say(&line(guide, exercise))?;
            }
        }
    }
    say(&format!("\n  ✓ done   ~ begun   · untouched   ▸ you are here\n\n{}", sum(guide)))
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
