use check::{Exercise, Verdict};
use ex{number} as answer;

const EXERCISE: Exercise = check::exercise!("{id}");

#[test]
fn step1_the_type() -> Verdict {
    let known = [("192", "What is to be said of this answer.")];
    let look = "Where to look.";
    // `cargo bless` tells the hash.
    EXERCISE.answer("packet_type", 0, &known, look, answer::packet_type)
}
