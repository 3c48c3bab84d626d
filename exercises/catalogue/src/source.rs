//! The marks in a source: what the learner gets in place of the solution.
//!
//! ```text
//!     // LAB: todo!("put the type into the high four bits")
//!     (packet_type << 4) | flags
//!     // LAB-END
//! ```
//!
//! The lines between the marks are the solution's alone. What stands behind `LAB:` is the learner's
//! alone; there may be several such lines, and one with nothing behind it leaves nothing.

use crate::fault::Fault;

const OPEN: &str = "// LAB:";
const CLOSE: &str = "// LAB-END";

/// The learner's code.
pub(crate) fn stub(path: &str, code: &str) -> Result<String, Fault> {
    let mut out = Lines::default();
    let mut open = None;
    for (index, line) in code.lines().enumerate() {
        let text = line.trim_start();
        if let Some(instead) = text.strip_prefix(OPEN) {
            open.get_or_insert(index);
            let indent = &line[..line.len() - text.len()];
            match instead.strip_prefix(' ').unwrap_or(instead) {
                "" => {}
                instead => out.push(&format!("{indent}{instead}")),
            }
        } else if text == CLOSE {
            open.take().ok_or_else(|| misplaced(path, CLOSE, "nothing is open"))?;
        } else if open.is_none() {
            out.push(line);
        }
    }
    match open {
        None => Ok(out.finish()),
        Some(_) => Err(misplaced(path, OPEN, "it is not closed")),
    }
}

/// The solution without marks.
pub(crate) fn answer(code: &str) -> String {
    let is_mark = |line: &&str| {
        let text = line.trim_start();
        text.starts_with(OPEN) || text == CLOSE
    };
    let mut out = Lines::default();
    code.lines().filter(|line| !is_mark(line)).for_each(|line| out.push(line));
    out.finish()
}

/// How many lines of code there are between the marks.
pub(crate) fn lines_between_marks(code: &str) -> usize {
    let mut is_open = false;
    let count = |line: &&str| {
        let text = line.trim_start();
        if text.starts_with(OPEN) || text == CLOSE {
            is_open = text != CLOSE;
            return false;
        }
        is_open && !text.is_empty() && !text.starts_with("//")
    };
    code.lines().filter(count).count()
}

fn misplaced(path: &str, mark: &str, why: &str) -> Fault {
    Fault::source(path, 1, format!("there is a `{mark}` too many: {why}"))
}

/// Lines without two empty ones in a row, and without empty ones at either end.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, line: &str) {
        let follows_empty = self.0.is_empty() || self.0.ends_with("\n\n");
        if !(line.is_empty() && follows_empty) {
            self.0.push_str(line);
            self.0.push('\n');
        }
    }

    fn finish(self) -> String {
        format!("{}\n", self.0.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "
// LAB:
use std::fmt;

// LAB-END
/// What it is.
pub fn first(byte: u8) -> u8 {
    // LAB: // A word of advice.
    // LAB: todo!(\"shift it\")
    byte >> 4
    // LAB-END
}
";

    #[test]
    fn the_learner_gets_what_the_marks_say() {
        let stub = stub("ex.rs", CODE).expect("good marks");
        assert_eq!(
            stub,
            "/// What it is.\npub fn first(byte: u8) -> u8 {\n    // A word of advice.\n    \
             todo!(\"shift it\")\n}\n"
        );
    }

    #[test]
    fn the_answer_has_no_marks() {
        assert_eq!(
            answer(CODE),
            "use std::fmt;\n\n/// What it is.\npub fn first(byte: u8) -> u8 {\n    byte >> 4\n}\n"
        );
    }

    #[test]
    fn marks_come_in_pairs() {
        assert!(stub("ex.rs", "// LAB-END\n").is_err());
        assert!(stub("ex.rs", "// LAB: x\ny\n").is_err());
    }
}
