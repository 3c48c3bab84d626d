//! `lab dev check`: sees whether every exercise is whole, and says what is not.

use std::fs;
use std::path::Path;
use std::process::Command;

use catalogue::{Course, Exercise};
use tracer::output::Failure;

use super::sync::{made, tell};
use crate::command::guide::sheet;
use crate::command::place;

/// The columns that a line of a report may have.
const COLUMNS: usize = 80;
/// The most lines that a learner writes.
const LINES: usize = 25;

pub(super) fn run() -> Result<(), Failure> {
    let course = place::course()?;
    let mut faults = Vec::new();
    for made in made(&course)? {
        if !made.is_there(course.root()) {
            let path = made.path.display();
            faults.push(format!("{path} is not what its solution says: cargo lab dev sync"));
        }
    }
    for exercise in course.exercises() {
        let own = own_faults(&course, exercise)?;
        faults.extend(own.into_iter().map(|fault| format!("{}: {fault}", exercise.id)));
    }
    faults.extend(sheet::faults(&course));
    match faults.len() {
        0 => tell(&format!("{} exercises, all is well", course.exercises().len())),
        count => Err(Failure::Wrong(Some(format!(
            "{count} things are to be mended:\n  {}",
            faults.join("\n  ")
        )))),
    }
}

fn own_faults(course: &Course, exercise: &Exercise) -> Result<Vec<String>, Failure> {
    let root = course.root();
    let mut faults = Vec::new();
    faults.extend(page_fault(root, exercise));
    faults.extend(check_fault(root, exercise));
    for rule in &exercise.rules {
        if !wire::rules::MQTT_3_1_1.iter().any(|known| known.id == rule) {
            faults.push(format!("there is no rule {rule}"));
        }
    }
    let lines = exercise.lines_to_write();
    if lines > LINES {
        faults.push(format!("{lines} lines to write: {LINES} are enough for one exercise"));
    }
    let wrong = course.wrong(exercise).map_err(|fault| place::wrong(&fault))?;
    let (have, want) = (wrong.len(), exercise.wrong_answers());
    if have < want {
        faults.push(format!("{have} wrong answers in the bank: there have to be {want}"));
    }
    faults.extend(format_fault(root, &exercise.source_path()));
    Ok(faults)
}

/// Whether the book has the page and the heading, and reports have room for them.
fn page_fault(root: &Path, exercise: &Exercise) -> Option<String> {
    let page = &exercise.page;
    let shown = format!("  Read: {page}").chars().count();
    if shown > COLUMNS {
        return Some(format!("{page} makes reports {shown} columns wide: {COLUMNS} are there"));
    }
    let file = format!("book/chapters/{}.md", page.chapter);
    let Ok(text) = fs::read_to_string(root.join(&file)) else {
        return Some(format!("the book has no {file}"));
    };
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    let is_there = page.heading.is_empty() || headings.any(|line| anchor(line) == page.heading);
    (!is_there).then(|| format!("{file} has no heading #{}", page.heading))
}

/// A heading as it stands in an address.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Whether the check can be included beside others.
fn check_fault(root: &Path, exercise: &Exercise) -> Option<String> {
    let file = format!("exercises/{}/tests/check.rs", exercise.id);
    let Ok(text) = fs::read_to_string(root.join(&file)) else {
        return Some(format!("there is no {file}"));
    };
    if text.lines().any(|line| line.starts_with("//!") || line.starts_with("#!")) {
        return Some(format!("{file} is included elsewhere, so it has no //! and no #![…]"));
    }
    let import = format!("use {} as answer;", exercise.library());
    let is_whole = text.lines().any(|line| line == import) && text.contains("\n#[test]\n");
    (!is_whole).then(|| format!("{file} needs `{import}` and a #[test] on a line of its own"))
}

/// Whether the file is formatted: cargo does not know it as one of its own.
fn format_fault(root: &Path, file: &str) -> Option<String> {
    if !root.join(file).exists() {
        return None;
    }
    let arguments = ["--check", "--edition", "2024", "--config-path", ".", file];
    let formatted = Command::new("rustfmt").args(arguments).current_dir(root).output();
    let is_formatted = formatted.is_ok_and(|output| output.status.success());
    (!is_formatted).then(|| format!("{file} is not formatted: rustfmt --edition 2024 {file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_found_as_the_book_writes_them() {
        assert_eq!(anchor("## PINGREQ and PINGRESP"), "pingreq-and-pingresp");
        assert_eq!(
            anchor("## On the console, and in Wireshark"),
            "on-the-console-and-in-wireshark"
        );
    }
}
