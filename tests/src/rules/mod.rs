//! Each numbered rule of MQTT 3.1.1, and how it is known that the lab keeps it.
//!
//! ```text
//!   sources of the workspace ─ scan ─▶ tests, with the ids that they name ─┐
//!                                                                           ├─▶ table: a row for each rule
//!   reasons why no test can show a rule ───────────────────────────────────┘
//! ```
//!
//! Nobody keeps a list of tests: a test shows the rules whose ids stand in its name, in its
//! documentation or in its body, and those of a table of cases to which its documentation links.

mod reasons;
mod scan;

use std::collections::BTreeMap;
use std::io;

use wire::{Rule, rules::MQTT_3_1_1};

pub use reasons::REASONS;

/// A test, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Test {
    /// The file, from the root of the workspace.
    pub file: String,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The name of its function.
    pub name: String,
    /// The peer without which it is not run: `needs mosquitto`.
    pub needs: Option<String>,
}

/// A rule, and what shows that it is kept. Complete, a row has either tests or a reason.
#[derive(Clone, Debug)]
pub struct Row {
    /// The rule.
    pub rule: &'static Rule,
    /// The tests that fail when it is broken, in the order of their files.
    pub tests: Vec<Test>,
    /// Why no test can show it.
    pub reason: Option<&'static str>,
}

/// The table of all numbered rules, in the order of the standard.
///
/// # Errors
///
/// Fails if the sources of the workspace cannot be read.
pub fn table() -> io::Result<Vec<Row>> {
    let mut evidence = evidence()?;
    let row = |rule: &&'static Rule| Row {
        rule,
        tests: evidence.remove(rule.id).unwrap_or_default(),
        reason: REASONS.iter().find(|(other, _)| other.id == rule.id).map(|(_, reason)| *reason),
    };
    Ok(MQTT_3_1_1.iter().map(row).collect())
}

/// The tests of each id that a test names, whether the standard knows it or not.
///
/// # Errors
///
/// Fails if the sources of the workspace cannot be read.
pub fn evidence() -> io::Result<BTreeMap<String, Vec<Test>>> {
    let mut evidence: BTreeMap<String, Vec<Test>> = BTreeMap::new();
    for (test, ids) in scan::workspace()? {
        for id in ids {
            evidence.entry(id).or_default().push(test.clone());
        }
    }
    Ok(evidence)
}
