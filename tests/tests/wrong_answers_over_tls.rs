//! The same as `wrong_answers`, for the exercises that speak TLS: its library would make that test heavy.
// Written as a learner would.
#![allow(missing_docs, unreachable_pub, unused, unused_qualifications)]
#![allow(clippy::pedantic, clippy::type_complexity)]

mod bank;

use bank::WrongAnswer;

include!(concat!(env!("OUT_DIR"), "/wrong_over_tls.rs"));

#[test]
fn every_wrong_answer_is_told_what_is_wrong() {
    bank::every_one_is_told_what_is_wrong(BANK);
}
