//! Every wrong answer of the bank is rejected, and what its author is told is pinned: it has to name the
//! right field, event or rule.
// Written as a learner would.
#![allow(missing_docs, unreachable_pub, unused, unused_qualifications)]
#![allow(clippy::all, clippy::pedantic)]

mod bank;

use bank::WrongAnswer;

include!(concat!(env!("OUT_DIR"), "/wrong.rs"));

#[test]
fn every_wrong_answer_is_told_what_is_wrong() {
    bank::every_one_is_told_what_is_wrong(BANK);
}
