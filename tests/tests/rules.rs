//! The table of rules is complete: each of them has a test that names it, or a reason why none can.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::collections::BTreeSet;

use tests::rules::{REASONS, Row, evidence, table};
use wire::{Binds, rules::MQTT_3_1_1};

#[test]
fn there_is_a_row_for_each_of_the_141_rules() {
    let ids: BTreeSet<_> = table().unwrap().iter().map(|row| row.rule.id).collect();
    assert_eq!(ids.len(), 141);
}

#[test]
fn each_rule_has_a_test_or_a_reason() {
    let bare = |row: &Row| row.tests.is_empty() && row.reason.is_none();
    let bare: Vec<_> = ids(bare);
    assert!(bare.is_empty(), "neither test nor reason: {bare:#?}");
}

#[test]
fn no_reason_stands_where_a_test_does() {
    let both = |row: &Row| !row.tests.is_empty() && row.reason.is_some();
    let both = ids(both);
    assert!(both.is_empty(), "a test shows what is said to have none: {both:#?}");
    let explained: BTreeSet<_> = REASONS.iter().map(|(rule, _)| rule.id).collect();
    assert_eq!(explained.len(), REASONS.len(), "one reason is enough");
}

/// A slip of the pen in an id would take the evidence from a rule without a word.
#[test]
fn tests_name_only_rules_that_there_are() {
    let known = |id: &String| MQTT_3_1_1.iter().any(|rule| rule.id == id);
    let unknown: Vec<_> = evidence().unwrap().into_iter().filter(|(id, _)| !known(id)).collect();
    assert!(unknown.is_empty(), "no such rules: {unknown:#?}");
}

/// A rule for the server that only a test of the client names is not shown at all, and one for both
/// ends has to be shown at both. What the two share counts for each.
#[test]
fn each_rule_is_shown_by_whom_it_binds() {
    let elsewhere = |row: &Row| {
        let at = |end| row.tests.iter().any(|test| is_of(&test.file, end));
        let shown = match row.rule.binds {
            Binds::Codec => row.tests.iter().any(|test| test.file.starts_with("tracer/wire/")),
            Binds::Server => at("broker/"),
            Binds::Client => at("client/"),
            Binds::Both => at("broker/") && at("client/"),
        };
        !shown && row.reason.is_none()
    };
    let elsewhere = ids(elsewhere);
    assert!(elsewhere.is_empty(), "not shown where they bind: {elsewhere:#?}");
}

/// Whether the file belongs to this end of a connection, or to what both ends are made of.
fn is_of(file: &str, end: &str) -> bool {
    [end, "tracer/wire/", "tracer/delivery/", "exercises/lab/"]
        .iter()
        .any(|at| file.starts_with(at))
}

fn ids(is_listed: fn(&Row) -> bool) -> Vec<&'static str> {
    table().unwrap().iter().filter(|row| is_listed(row)).map(|row| row.rule.id).collect()
}
