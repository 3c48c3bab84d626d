//! `lab doctor`: is this machine ready?

use std::io::{self, IsTerminal};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;

use catalogue::wrap;
use tracer::output::Failure;

use super::trial::cargo;
use super::{Guide, WIDTH, say};

/// Mebibytes that building everything takes, and some more.
const DISK: u64 = 2048;
/// Columns that the reports are made for.
const COLUMNS: u16 = 80;
/// The port of MQTT.
const PORT: u16 = 1883;

/// What was found out: how good it is, and a sentence.
struct Finding {
    health: Health,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Good,
    /// Something will be less pleasant, and nothing will fail.
    Warning,
    /// The exercises cannot be done like this.
    Bad,
}

impl Health {
    const fn good_or(self, is_good: bool) -> Self {
        if is_good { Self::Good } else { self }
    }

    const fn mark(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Warning => "!",
            Self::Bad => "✗",
        }
    }
}

pub(super) fn run(guide: &Guide) -> Result<(), Failure> {
    let root = guide.course.root();
    let told = [Some(toolchain(root)), Some(port()), disk(root), terminal(), offline(root)];
    let findings: Vec<Finding> = told.into_iter().flatten().collect();
    for Finding { health, text } in &findings {
        let lines = wrap(text, WIDTH - 2).join("\n  ");
        say(&format!("{} {lines}", health.mark()))?;
    }
    let has = |health| findings.iter().any(|finding| finding.health == health);
    if has(Health::Bad) {
        say("\nFirst what is marked ✗: without it the exercises cannot be done here.")?;
        return Err(Failure::Wrong(None));
    }
    say(if has(Health::Warning) {
        "\nReady. What is marked ! may wait."
    } else {
        "\nReady. The first exercise: cargo lab next"
    })
}

fn toolchain(root: &Path) -> Finding {
    let needed = env!("CARGO_PKG_RUST_VERSION");
    let told = output(Command::new("rustc").arg("--version").current_dir(root));
    let Some(version) = told.as_deref().and_then(|told| told.split(' ').nth(1)) else {
        let text = "rustc cannot be run: install Rust from https://rustup.rs".to_owned();
        return Finding { health: Health::Bad, text };
    };
    let is_good = numbers(version) >= numbers(needed);
    let advice = if is_good { "" } else { ": rustup update" };
    let health = Health::Bad.good_or(is_good);
    Finding { health, text: format!("rustc {version}, and {needed} is needed{advice}") }
}

/// The numbers of a version, to be compared.
fn numbers(version: &str) -> Vec<u32> {
    let numbers = version.split(['.', '-']).map_while(|part| part.parse().ok());
    numbers.take(2).collect()
}

fn port() -> Finding {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, PORT)) {
        Ok(_) => Finding { health: Health::Good, text: format!("port {PORT} is free") },
        Err(error) => {
            let text = format!(
                "port {PORT} is not free ({error}): is a broker running? The exercises need no \
                 port; `broker` does, or one of its own with --listen"
            );
            Finding { health: Health::Warning, text }
        }
    }
}

/// The room on the disk, where the system can tell.
fn disk(root: &Path) -> Option<Finding> {
    let told = output(Command::new("df").arg("-Pm").arg(root))?;
    let free: u64 = told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    let is_good = free >= DISK;
    let advice = if is_good { "" } else { ": make room, or `cargo clean` what is built" };
    let health = Health::Bad.good_or(is_good);
    Some(Finding { health, text: format!("{free} MB are free, and {DISK} MB are needed{advice}") })
}

fn terminal() -> Option<Finding> {
    if !io::stdout().is_terminal() {
        let text = "no terminal: everything works, without keys and colour".to_owned();
        return Some(Finding { health: Health::Good, text });
    }
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size()?;
    let is_good = columns >= COLUMNS;
    let advice = if is_good { "" } else { ": make it wider, or its letters smaller" };
    let health = Health::Warning.good_or(is_good);
    Some(Finding { health, text: format!("{columns} columns, and {COLUMNS} are needed{advice}") })
}

/// Whether everything that this machine builds was fetched.
fn offline(root: &Path) -> Option<Finding> {
    let told = output(Command::new("rustc").arg("-vV").current_dir(root))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "))?;
    let metadata = ["metadata", "--offline", "--locked", "--format-version", "1"];
    let filter = ["--filter-platform", host];
    let told = Command::new(cargo()).args(metadata).args(filter).current_dir(root).output().ok()?;
    let is_good = told.status.success();
    let text = if is_good {
        "everything is here: it builds without a network"
    } else {
        "some packages are not here yet: `cargo fetch` gets them, and then no network is needed"
    };
    Some(Finding { health: Health::Warning.good_or(is_good), text: text.to_owned() })
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(numbers("1.100.0-nightly") > numbers("1.88"));
        assert!(numbers("1.88.1") >= numbers("1.88"));
        assert!(numbers("1.9.0") < numbers("1.88"));
    }
}
