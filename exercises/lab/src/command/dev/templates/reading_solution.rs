//! {id}: What it is about
//!
//! kind: reading
//! minutes: 5
//! part: core
//! page: packet-format.html
//! misconception: What many believe before.
//! hint: Where to look.
//! hint: What to think of.
//! hint: Nearly all of it.
//!
//! What the learner is to look at and to answer.

/// The question, in a sentence.
pub fn packet_type() -> u8 {
    // LAB: todo!("the question, in a few words")
    12
    // LAB-END
}
