//! What a learner reads when a check fails.

use std::fmt;

use catalogue::wrap;

/// The outcome of a check.
pub type Verdict = Result<(), Report>;

/// Why a check fails. Its `Debug` is the message, since that is what a test prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Report(String);

/// The widest line, in columns.
pub(crate) const WIDTH: usize = 80;

impl Report {
    /// A report that opens with a mark, `TODO` or `WRONG`, and what it is about.
    pub(crate) fn new(mark: &str, about: &str) -> Self {
        // The test prints `Error: ` in front of the first line.
        let lines = wrap(about, WIDTH - "Error: WRONG  ".len());
        Self(format!("{mark}  {}", lines.join("\n      ")))
    }

    /// Adds a paragraph below.
    #[must_use]
    pub(crate) fn say(mut self, text: &str) -> Self {
        for line in text.lines().flat_map(|line| wrap(line, WIDTH - 2)) {
            self = self.line(&line);
        }
        self
    }

    /// Adds a line below, as it is.
    #[must_use]
    pub(crate) fn line(mut self, line: &str) -> Self {
        self.0.push('\n');
        self.0.push_str(format!("  {line}").trim_end());
        self
    }

    /// The message.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether it says that the exercise is not begun.
    pub fn is_todo(&self) -> bool {
        self.0.starts_with("TODO")
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text, or as much of it as fits, with an ellipsis.
pub(crate) fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_of_a_report_is_its_message() {
        let report = Report::new("WRONG", "a packet").say("Why it is so.").line("  00 01  ");
        assert_eq!(format!("{report:?}"), "WRONG  a packet\n  Why it is so.\n    00 01");
        assert!(!report.is_todo());
    }

    #[test]
    fn no_line_is_too_wide() {
        let long = "word ".repeat(60);
        let report = Report::new("WRONG", &long).say(&long);
        for (index, line) in report.text().lines().enumerate() {
            let before = if index == 0 { "Error: ".len() } else { 0 };
            assert!(before + line.chars().count() <= WIDTH, "{line}");
        }
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
