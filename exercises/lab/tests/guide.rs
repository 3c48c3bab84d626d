//! The guide, as a learner uses it: in a tiny course of its own, so that nobody's work is touched.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

#[path = "support/tiny.rs"]
mod tiny;

use std::fs;

use tiny::{FILE, Tiny, has};

#[test]
fn from_the_first_look_to_done_and_back() {
    let tiny = Tiny::new();
    has(
        &tiny.lab(&["list"]),
        &["3 Publish and subscribe  (0 of 1)", "· 30-double", "5 minutes are left"],
    );
    has(
        &tiny.lab(&["next"]),
        &["30-double: Twice as much", "Double a number.", "cargo test -p ex-30-double"],
    );
    has(&tiny.lab(&["list"]), &["▸ · 30-double"]);

    let told = tiny.fails(1, &["check"]);
    has(&told, &["✗ 30-double: step1_of_nothing", "double it", "0 of 2 steps", "1 waits behind"]);
    assert!(!told.contains("step2"), "one thing after the other:\n{told}");
    has(&tiny.fails(1, &["diff"]), &["is not done", "--spoil"]);
    has(&tiny.lab(&["diff", "--spoil"]), &["+     number + number"]);

    tiny.solve();
    has(&tiny.lab(&["list", "--all"]), &["▸ ~ 30-double"]);
    has(&tiny.lab(&["next"]), &["You have begun it."]);
    has(&tiny.lab(&["check", "30"]), &["✓ 30-double: all 2 steps", "Twice is once more."]);
    has(&tiny.lab(&["list"]), &["(1 of 1)", "▸ ✓ 30-double", "nothing is left"]);
    has(&tiny.lab(&["diff"]), &["-     2 * number", "+     number + number"]);
    has(&tiny.lab(&["report", "--json"]), &["\"state\":\"done\"", "\"at\":\"30-double\""]);

    has(&tiny.fails(2, &["reset", "30"]), &["nobody is here to ask"]);
    has(&tiny.lab(&["reset", "--chapter", "4", "--yes"]), &["Nothing to do"]);
    has(
        &tiny.lab(&["reset", "--chapter", "3", "--yes"]),
        &["yours is kept as .lab/backups/30-double/"],
    );
    has(&tiny.read(FILE), &["todo!"]);
    has(&tiny.lab(&["list"]), &["▸ · 30-double"]);
}

#[test]
fn what_is_remembered_is_found_out_anew() {
    let tiny = Tiny::new();
    tiny.solve();
    fs::remove_dir_all(tiny.root().join(".lab")).unwrap();
    has(&tiny.lab(&["check", "--all"]), &["✓ 30-double", "1 of 1 done"]);
    has(&tiny.read(".lab/progress"), &["done 30-double "]);
    tiny.write(FILE, "pub fn double(");
    has(&tiny.lab(&["list"]), &["~ 30-double"]);
    has(&tiny.fails(1, &["check", "30"]), &["it does not compile yet", "unclosed delimiter"]);
}

#[test]
fn hints_come_one_by_one() {
    let tiny = Tiny::new();
    assert!(!tiny.lab(&["hint", "30"]).contains("itself"));
    has(&tiny.lab(&["hint", "30"]), &["1  Add.", "2  Add it to itself."]);
    has(&tiny.lab(&["hint", "30"]), &["3  number + number", "--spoil"]);
    assert!(!tiny.lab(&["hint", "30", "1"]).contains("itself"));
    has(&tiny.fails(2, &["hint", "30", "4"]), &["4"]);
}

#[test]
fn watching_works_without_a_terminal() {
    let tiny = Tiny::new();
    let mut command = tiny.command(&["watch", "30"]);
    let assert = command.write_stdin("h\nl\nx\nr\nn\nq\n").assert().success();
    let told = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    has(
        &told,
        &[
            "A copy is kept",
            "Nothing was changed",
            "✗ 30-double",
            "double it",
            "1  Add.",
            "▸ · 30-double",
            "'x' is none of",
        ],
    );
    assert!(!told.contains('\u{1b}'), "{told}");
}

#[test]
fn a_run_sheet_has_times_and_minutes() {
    let tiny = Tiny::new();
    has(&tiny.lab(&["run-sheet", "ninety"]), &["| 0:00 | 5 | 30-double | codec |", "In all 0:05"]);
    assert!(!tiny.lab(&["run-sheet", "half-day"]).contains("30-double"));
    has(&tiny.lab(&["run-sheet", "two-days"]), &["| 0:00 | 5 | 30-double | codec |"]);
}

#[test]
fn authors_are_told_what_does_not_fit() {
    let tiny = Tiny::new();
    let source = "exercises/solutions/ex30.rs";
    let wide = format!("page: publish.html#{}", "w".repeat(60));
    let solution = tiny.read(source).replace("minutes: 5", "minutes: 90");
    tiny.write(source, &solution.replace("page: publish.html", &wide));
    has(
        &tiny.fails(1, &["dev", "check"]),
        &["run sheet ninety takes 1:30, and there are 1:15", "makes reports 81 columns wide"],
    );
}

#[test]
fn an_exercise_that_is_not_there_is_wrong_usage() {
    let tiny = Tiny::new();
    has(&tiny.fails(2, &["goto", "31"]), &["'31'", "there are: 30"]);
    has(&tiny.lab(&["goto", "ex-30-double"]), &["Double a number."]);
}

/// A program that repeats its arguments stands in for editor and cargo.
#[cfg(unix)]
#[test]
fn page_and_file_are_opened() {
    let tiny = Tiny::new();
    has(&tiny.lab(&["open", "30", "--file"]), &[FILE, "set EDITOR"]);
    has(&tiny.lab(&["open", "30", "--print"]), &[FILE, "publish.html", "book/chapters/publish.md"]);
    let mut opened = tiny.command(&["open", "30", "--file"]);
    let told = opened.env("EDITOR", "echo --wait").assert().success();
    has(&String::from_utf8_lossy(&told.get_output().stdout), &[&format!("--wait {FILE}")]);
    let told = tiny.command(&["open", "30"]).env("CARGO", "/bin/echo").assert().success();
    let told = String::from_utf8_lossy(&told.get_output().stdout).into_owned();
    has(&told, &["run --quiet --package book -- --open publish.html"]);
}

#[test]
fn the_doctor_looks_at_everything() {
    let told = Tiny::new().lab(&["doctor"]);
    has(&told, &["✓ rustc 1.", "port 1883", "MB are needed", "no terminal"]);
    // Cargo that finds nothing stands for a machine that has fetched nothing: a warning, and no failure.
    let told = Tiny::new().command(&["doctor"]).env("CARGO", "/bin/false").assert().success();
    let told = String::from_utf8_lossy(&told.get_output().stdout).into_owned();
    has(&told, &["! some packages are not here yet", "Ready. What is marked ! may wait."]);
}
