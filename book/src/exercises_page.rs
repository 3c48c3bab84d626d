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
    let mut list = String::new();
    let of_page = course.exercises().iter().filter(|exercise| exercise.page.chapter == page);
    of_page.for_each(|exercise| item(&mut list, exercise));
    if list.is_empty() {
        return Err(format!("no exercise leads to the page '{page}'"));
    }
    Ok(list)
}

fn of_all(course: &Course) -> String {
    let mut out = String::new();
    for chapter in Chapter::ALL {
        let exercises = || course.exercises().iter().filter(|it| it.chapter() == chapter.digit);
        let minutes: u32 = exercises().map(|exercise| u32::from(exercise.minutes)).sum();
        if minutes > 0 {
            let _ = write!(out, "\n### {}\n\nAbout {minutes} minutes.\n\n", chapter.title);
            exercises().for_each(|exercise| item(&mut out, exercise));
        }
    }
    out
}

/// A list and no table: on a phone a command is as wide as the page.
fn item(out: &mut String, exercise: &Exercise) {
    let Exercise { title, kind, minutes, is_extra, page, .. } = exercise;
    let heading =
        if page.heading.is_empty() { String::new() } else { format!("#{}", page.heading) };
    let extra = if *is_extra { ", extra" } else { "" };
    let _ = writeln!(
        out,
        "- {} [{title}]({}.md{heading}), {}{extra}, {minutes} minutes: `cargo test -p {}`",
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
        let item = markdown.lines().find(|line| line.starts_with("- 14 ")).unwrap();
        assert!(item.contains("](connection.md#"), "{item}");
        let behind = ", behaviour, 15 minutes: `cargo test -p ex-14-keepalive-broker`";
        assert!(item.ends_with(behind), "{item}");
    }

    #[test]
    fn a_page_without_exercises_is_a_mistake() {
        assert_eq!(
            markdown(Some("glossary")).unwrap_err(),
            "no exercise leads to the page 'glossary'"
        );
    }
}
