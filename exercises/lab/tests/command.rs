//! The `lab` command, as it is typed.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use assert_cmd::Command;

fn lab(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("lab").unwrap();
    command.args(arguments).env_remove("NO_COLOR").env_remove("COLUMNS");
    command
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

#[test]
fn a_first_visitor_sees_a_conversation_and_what_to_try_next() {
    let shown = stdout(&mut lab(&[]));
    for expected in ["alice → broker  CONNECT", "mqtt.conflag.cleansess", "cargo run -- scenario"]
    {
        assert!(shown.contains(expected), "{expected}");
    }
}

#[test]
fn help() {
    insta::assert_snapshot!("help", stdout(&mut lab(&["--help"])));
    insta::assert_snapshot!("scenario_help", stdout(&mut lab(&["scenario", "--help"])));
}

/// The book is compiled by nobody who only tests the lab: a program that repeats its arguments stands in
/// for cargo.
#[cfg(unix)]
#[test]
fn the_book_is_handed_to_cargo() {
    let shown = stdout(lab(&["book", "--open", "keep-alive"]).env("CARGO", "/bin/echo"));
    assert_eq!(shown.trim(), "run --quiet --package book -- --open keep-alive");
}

#[test]
fn the_list_names_every_scenario() {
    insta::assert_snapshot!(stdout(&mut lab(&["scenario", "--list"])));
}

/// Every scenario, since a person reads this and types it.
#[test]
fn what_to_type_by_hand() {
    let shown = stdout(&mut lab(&["scenario", "all", "--by-hand"]));
    assert_fits(&shown);
    insta::assert_snapshot!(shown);
}

#[test]
fn what_may_be_chosen() {
    let shown = stdout(&mut lab(&["scenario", "all", "--inputs"]));
    assert_fits(&shown);
    insta::assert_snapshot!(shown);
}

/// Output fits a page of 100 columns.
fn assert_fits(shown: &str) {
    for line in shown.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn a_choice_is_played_and_a_wrong_one_is_a_lesson() {
    let chosen = ["scenario", "publish", "--virtual", "--detail", "line", "--set", "retain=true"];
    let shown = stdout(&mut lab(&chosen));
    assert!(shown.contains("message on mytopic retained"), "{shown}");
    let wrong = |set: &str| {
        let assert = lab(&["scenario", "publish", "--set", set]).assert().code(2);
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    let told = ["qos", "qso=1", "qos=3", "topic=a/#"].map(wrong);
    insta::assert_snapshot!(told.concat());
    lab(&["scenario", "all", "--set", "qos=1"]).assert().code(2);
}

#[test]
fn a_broker_that_cannot_be_reached_ends_with_code_1_and_says_what_to_do() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let broker = format!("127.0.0.1:{free}");
    let assert = lab(&["scenario", "qos", "--broker", &broker]).assert().code(1);
    let told = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(told.contains(&broker) && told.contains("is one running there"), "{told}");
}

#[test]
fn options_of_another_broker_that_make_no_sense_are_wrong_usage() {
    for wrong in [
        &["--broker", "localhost:99999"][..],
        &["--broker", "localhost", "--virtual"],
        &["--user", "paolo", "--password", "devday"],
        &["--broker", "localhost", "--user", "paolo"],
    ] {
        lab(&["scenario", "qos"]).args(wrong).assert().code(2);
    }
}

#[test]
fn json_is_one_object_a_line_and_nothing_else() {
    let shown = stdout(&mut lab(&["scenario", "publish", "--virtual", "--format", "json"]));
    let types: Vec<_> = shown
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect(line))
        .filter_map(|object| object["type"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(types[..4], ["CONNECT", "CONNACK", "PUBLISH", "PUBLISH"]);
}

#[test]
fn the_levels_of_detail() {
    for (detail, expected) in [
        ("line", "alice ──CONNECT──────────▶ broker"),
        ("hex", "0000  10 11 00 04"),
        ("fields", "Protocol Level           4 = MQTT 3.1.1"),
        ("explain", "The client speaks MQTT 3.1.1."),
    ] {
        let shown = stdout(&mut lab(&["scenario", "publish", "--virtual", "--detail", detail]));
        assert!(shown.contains(expected), "{detail}: {shown}");
    }
}

#[test]
fn colour_only_when_asked_for() {
    let arguments = ["scenario", "publish", "--virtual"];
    assert!(!stdout(&mut lab(&arguments)).contains('\u{1b}'), "this is no terminal");
    let shown = stdout(lab(&arguments).args(["--color", "always"]));
    assert!(shown.contains('\u{1b}'));
}

#[test]
fn an_unknown_scenario_is_wrong_usage_and_says_which_there_are() {
    let assert = lab(&["scenario", "wills"]).assert().code(2);
    let told = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(told.contains("'wills'") && told.contains("last-will"), "{told}");
}

#[test]
fn steps_without_a_terminal_do_not_wait() {
    let shown =
        stdout(&mut lab(&["scenario", "publish", "--virtual", "--step", "--detail", "line"]));
    assert!(shown.contains("PUBCOMP"), "{shown}");
}

/// At most 80 columns, bold and nothing faint; no colour where none is wanted.
#[test]
fn on_a_projector_everything_is_bright_and_narrow() {
    let scenario = ["scenario", "connection", "--virtual", "--projector"];
    let plain = stdout(&mut lab(&[&scenario[..], &["--width", "200"]].concat()));
    assert!(!plain.contains('\u{1b}') && plain.lines().all(|line| line.chars().count() <= 80));
    let coloured = stdout(&mut lab(&[&scenario[..], &["--color", "always"]].concat()));
    let codes: Vec<&str> = coloured
        .split("\u{1b}[")
        .skip(1)
        .filter_map(|rest| rest.split_once('m'))
        .flat_map(|(codes, _)| codes.split(';'))
        .collect();
    assert!(codes.contains(&"1") && codes.contains(&"94"), "{codes:?}");
    assert!(!["2", "3", "90", "30"].iter().any(|faint| codes.contains(faint)), "{codes:?}");
    let steps = stdout(&mut lab(&[&scenario[..], &["--step"]].concat()));
    assert_eq!(steps, stdout(&mut lab(&scenario)), "nobody can be asked, so nothing waits");
}
