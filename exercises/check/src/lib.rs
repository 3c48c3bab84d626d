//! What tells a learner what is wrong.
//!
//! The check of an exercise is a test file whose tests return a [`Verdict`]. What the learner wrote is
//! called under a guard, compared with what was expected, and where it differs a [`Report`] says so:
//!
//! ```text
//!   learner's code ──▶ guard ──▶ value, packet, conversation or answer ──▶ compared ──▶ Verdict
//!                        │                                                    │
//!                        └─ todo!, panic, endless loop ──────────────────────┴─▶ Report
//! ```
//!
//! A report is the whole message. It has no backtrace, no colour, and lines of at most 80 columns, and it
//! names the cause before its consequences.
//!
//! What is expected of a packet or a conversation stands in `tests/expected/` of the exercise, as a text
//! that can be read and shown. Nothing that is said to a test of a learner records it anew: that does
//! `cargo bless`, and it runs the solutions alone.
//!
//! What is generic is short, and calls what is not: a check is compiled anew whenever its learner saves, and
//! with it all that is made for its own types and closures.

mod answer;
mod compare;
mod conversation;
mod exercise;
mod expected;
mod guard;
mod mistake;
mod report;
mod turn;

pub use exercise::Exercise;
pub use mistake::{Mistake, breach, mistake};
pub use report::{Report, Verdict};
pub use wire::{requirements, rules};

/// The exercise that a check belongs to: `const EXERCISE: check::Exercise = check::exercise!("10-connect");`
#[macro_export]
macro_rules! exercise {
    ($id:literal) => {
        $crate::Exercise::new($id, env!("CARGO_PKG_NAME"))
    };
}
