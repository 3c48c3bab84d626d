//! A tiny course with one exercise, which needs no other package: what is done there touches nobody's work.
#![allow(dead_code)] // each file of tests uses a part

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

const SOLUTION: &str = "\
//! 30-double: Twice as much
//!
//! kind: codec
//! minutes: 5
//! part: core
//! sheets: ninety
//! page: publish.html
//! misconception: Twice is once more.
//! hint: Add.
//! hint: Add it to itself.
//! hint: number + number
//!
//! Double a number.

/// Twice the number.
pub fn double(number: u8) -> u8 {
    // LAB: todo!(\"double it\")
    number + number
    // LAB-END
}
";

const CHECK: &str = "\
use ex30 as answer;

#[test]
fn step1_of_nothing() {
    assert_eq!(answer::double(0), 0);
}

#[test]
fn step2_of_something() -> Result<(), String> {
    if answer::double(2) == 4 { Ok(()) } else { Err(\"no\".to_owned()) }
}
";

const MANIFEST: &str = "\
[package]
name = \"ex-30-double\"
version = \"0.1.0\"
edition = \"2024\"
[lib]
name = \"ex30\"
test = false
doctest = false
[[test]]
name = \"check\"
";

/// A course with one exercise, which needs no other package.
pub(crate) struct Tiny(TempDir);

impl Tiny {
    pub(crate) fn new() -> Self {
        let tiny = Self(TempDir::new().unwrap());
        tiny.write("exercises/solutions/ex30.rs", SOLUTION);
        tiny.write("exercises/30-double/tests/check.rs", CHECK);
        tiny.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\n    # The exercises, one by one; kept by `cargo lab dev sync`.\n    \
             \"exercises/30-double\",\n    # The end of the exercises.\n]\nresolver = \"3\"\n",
        );
        tiny.write("exercises/30-double/Cargo.toml", MANIFEST);
        tiny.lab(&["reset", "30", "--yes"]);
        tiny
    }

    /// Its root.
    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("lab").unwrap();
        command.args(arguments).current_dir(self.0.path());
        for variable in ["CARGO_TARGET_DIR", "VISUAL", "EDITOR"] {
            command.env_remove(variable);
        }
        command
    }

    /// What a command says that goes well.
    pub(crate) fn lab(&self, arguments: &[&str]) -> String {
        let assert = self.command(arguments).assert().success();
        String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
    }

    /// What a command says that ends with this code, on both streams.
    pub(crate) fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let assert = self.command(arguments).assert().code(code);
        let output = assert.get_output();
        [output.stdout.as_slice(), &output.stderr].map(String::from_utf8_lossy).concat()
    }

    pub(crate) fn solve(&self) {
        let stub = self.read(FILE);
        self.write(FILE, &stub.replace("todo!(\"double it\")", "2 * number"));
    }
}

/// The file of the learner.
pub(crate) const FILE: &str = "exercises/30-double/src/lib.rs";

/// All of these words are told.
pub(crate) fn has(told: &str, words: &[&str]) {
    for word in words {
        assert!(told.contains(word), "'{word}' is missing:\n{told}");
    }
}
