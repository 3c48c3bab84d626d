//! The bank of wrong answers: each is rejected, and what its author is told is pinned.

/// A wrong answer, with the checks of the learners.
pub struct WrongAnswer {
    pub name: &'static str,
    pub thought: &'static str,
    pub checks: &'static [(&'static str, fn() -> check::Verdict)],
}

/// The wrong answers to some exercises, by their ids.
pub type Bank = [(&'static str, &'static [WrongAnswer])];

/// Looks at each of them. What is told has to name the right field, event or rule.
pub fn every_one_is_told_what_is_wrong(bank: &Bank) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots/wrong_answers");
    settings.bind(|| {
        for (exercise, answers) in bank.iter().filter(|(_, answers)| !answers.is_empty()) {
            let told: Vec<String> = answers.iter().map(|answer| told(exercise, answer)).collect();
            insta::assert_snapshot!(*exercise, told.join("\n\n"));
        }
    });
}

/// What the author of a wrong answer reads first: the report of the first check that fails.
fn told(exercise: &str, answer: &WrongAnswer) -> String {
    let WrongAnswer { name, thought, checks } = answer;
    let failed: Vec<_> =
        checks.iter().filter_map(|(step, check)| Some((step, check().err()?))).collect();
    let Some((step, report)) = failed.first() else {
        panic!("{exercise}: every check takes {name} for right");
    };
    assert!(!report.is_todo(), "{exercise}, {name}: this is not a TODO");
    let message = format!("Error: {report:?}");
    for line in message.lines() {
        assert!(line.chars().count() <= 80, "{exercise}, {name}: wider than 80 columns: {line}");
    }
    format!("== {name}: {thought}\n---- {step} stdout ----\n{message}")
}
