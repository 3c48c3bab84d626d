//! The board as text: who is there, what is done, and where several are stuck.

use std::collections::BTreeMap;
use std::fmt::Write;

use catalogue::{Chapter, Course, wrap};

use super::topics::{GREEN, Told};

/// Columns of a board.
const WIDTH: usize = 80;
/// Columns of a name.
const NAME: usize = 16;
/// Mistakes that are named, at the most.
const MISTAKES: usize = 5;

/// What is known of a class.
#[derive(Debug, Default)]
pub(super) struct Grid(BTreeMap<String, Learner>);

#[derive(Debug, Default)]
struct Learner {
    is_here: bool,
    /// The last outcome of each exercise, by its number.
    outcomes: BTreeMap<String, String>,
}

impl Grid {
    /// Takes in what was told.
    pub(super) fn hear(&mut self, told: Told) {
        match told {
            Told::Presence { name, is_here } => self.0.entry(name).or_default().is_here = is_here,
            Told::Outcome { name, number, outcome: Some(outcome) } => {
                self.0.entry(name).or_default().outcomes.insert(number, outcome);
            }
            Told::Outcome { name, number, outcome: None } => {
                if let Some(learner) = self.0.get_mut(&name) {
                    learner.outcomes.remove(&number);
                }
            }
            Told::Gone { name } => {
                self.0.remove(&name);
            }
        }
    }

    /// The board, a line for each learner.
    pub(super) fn text(&self, course: &Course) -> String {
        let (mut chapters, mut numbers) = (String::new(), String::new());
        for number in columns(course) {
            let (chapter, digit) = number.split_at_checked(1).unwrap_or((" ", " "));
            // The digit of a chapter stands over its first exercise alone.
            let is_first = chapters.is_empty() || numbers.ends_with(' ');
            chapters.push_str(if is_first { chapter } else { " " });
            numbers.push_str(digit);
        }
        let mut out = format!("  {:NAME$} {}\n", "", chapters.trim_end());
        let _ = writeln!(out, "  {:NAME$} {numbers}  done", ""); // a text takes everything
        for (name, learner) in &self.0 {
            out.push_str(&learner.line(name, course));
        }
        if self.0.is_empty() {
            out.push_str("  nobody yet: cargo lab class join NAME\n");
        }
        out.push_str("\n  ● here  ○ away    ✓ done  ✗ wrong  ~ begun  · nothing yet\n");
        let stuck = self.stuck(course);
        if !stuck.is_empty() {
            let _ = write!(out, "\nStuck now:\n{stuck}");
        }
        out
    }

    /// The mistakes of the moment, the most frequent first.
    fn stuck(&self, course: &Course) -> String {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for learner in self.0.values() {
            for (number, outcome) in &learner.outcomes {
                if is_wrong(outcome) {
                    *counts.entry((number, outcome)).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let lines = counts.into_iter().take(MISTAKES).flat_map(|((number, outcome), count)| {
            let thought = thought(course, number, outcome);
            let lines = wrap(&format!("{count} × {number} {outcome}{thought}"), WIDTH - 6);
            lines.into_iter().enumerate().map(|(index, line)| {
                format!("{}{line}\n", if index == 0 { "  " } else { "      " })
            })
        });
        lines.collect()
    }
}

impl Learner {
    fn line(&self, name: &str, course: &Course) -> String {
        let here = if self.is_here { '●' } else { '○' };
        let marks: String = columns(course)
            .iter()
            .map(|number| match self.outcomes.get(number).map(String::as_str) {
                _ if number.is_empty() => ' ',
                None => '·',
                Some(GREEN) => '✓',
                Some(outcome) if is_wrong(outcome) => '✗',
                Some(_) => '~',
            })
            .collect();
        let done = self.outcomes.values().filter(|outcome| *outcome == GREEN).count();
        format!("{here} {name:NAME$} {marks}  {done:>4}\n")
    }
}

/// The number of the exercise in each column; an empty one between two chapters.
fn columns(course: &Course) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for chapter in Chapter::ALL {
        let of_chapter = course.exercises().iter().filter(|one| one.chapter() == chapter.digit);
        let numbers: Vec<String> = of_chapter.map(|one| one.number().to_owned()).collect();
        if !numbers.is_empty() && !columns.is_empty() {
            columns.push(String::new());
        }
        columns.extend(numbers);
    }
    columns
}

fn is_wrong(outcome: &str) -> bool {
    ![GREEN, "todo", "broken"].contains(&outcome)
}

/// What the author of a known mistake may have thought.
fn thought(course: &Course, number: &str, outcome: &str) -> String {
    let wrong = course.find(number).and_then(|exercise| course.wrong(exercise).ok());
    let known = wrong.into_iter().flatten().find(|wrong| wrong.name == outcome);
    known.map_or_else(String::new, |wrong| format!(": {}", wrong.thought))
}
