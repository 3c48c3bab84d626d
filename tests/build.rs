//! Puts the solutions of the exercises, and the wrong answers to them, beside the checks of the learners.
//!
//! ```text
//!   exercises/solutions/ex10.rs ─┐
//!   exercises/10-connect/tests/check.rs ─┴─▶ solutions.rs   each check, as it is, on the solution
//!                                └─ wrong/ex10.diff ──▶ wrong.rs   the same checks on each wrong answer
//! ```
//!
//! Nothing here is written to the repository.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use catalogue::{Course, Exercise};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("no CARGO_MANIFEST_DIR")?);
    let root = here.parent().ok_or("no root")?.to_owned();
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    for folder in ["exercises/solutions", "exercises/wrong"] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
    }
    let course = Course::read(&root)?;
    let (over_tls, plain): (Vec<_>, Vec<_>) =
        course.exercises().iter().partition(|it| speaks_tls(it));
    for (exercises, suffix) in [(plain, ""), (over_tls, "_over_tls")] {
        let (mut solutions, mut wrong, mut list) = (String::new(), String::new(), String::new());
        for exercise in exercises {
            let check = root.join(format!("exercises/{}/tests/check.rs", exercise.id));
            println!("cargo::rerun-if-changed={}", check.display());
            solutions.push_str(&solution(&root, exercise, &check)?);
            let callable = callable(&fs::read_to_string(&check)?);
            let copy = out.join(format!("check_{}", exercise.library())).with_extension("rs");
            fs::write(&copy, callable)?;
            wrong.push_str(&bank(&course, exercise, &copy, &out)?);
            writeln!(list, "    ({:?}, {}_bank::ANSWERS),", exercise.id, exercise.library())?;
        }
        fs::write(out.join(format!("solutions{suffix}.rs")), solutions)?;
        writeln!(wrong, "pub const BANK: &bank::Bank = &[\n{list}];")?;
        fs::write(out.join(format!("wrong{suffix}.rs")), wrong)?;
    }
    Ok(())
}

/// Whether the exercise needs a library for TLS, which goes into a test of its own.
fn speaks_tls(exercise: &Exercise) -> bool {
    exercise.uses.iter().any(|package| package == "tokio-rustls")
}

/// A solution, and the check of the learners beside it, in which `use ex10 as answer;` means it.
fn solution(root: &Path, exercise: &Exercise, check: &Path) -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    let library = exercise.library();
    let source = literal(&root.join(exercise.source_path()));
    writeln!(out, "#[path = {source}]\nmod {library};")?;
    let check = literal(check);
    writeln!(out, "mod check_{library} {{\n    use super::{library};\n    include!({check});\n}}")?;
    Ok(out)
}

/// All wrong answers to an exercise, each with the checks beside it.
fn bank(
    course: &Course,
    exercise: &Exercise,
    check: &Path,
    out: &Path,
) -> Result<String, Box<dyn Error>> {
    let library = exercise.library();
    let (mut modules, mut list) = (String::new(), String::new());
    for wrong in course.wrong(exercise)? {
        let name = &wrong.name;
        let code = out.join(format!("{library}_{name}.rs"));
        fs::write(&code, &wrong.code)?;
        writeln!(modules, "    pub mod {name} {{")?;
        writeln!(modules, "        mod {library} {{ include!({}); }}", literal(&code))?;
        writeln!(modules, "        include!({});\n    }}", literal(check))?;
        let thought = &wrong.thought;
        writeln!(
            list,
            "        WrongAnswer {{ name: {name:?}, thought: {thought:?}, checks: {name}::CHECKS }},"
        )?;
    }
    Ok(format!(
        "mod {library}_bank {{\n    use super::WrongAnswer;\n{modules}    \
         pub const ANSWERS: &[WrongAnswer] = &[\n{list}    ];\n}}\n"
    ))
}

/// A check whose tests are plain functions, and a list of them: so that somebody else can call them.
fn callable(check: &str) -> String {
    let lines: Vec<&str> = check.lines().collect();
    let tests = lines.windows(2).filter(|pair| pair[0] == "#[test]");
    let names: Vec<&str> =
        tests.filter_map(|pair| pair[1].strip_prefix("fn ")?.split('(').next()).collect();
    let code = lines
        .iter()
        .filter(|line| **line != "#[test]")
        .fold(String::new(), |code, line| code + line + "\n");
    let list: Vec<String> = names.iter().map(|name| format!("    ({name:?}, {name}),")).collect();
    let list = list.join("\n");
    format!("{code}\npub const CHECKS: &[(&str, fn() -> check::Verdict)] = &[\n{list}\n];\n")
}

/// A path as a literal of Rust.
fn literal(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}
