//! A trial: the learner's file is compiled and checked, and what cargo says is made short.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output};

use catalogue::Exercise;
use tracer::output::Failure;

/// How a trial ended.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::command) enum Trial {
    /// Every step is done: so many.
    Passed(usize),
    /// Some steps are not done yet.
    Failed {
        /// Those that are done.
        passed: usize,
        /// Name and report of the others, in their order.
        failed: Vec<(String, String)>,
    },
    /// It did not even run: what the compiler says.
    Broken(String),
}

impl Trial {
    /// Tries an exercise of the repository at `root`.
    pub(in crate::command) fn of(
        exercise: &Exercise,
        root: &Path,
        is_coloured: bool,
    ) -> Result<Self, Failure> {
        let color = if is_coloured { "--color=always" } else { "--color=never" };
        let output = Command::new(cargo())
            .args(["test", "--quiet", color, "--package", &exercise.package(), "--test", "check"])
            .args(["--", "--color=never"])
            .current_dir(root)
            .output()
            .map_err(|error| Failure::Wrong(Some(format!("cargo cannot be run: {error}"))))?;
        Ok(Self::read(&output))
    }

    fn read(output: &Output) -> Self {
        let told = String::from_utf8_lossy(&output.stdout);
        let Some(passed) = count(&told, " passed") else {
            let text = String::from_utf8_lossy(&output.stderr);
            // The guard may have stopped the whole test: then its words are all that matters.
            let text = text.find("WRONG  ").map_or(&*text, |place| &text[place..]);
            let lines = text.lines().filter(|line| !line.starts_with("error: test failed,"));
            let text = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
            return Self::Broken(lesson(&text).map_or(text.clone(), |lesson| {
                format!("{lesson}\n\n{text}").trim_end().to_owned()
            }));
        };
        if output.status.success() {
            return Self::Passed(passed);
        }
        Self::Failed { passed, failed: reports(&told) }
    }

    pub(in crate::command) fn is_passed(&self) -> bool {
        matches!(self, Self::Passed(_))
    }
}

/// What there is to say of code that ended the whole check, if it is not in the words already.
fn lesson(text: &str) -> Option<&'static str> {
    if text.contains("overflowed its stack") {
        return Some(
            "WRONG  your code calls itself without an end, and its stack overflowed\n  \
             Is there a function that calls itself, and nothing that stops it?",
        );
    }
    if text.contains("error: could not compile") && text.contains("/tests/check.rs:") {
        // What rustc advises then would change the check.
        return Some(
            "The check calls what the stub has: names, arguments and results are to stay\n\
             as they stand there. git diff shows the stub, and cargo lab reset gives it back.",
        );
    }
    text.is_empty().then_some(
        "WRONG  the program ended before the check did\n  Is there a call of exit() in your code?",
    )
}

/// The cargo that runs this, or the one that is found.
pub(super) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The number in front of a word of the last line.
fn count(told: &str, word: &str) -> Option<usize> {
    let result = told.lines().find(|line| line.starts_with("test result:"))?;
    let (before, _) = result.split_once(word)?;
    before.rsplit(' ').next()?.parse().ok()
}

/// Name and report of each test that failed.
fn reports(told: &str) -> Vec<(String, String)> {
    let mut reports: Vec<(String, String)> = told
        .split("\n---- ")
        .skip(1)
        .filter_map(|section| {
            let (name, text) = section.split_once(" stdout ----\n")?;
            let text = text.split("\n\nfailures:").next()?.trim();
            let text = text.split_once("Error: ").map_or(text, |(_, report)| report);
            Some((name.to_owned(), text.to_owned()))
        })
        .collect();
    reports.sort_unstable();
    reports
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "
running 3 tests
.
failures:

---- step2_b stdout ----
Error: WRONG  two
  because

---- step1_a stdout ----
Error: TODO  lib.rs:1


failures:
    step1_a
    step2_b

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
";

    #[test]
    fn what_cargo_says_is_read() {
        assert_eq!(count(TOLD, " passed"), Some(1));
        let expected = [("step1_a", "TODO  lib.rs:1"), ("step2_b", "WRONG  two\n  because")];
        assert_eq!(reports(TOLD), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
        assert_eq!(count("error: no such package", " passed"), None);
    }

    #[test]
    fn what_ends_the_check_has_a_lesson() {
        assert!(lesson("thread 'x' has overflowed its stack").unwrap().contains("calls itself"));
        let other_arguments =
            "error[E0061]\n --> exercises/14-x/tests/check.rs:1:2\nerror: could not compile";
        assert!(lesson(other_arguments).unwrap().contains("as they stand there"));
        assert!(lesson("").unwrap().contains("exit()"));
        assert_eq!(lesson("error: could not compile `ex-42`"), None);
    }
}
