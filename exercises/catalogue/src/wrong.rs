//! The bank of wrong answers: what a learner may well write, and what he is told then.
//!
//! `exercises/wrong/ex14.diff` has one entry for each: a name, what its author may have thought, and the
//! lines of the solution that are others then. Lines are compared without their indentation, and have to
//! stand in the solution once.
//!
//! ```text
//! ## the_keep_alive_itself: The Keep Alive is the limit.
//! -(self.seconds > 0).then(|| self.last_heard + keep_alive * 3 / 2)
//! +(self.seconds > 0).then(|| self.last_heard + keep_alive)
//! ```

use crate::fault::Fault;

/// A wrong answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Its name, fit for a module.
    pub name: String,
    /// What its author may have thought.
    pub thought: String,
    /// The whole code.
    pub code: String,
}

/// The wrong answers of a file, in its order. `answer` is the solution.
pub(crate) fn read(path: &str, source: &str, answer: &str) -> Result<Vec<Wrong>, Fault> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut change = Change::default();
    for (index, text) in source.lines().chain(["##"]).enumerate() {
        let fault = |message: String| Fault::source(path, index + 1, message);
        if let Some(removed) = text.strip_prefix('-') {
            if !change.added.is_empty() {
                apply(&mut wrong, &mut change).map_err(fault)?;
            }
            change.removed.push(removed);
        } else if let Some(added) = text.strip_prefix('+') {
            change.added.push(added);
        } else if let Some(heading) = text.strip_prefix("##") {
            apply(&mut wrong, &mut change).map_err(fault)?;
            let (name, thought) = heading.split_once(": ").unwrap_or((heading, ""));
            let (name, thought) = (name.trim().to_owned(), thought.trim().to_owned());
            wrong.push(Wrong { name, thought, code: answer.to_owned() });
        }
    }
    wrong.pop(); // the heading behind the end
    match wrong.iter().find(|wrong| wrong.code == answer || wrong.thought.is_empty()) {
        None => Ok(wrong),
        Some(Wrong { name, .. }) => {
            let message =
                format!("{name}: say what its author thought, and what is other than right");
            Err(Fault::source(path, 1, message))
        }
    }
}

/// Lines that go, and lines that come instead.
#[derive(Default)]
struct Change<'s> {
    removed: Vec<&'s str>,
    added: Vec<&'s str>,
}

/// Carries a change out on the wrong answer that was begun last.
fn apply(wrong: &mut [Wrong], change: &mut Change<'_>) -> Result<(), String> {
    let Change { removed, added } = std::mem::take(change);
    let Some(wrong) = wrong.last_mut().filter(|_| !removed.is_empty() || !added.is_empty()) else {
        return Ok(());
    };
    let lines: Vec<&str> = wrong.code.lines().collect();
    let is_here = |window: &&[&str]| {
        window.iter().zip(&removed).all(|(one, other)| one.trim() == other.trim())
    };
    let places = lines.windows(removed.len().max(1)).enumerate();
    let places: Vec<usize> =
        places.filter(|(_, window)| is_here(window)).map(|(place, _)| place).collect();
    let &[place] = places.as_slice() else {
        let first = removed.first().copied().unwrap_or("(no line with a -)");
        return Err(format!("these lines stand in the solution {} times: {first}", places.len()));
    };
    let indent = lines[place].len() - lines[place].trim_start().len();
    let indent = &lines[place][..indent];
    let added: Vec<String> = added.iter().map(|line| format!("{indent}{line}")).collect();
    let before = lines[..place].iter().copied();
    let after = lines[place + removed.len()..].iter().copied();
    let all: Vec<&str> = before.chain(added.iter().map(String::as_str)).chain(after).collect();
    wrong.code = all.join("\n") + "\n";
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "fn one() {\n    let a = 1;\n    a + 1\n}\n\nfn two() {\n    2\n}\n";

    #[test]
    fn lines_are_replaced() {
        let source =
            "# Head\n\n## off: It counts from 0.\n-let a = 1;\n-a + 1\n+let a = 0;\n+a\n-2\n+1\n";
        let wrong = read("ex.diff", source, ANSWER).expect("a good bank");
        assert_eq!(
            wrong,
            [Wrong {
                name: "off".into(),
                thought: "It counts from 0.".into(),
                code: "fn one() {\n    let a = 0;\n    a\n}\n\nfn two() {\n    1\n}\n".into(),
            }]
        );
    }

    #[test]
    fn a_bank_that_does_not_fit_its_solution_is_told() {
        for (source, why) in [
            ("## a: A.\n-3\n+4\n", "ex.diff:4: these lines stand in the solution 0 times: 3"),
            ("## a: A.\n-}\n+)\n", "ex.diff:4: these lines stand in the solution 2 times: }"),
            (
                "## a: A.\n",
                "ex.diff:1: a: say what its author thought, and what is other than right",
            ),
        ] {
            assert_eq!(read("ex.diff", source, ANSWER).expect_err("a fault").to_string(), why);
        }
    }
}
