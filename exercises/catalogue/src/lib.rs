//! What there is to exercise.
//!
//! Each exercise has one source, its solution, with a head that says all there is to know of it:
//!
//! ```text
//!   exercises/solutions/ex10.rs ──▶ Exercise ──▶ stub         10-connect/src/lib.rs, the learner's file
//!   (head, goal, code)                       ├─▶ read me      10-connect/README.md
//!                                            ├─▶ manifest     10-connect/Cargo.toml
//!                                            ├─▶ hints, minutes, page of the book: for the guide
//!                                            └─▶ answer       the code without marks, for `lab diff`
//! ```
//!
//! Whoever needs an exercise asks here: the guide, the tests that prove the solutions, and the checks
//! when they tell a learner which page to read. There are no dependencies, since a learner waits for all
//! of them.

mod course;
mod exercise;
mod fault;
mod head;
mod render;
mod source;
mod text;
mod wrong;

pub use course::Course;
pub use exercise::{Chapter, Exercise, Kind, Page, Sheet};
pub use fault::Fault;
pub use text::{reflow, wrap};
pub use wrong::Wrong;

/// A number that stands for a text: FNV-1a, of 64 bits. It hides an answer from a glance, and tells whether
/// a file is still the same; it is no protection against anybody.
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
