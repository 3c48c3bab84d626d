//! The same as `solutions`, for the exercises that speak TLS: its library would make that test heavy.
// Written as a learner would.
#![allow(missing_docs, unreachable_pub, unused, unused_qualifications, clippy::pedantic)]

include!(concat!(env!("OUT_DIR"), "/solutions_over_tls.rs"));
