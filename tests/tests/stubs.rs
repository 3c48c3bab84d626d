//! What a learner finds who has done nothing yet: each exercise compiles without a warning, fails, and
//! says what is to do, where, and what to read.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use catalogue::{Course, Exercise};

#[test]
#[ignore = "builds every exercise"]
fn every_stub_compiles_fails_and_says_todo() {
    let course = Course::read(&root()).expect("the exercises");
    let before = git_status();
    let packages: Vec<String> = course.exercises().iter().map(Exercise::package).collect();
    let mut build = vec!["test", "--quiet", "--locked", "--no-run"];
    for package in &packages {
        build.extend(["--package", package]);
    }
    let built = cargo(&build);
    let told = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success() && !told.contains("warning"), "{told}");
    for exercise in course.exercises() {
        try_stub(exercise);
    }
    assert_eq!(git_status(), before, "running the exercises leaves the repository as it was");
}

fn try_stub(exercise: &Exercise) {
    let id = &exercise.id;
    let run = cargo(&["test", "--quiet", "--locked", "--package", &exercise.package()]);
    let told = String::from_utf8_lossy(&run.stdout);
    assert_eq!(run.status.code(), Some(101), "{id} is solved, or does not run:\n{told}");
    let folder = root().join("exercises").join(id);
    let check = std::fs::read_to_string(folder.join("tests/check.rs")).expect("a check");
    let steps = check.lines().filter(|line| *line == "#[test]").count();
    let errors: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("Error: ")).collect();
    assert_eq!(errors.len(), steps, "{id}: every step fails:\n{told}");
    let todo = format!("TODO  {}:", exercise.file());
    for error in &errors {
        assert!(error.starts_with(&todo), "{id} does not say TODO but: {error}\n{told}");
    }
    assert!(told.contains(&format!("Read: {}", exercise.page)), "{id}: what to read:\n{told}");
    for line in told.lines().filter(|line| !line.starts_with("test result:")) {
        assert!(line.chars().count() <= 80, "{id}: wider than 80 columns: {line}");
    }
    let readme = std::fs::read_to_string(folder.join("README.md")).expect("a read me");
    let first = first_failure(&told);
    assert!(readme.contains(first), "{id}: the first failure is {first}:\n{readme}");
}

/// What the first step says: its number is the lowest.
fn first_failure(told: &str) -> &str {
    let mut steps: Vec<&str> =
        told.split("\n---- ").skip(1).filter(|section| section.starts_with("step")).collect();
    steps.sort_unstable();
    let error = steps.first().and_then(|section| section.split_once("Error: "));
    error.and_then(|(_, text)| text.lines().next()).expect("a step that fails")
}

fn cargo(arguments: &[&str]) -> Output {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo).args(arguments).current_dir(root()).output().expect("cargo runs")
}

fn git_status() -> String {
    let status = Command::new("git").args(["status", "--porcelain"]).current_dir(root()).output();
    String::from_utf8_lossy(&status.expect("git runs").stdout).into_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a root").to_owned()
}
