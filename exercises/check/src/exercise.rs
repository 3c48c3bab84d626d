//! The exercise that a check belongs to: where its files are, and what to say when it is not solved.

use std::path::{Path, PathBuf};

use catalogue::Course;

use crate::compare::remarked;
use crate::guard::{PATIENCE, Stopped, guarded};
use crate::report::Report;
use crate::turn;

/// An exercise, as its check sees it. See [`exercise!`](crate::exercise).
#[derive(Clone, Copy, Debug)]
pub struct Exercise {
    pub(crate) id: &'static str,
    /// The package that the check was compiled in.
    package: &'static str,
}

/// The package that runs the solutions, which alone records what is expected.
const AUTHORS: &str = "tests";
/// Says that it is to do so.
const BLESS: &str = "LAB_BLESS";

impl Exercise {
    /// The exercise with this id. [`exercise!`](crate::exercise) fills in the package.
    pub const fn new(id: &'static str, package: &'static str) -> Self {
        Self { id, package }
    }

    /// Calls the learner's code.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        code: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Report> {
        turn::begin();
        guarded(PATIENCE, code).map_err(|stopped| self.failed(report(&stopped)))
    }

    /// The file that holds what is expected under this name.
    pub(crate) fn expected_file(&self, name: &str) -> PathBuf {
        root().join(format!("exercises/{}/tests/expected/{name}.txt", self.id))
    }

    /// Whether what comes now is the solution's, and what is expected is to be recorded anew.
    pub(crate) fn is_recording(&self) -> bool {
        self.is_solution() && std::env::var_os(BLESS).is_some_and(|value| value == "1")
    }

    /// Whether the check runs on a solution or on a wrong answer of the bank.
    pub(crate) fn is_solution(&self) -> bool {
        self.package == AUTHORS
    }

    /// The report of a check that fails, in its turn, and where to read on. Authors, whose answers are wrong on purpose,
    /// do not read on.
    pub(crate) fn failed(&self, report: Report) -> Report {
        turn::wait();
        match Course::read_one(&root(), self.id) {
            Ok(exercise) if !self.is_solution() => {
                report.line(&format!("Read: {}", exercise.page)).line(&format!(
                    "      cargo lab open {0}, or cargo lab hint {0}",
                    exercise.number()
                ))
            }
            _ => report,
        }
    }
}

fn report(stopped: &Stopped) -> Report {
    match stopped {
        Stopped::Todo { place, text } => Report::new("TODO", &from_root(place)).say(text),
        Stopped::Panic { place, text } => {
            let about = format!("your code panicked at {}", from_root(place));
            let report = Report::new("WRONG", &about).say(text);
            remarked(report, remark(text).map(str::to_owned))
        }
        Stopped::Endless => {
            let milliseconds = PATIENCE.as_millis();
            let about = format!("your code did not come back within {milliseconds} ms");
            Report::new("WRONG", &about).say("Is there a loop that never ends?")
        }
    }
}

/// What there is to say of a panic that many meet.
fn remark(panic: &str) -> Option<&'static str> {
    const TOO_FEW: &str = "There are not as many: some may be missing. What is your answer then?";
    let known = [
        ("out of bounds", TOO_FEW),
        ("out of range for slice", TOO_FEW),
        ("with overflow", "The number has left the range of its type."),
        ("on a `None` value", "There was nothing to unwrap. What is your answer then?"),
    ];
    known.iter().find(|(words, _)| panic.contains(words)).map(|(_, remark)| *remark)
}

/// The root of the repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).unwrap_or(here).to_owned()
}

/// A place in a file, told from the root of the repository, or of Rust's own sources.
fn from_root(place: &str) -> String {
    if let Some((_, place)) = place.strip_prefix("/rustc/").and_then(|it| it.split_once('/')) {
        return place.to_owned();
    }
    let root = root().display().to_string();
    place.strip_prefix(&root).unwrap_or(place).trim_start_matches(['/', '\\']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_shortly() {
        let ours = root().join("exercises/01-some/src/lib.rs:3").display().to_string();
        assert_eq!(from_root(&ours), "exercises/01-some/src/lib.rs:3");
        assert_eq!(
            from_root("/rustc/5980/library/core/src/time.rs:1201"),
            "library/core/src/time.rs:1201"
        );
    }

    #[test]
    fn a_panic_that_many_meet_has_a_remark() {
        let bytes: Vec<u8> = Vec::new();
        let exercise = Exercise::new("99-some", "check");
        let told = exercise.value("one", &1, &[], move || bytes[1]).expect_err("a panic");
        assert!(told.text().contains("some may be missing"), "{told:?}");
    }

    #[test]
    fn whoever_is_wrong_is_told_where_to_read_on() {
        let learner = Exercise::new("01-fixed-header", "ex-01-fixed-header");
        let told = learner.value("one", &1, &[], || 2).expect_err("a difference");
        let lines: Vec<_> = told.text().lines().skip(3).collect();
        assert_eq!(
            lines,
            [
                "  Read: packet-format.html#the-first-byte",
                "        cargo lab open 01, or cargo lab hint 01"
            ]
        );
        let author = Exercise::new("01-fixed-header", AUTHORS);
        let told = author.value("one", &1, &[], || 2).expect_err("a difference");
        assert!(!told.text().contains("Read: "), "{told:?}");
    }
}
