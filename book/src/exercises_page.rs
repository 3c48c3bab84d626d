//! The exercises: those that lead to a page of the book, or all of them. What is said of each stands in
//! its solution, where the guide and the run sheets take it from as well.

use std::fmt::Write;
use std::path::Path;

use catalogue::{Chapter, Course, Exercise};

use crate::source::WORKSPACE;

/// The exercises of one chapter of the book, or of all, as Markdown.
pub(crate) fn markdown(page: Option<&str>) -> Result<String, String> {
    let course = Course::read(Path::new(WORKSPACE)).map_err(|fault| fault.to_string())?;
    match page {
        Some(page) => of_page(&course, page),
        None => Ok(of_all(&course)),
    }
}

fn of_page(course: &Course, page: &str) -> Result<String, String> {
    let mut rows = String::from(HEAD);
    let of_page = course.exercises().iter().filter(|exercise| exercise.page.chapter == page);
    let count = of_page.map(|exercise| row(&mut rows, exercise)).count();
    if count == 0 {
        return Err(format!("no exercise leads to the page '{page}'"));
    }
    Ok(rows)
}

fn of_all(course: &Course) -> String {
    let mut out = String::new();
    for chapter in Chapter::ALL {
        let exercises = || course.exercises().iter().filter(|it| it.chapter() == chapter.digit);
        let minutes: u32 = exercises().map(|exercise| u32::from(exercise.minutes)).sum();
        if minutes > 0 {
            let _ = write!(out, "\n### {}\n\nAbout {minutes} minutes.\n{HEAD}", chapter.title);
            exercises().for_each(|exercise| row(&mut out, exercise));
        }
    }
    out
}

const HEAD: &str = "\n| Exercise | Kind | Minutes | Verdict |\n| --- | --- | --- | --- |\n";

fn row(out: &mut String, exercise: &Exercise) {
    let Exercise { title, kind, minutes, is_extra, page, .. } = exercise;
    let heading =
        if page.heading.is_empty() { String::new() } else { format!("#{}", page.heading) };
    let extra = if *is_extra { ", extra" } else { "" };
    let _ = writeln!(
        out,
        "| {} [{title}]({}.md{heading}) | {}{extra} | {minutes} | `cargo test -p {}` |",
        exercise.number(),
        page.chapter,
        kind.name(),
        exercise.package(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_stands_with_its_page_and_its_command() {
        let markdown = markdown(Some("connection")).unwrap();
        let row = markdown.lines().find(|line| line.starts_with("| 14 ")).unwrap();
        assert!(row.contains("](connection.md#"), "{row}");
        assert!(
            row.ends_with("| behaviour | 15 | `cargo test -p ex-14-keepalive-broker` |"),
            "{row}"
        );
    }

    #[test]
    fn a_page_without_exercises_is_a_mistake() {
        assert_eq!(
            markdown(Some("glossary")).unwrap_err(),
            "no exercise leads to the page 'glossary'"
        );
    }
}
