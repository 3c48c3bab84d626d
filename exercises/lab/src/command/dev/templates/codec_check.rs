use check::{Exercise, Mistake, Verdict, mistake};
use ex{number} as answer;

const EXERCISE: Exercise = check::exercise!("{id}");

const MISTAKES: &[Mistake<[u8]>] = &[mistake(
    |bytes| bytes.first().is_some_and(|byte| byte & 0x0f != 0),
    "What is to be said of it.",
)];

#[test]
fn step1_what_comes_first() -> Verdict {
    EXERCISE.packet("pingreq", MISTAKES, answer::pingreq)
}
