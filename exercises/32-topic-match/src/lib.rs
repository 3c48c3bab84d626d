//! 32-topic-match: Which message is mine?
//!
//! The broker asks one question all day: does this message belong to that subscription? Answer it for any
//! good Topic Filter and any good Topic Name. The last step puts your answer into a broker, and the lab's
//! own clients talk to it.
//!
//! Check it:  cargo test -p ex-32-topic-match
//! Read:      topics.html in the book (cargo run -p book)

/// Whether a message on this topic belongs to a subscription with this filter.
pub fn matches(filter: &str, topic: &str) -> bool {
    todo!("compare filter and topic level by level")
}
