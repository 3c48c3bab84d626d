//! Scenarios with choices of somebody's own: they play to their end, and tell the truth.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use lab::{Audience, Choices, Input, Kind, Lab, SCENARIOS, Scenario, Transcript};
use support::{is_slow, packets};
use tap::{Record, Tap};
use wire::{PacketType, Version, outline};

fn chosen(scenario: &Scenario, values: &[(&str, &str)]) -> Choices {
    let mut choices = Choices::usual(scenario);
    for (name, value) in values {
        choices.set(name, value).unwrap();
    }
    choices
}

/// Values of every sort that an input takes.
fn samples(input: &Input) -> Vec<&'static str> {
    match input.kind {
        Kind::Qos => vec!["0", "1", "2"],
        Kind::Flag => vec!["0", "1"],
        Kind::Number => vec!["0", "1", "20", "21", "65535"],
        Kind::ClientIdentifier(_) => vec!["", "dora", "alice", "größer"],
        Kind::TopicName(_) => vec!["a", "/", "mytopic", "home/cellar", "$SYS/a", "größe"],
        Kind::TopicFilter => vec!["#", "+", "a", "home/#", "kitchen/+", "mytopic", "home/cellar/#"],
        Kind::Text => vec!["", "x", r#"a "b" \c"#, "requestId", "größer"],
        Kind::OneOf(words) => words.to_vec(),
    }
}

#[test]
fn whatever_is_chosen_the_scenario_plays_to_its_end() {
    for scenario in SCENARIOS {
        for (number, input) in scenario.inputs.iter().enumerate() {
            for value in samples(input) {
                let choices = chosen(scenario, &[(input.name, value)]);
                let played = Transcript::with(scenario, &choices);
                assert!(played.is_ok(), "{} {}={value}: {played:?}", scenario.name, input.name);
                // And together with each value of each other input.
                for other in &scenario.inputs[number + 1..] {
                    for with in samples(other) {
                        let values = [(input.name, value), (other.name, with)];
                        let played = Transcript::with(scenario, &chosen(scenario, &values));
                        assert!(played.is_ok(), "{} {values:?}: {played:?}", scenario.name);
                    }
                }
            }
        }
    }
}

#[test]
fn each_input_has_a_usual_value_that_it_takes_and_changes_a_field_that_there_is() {
    let is_field = |key: &str| {
        let rows = PacketType::ALL.into_iter().flat_map(|kind| outline(kind, Version::V3_1_1));
        rows.map(|row| row.field.key).any(|known| known == key)
    };
    for scenario in SCENARIOS {
        for input in scenario.inputs {
            assert_eq!(input.check(input.usual), Ok(input.usual), "{} {input:?}", scenario.name);
            assert!(input.field.is_none_or(is_field), "{} {input:?}", scenario.name);
        }
    }
}

/// Hears the words, and keeps them.
#[derive(Default)]
struct Words(Mutex<String>);

impl Tap for Words {
    fn record(&self, _: Record) {}
}

impl Audience for Words {
    fn hear(&self, paragraph: &str) {
        writeln!(self.0.lock().unwrap(), "{paragraph}").unwrap();
    }

    fn conclude(&self, _: &str) {}
}

/// A person reads these beside the scenarios: what is told has to be true of what was chosen.
#[test]
fn what_is_told_depends_on_what_was_chosen() {
    let told = |scenario: &str, values: &[(&str, &str)]| {
        let scenario = Scenario::named(scenario).unwrap();
        let (usual, words) = (Words::default(), Words::default());
        Transcript::of(scenario).unwrap().show(&usual);
        Transcript::with(scenario, &chosen(scenario, values)).unwrap().show(&words);
        let (usual, words) = (usual.0.into_inner().unwrap(), words.0.into_inner().unwrap());
        let mut out = format!("{} {values:?}\n", scenario.name);
        for line in words.lines().filter(|line| !usual.contains(line)) {
            writeln!(out, "  {line}").unwrap();
        }
        out
    };
    insta::assert_snapshot!(
        [
            told("first-packets", &[("filter", "garden/#"), ("payload", "22")]),
            told("connection", &[("keep-alive", "0"), ("client", "dora")]),
            told("connection", &[("keep-alive", "300")]),
            told("connection", &[("client", ""), ("clean-session", "0")]),
            told("last-will", &[("ending", "disconnect")]),
            told("last-will", &[("ending", "silence"), ("will-message", "")]),
            told("publish", &[("qos", "0")]),
            told("publish", &[("qos", "2")]),
            told("qos", &[("published", "2"), ("subscribed", "1")]),
            told("qos", &[("subscribed", "0")]),
            told("retained", &[("payload", "")]),
            told("session", &[("clean-session", "1")]),
            told("session", &[("subscribed", "0")]),
            told("stealing", &[("second", "alice2")]),
            told("stealing", &[("first", ""), ("second", "")]),
            told("authentication", &[("user", "maria")]),
            told("authentication", &[("password", "devday")]),
        ]
        .join("\n")
    );
}

#[test]
fn over_tcp_the_same_packets_pass_with_the_same_choices() {
    for scenario in SCENARIOS.iter().filter(|scenario| !is_slow(scenario)) {
        let last_of = |input: &Input| samples(input).pop().unwrap();
        let values: Vec<_> =
            scenario.inputs.iter().map(|input| (input.name, last_of(input))).collect();
        let choices = chosen(scenario, &values);
        let virtually = Transcript::with(scenario, &choices).unwrap();
        let transcript = Arc::new(Transcript::default());
        let audience: Arc<dyn Audience> = transcript.clone();
        Lab::on_tcp(audience).unwrap().play_with(scenario, &choices).unwrap();
        let (expected, actual) = (packets(&virtually.records()), packets(&transcript.records()));
        assert_eq!(actual, expected, "{} {values:?}", scenario.name);
    }
}
