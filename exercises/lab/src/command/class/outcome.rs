//! How a trial went, in one word that says nothing of the code.
//!
//! A wrong answer that the bank of wrong answers knows has a name there (`whole_seconds`). It is known by the
//! report, which is pinned for each of them in `tests/tests/snapshots/wrong_answers`. For any other one the
//! word is the step that it fails.

use std::fs;
use std::path::Path;

use catalogue::Exercise;

use super::topics::GREEN;
use crate::command::guide::Trial;

/// Nothing is written yet.
const TODO: &str = "todo";
/// It does not compile, or does not run to its end.
const BROKEN: &str = "broken";

/// The word for this outcome.
pub(in crate::command) fn outcome(root: &Path, exercise: &Exercise, trial: &Trial) -> String {
    match trial {
        Trial::Passed(_) => GREEN.to_owned(),
        Trial::Broken(_) => BROKEN.to_owned(),
        Trial::Failed { failed, .. } => match failed.first() {
            None => BROKEN.to_owned(),
            Some((_, report)) if report.starts_with("TODO") => TODO.to_owned(),
            Some((step, report)) => {
                let path = format!("tests/tests/snapshots/wrong_answers/{}.snap", exercise.id);
                let bank = fs::read_to_string(root.join(path)).unwrap_or_default();
                known(&bank, report).unwrap_or(step).to_owned()
            }
        },
    }
}

/// The name of the wrong answer of the bank that is told the same.
fn known<'b>(bank: &'b str, report: &str) -> Option<&'b str> {
    let report = report.split("\n  Read: ").next()?.trim_end();
    bank.split("\n== ").skip(1).chain(bank.strip_prefix("== ")).find_map(|entry| {
        let (name, _) = entry.split_once(": ")?;
        let (_, told) = entry.split_once("stdout ----\nError: ")?;
        (told.trim_end() == report).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BANK: &str = "\
---
source: tests/tests/wrong_answers.rs
---
== one_less: Counting begins at 1.
---- step1_a stdout ----
Error: WRONG  the byte
  want  02

== one_more: Counting: it begins at 1.
---- step1_a stdout ----
Error: WRONG  the byte
  want  02
  got   03
";

    #[test]
    fn a_mistake_is_known_by_what_is_told() {
        let told =
            "WRONG  the byte\n  want  02\n  got   03\n  Read: a.html\n        cargo lab open 01";
        assert_eq!(known(BANK, told), Some("one_more"));
        assert_eq!(known(BANK, "WRONG  the byte\n  want  02"), Some("one_less"));
        assert_eq!(known(BANK, "WRONG  the byte\n  want  03"), None);
    }
}
