//! The bank of wrong answers: what a learner may well write, and what he is told then.
//!
//! `exercises/wrong/ex10.rs` has one public module for each. It takes over the solution and replaces the
//! one function in which it is wrong:
//!
//! ```text
//! /// Lengths count the text alone.
//! pub mod without_the_length {
//!     pub use crate::ex10::*;
//!
//!     pub fn text(text: &str) -> Vec<u8> {
//!         text.as_bytes().to_vec()
//!     }
//! }
//! ```

/// A wrong answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The name of its module.
    pub module: String,
    /// What its author may have thought.
    pub thought: String,
}

/// The wrong answers of a file, in its order.
pub(crate) fn read(source: &str) -> Vec<Wrong> {
    let mut thought = Vec::new();
    let mut wrong = Vec::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("///") {
            thought.push(text.trim());
        } else if let Some(module) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(" {")) {
            wrong.push(Wrong { module: module.to_owned(), thought: thought.join(" ") });
            thought.clear();
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_wrong_answers() {
        let source = "//! Head.\n\n/// One\n/// line.\npub mod one {\n    pub mod inner {}\n}\n";
        assert_eq!(read(source), [Wrong { module: "one".into(), thought: "One line.".into() }]);
    }
}
