//! Every solution passes the very checks that a learner's code has to pass.
//!
//! It is the same file, `exercises/10-connect/tests/check.rs`, compiled with the solution in the place of
//! the learner's code. `cargo bless` records from here what is expected of packets and conversations.
// Written as a learner would.
#![allow(missing_docs, unreachable_pub, unused, unused_qualifications, clippy::pedantic)]

include!(concat!(env!("OUT_DIR"), "/solutions.rs"));
