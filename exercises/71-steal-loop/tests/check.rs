use std::collections::BTreeSet;

use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex71 as answer;
use lab::{Guest, rehearse_broker};

const EXERCISE: Exercise = check::exercise!("71-steal-loop");

#[test]
fn step1_a_theft_is_found() -> Verdict {
    const MISTAKES: [Mistake<BTreeSet<String>>; 2] = [
        mistake(BTreeSet::is_empty, "Connection 2 came as alice while connection 1 was open."),
        mistake(|found| found.contains("bob"), "bob is connected once. Compare the names."),
    ];
    let log = "1 bob, 2 alice, 3 alice, -2, 4 alice, -3";
    EXERCISE.value(&told(log), &names(&["alice"]), &MISTAKES, || answer::stolen(&entries(log)))
}

#[test]
fn step2_who_comes_back_is_no_thief() -> Verdict {
    const MISTAKES: [Mistake<BTreeSet<String>>; 1] = [mistake(
        |found| found.contains("carol"),
        "carol's first connection was over when the second one came: a bad network, and no theft.",
    )];
    let log = "1 carol, -1, 2 carol, 3 erin, -2, 4 carol, -3, -4";
    EXERCISE.value(&told(log), &names(&[]), &MISTAKES, || answer::stolen(&entries(log)))
}

#[test]
fn step3_two_pairs_at_a_time() -> Verdict {
    const MISTAKES: [Mistake<BTreeSet<String>>; 1] = [mistake(
        |found| found.len() < 2,
        "Both names are fought over. Is a connection forgotten that is still open?",
    )];
    let log = "1 x, 2 y, 3 x, -1, 4 y, -2, 5 x, -3, 6 z";
    EXERCISE.value(&told(log), &names(&["x", "y"]), &MISTAKES, || answer::stolen(&entries(log)))
}

#[test]
fn step4_a_name_that_every_broker_takes() -> Verdict {
    const MISTAKES: [Mistake<String>; 6] = [
        mistake(String::is_empty, "It is empty: then the broker makes one up, another each time."),
        breach(
            &rules::MQTT_3_1_3_5,
            |problem| problem.contains("characters"),
            "With any other name it depends on the broker.",
        ),
        mistake(
            |problem| problem.contains("restart"),
            "Its session is kept under its name. With another name it is lost.",
        ),
        mistake(
            |problem| problem.contains("thermo1 1 "),
            "Where does the model end, and where does the number begin? If every number is equally long, \
             nobody has to ask.",
        ),
        mistake(
            |problem| problem.contains("hygro"),
            "Each model counts its devices from 1, so the number alone is not enough.",
        ),
        mistake(
            |problem| problem.contains("both"),
            "Two devices, one name. What is it that each device has for itself?",
        ),
    ];
    let long = "a23456789b23456789c23456789d23456789e234";
    for (one, other) in [
        (("thermo", 1), ("thermo", 2)),
        (("thermo", 1), ("thermo", 0x1000_0001)),
        ((long, u32::MAX), (long, u32::MAX - 1)),
        (("thermo", 1), ("hygro", 1)),
        (("thermo", 11), ("thermo1", 1)),
    ] {
        let what = format!("client_identifier({:?}, {})", one.0, one.1);
        let good = GOOD.to_owned();
        EXERCISE.value(&what, &good, &MISTAKES, move || problem_of(one, other))?;
    }
    Ok(())
}

#[test]
fn step5_two_devices_stay_connected() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_3_1_4_2,
        |lines| lines.iter().any(|line| line.contains("took over")),
        "The two steal from each other, for ever: they have one name.",
    )];
    EXERCISE.conversation("stable", MISTAKES, || {
        let broker = broker_core::Broker::new(broker_core::Configuration::default());
        // Any two names will do, so they have others here, unless both are the same.
        let names = [1, 2].map(|serial| answer::client_identifier("thermo", serial));
        let second = if names[0] == names[1] { "device1" } else { "device2" };
        rehearse_broker(broker, |lab| {
            let first = lab.connect(Guest::named("device1").kept_session())?;
            let second = lab.connect(Guest::named(second).kept_session())?;
            for _ in 0..2 {
                for device in [first, second] {
                    // Waits for half a minute; if that is not the end of it, all is well.
                    if lab.wait_until_closed(device).is_ok() {
                        lab.reconnect(device)?;
                    }
                }
            }
            Ok(())
        })
    })
}

/// What is wrong with the name of this device, of that model and serial number, or [`GOOD`].
fn problem_of((model, serial): (&str, u32), other: (&str, u32)) -> String {
    let name = answer::client_identifier(model, serial);
    let length = name.chars().count();
    if length > 23 {
        return format!("{name} has {length} characters");
    }
    if let Some(bad) = name.chars().find(|character| !character.is_ascii_alphanumeric()) {
        return format!("{name} has {bad:?} among its characters");
    }
    if name != answer::client_identifier(model, serial) {
        return format!("after a restart it is not {name} any more");
    }
    if name == answer::client_identifier(other.0, other.1) {
        let (other, number) = other;
        return format!("both {model} {serial} and {other} {number} are called {name}");
    }
    if name.is_empty() { name } else { GOOD.to_owned() }
}

/// What is said of a name with which nothing is wrong.
const GOOD: &str = "a name of its own, 1 to 23 letters and digits, the same each time";

/// `1 alice` is a CONNECT over connection 1, `-1` its end.
fn entries(log: &str) -> Vec<answer::Entry> {
    let number = |text: &str| text.parse().expect("a number");
    let entry = |entry: &str| match entry.split_once(' ') {
        Some((connection, name)) => answer::Entry::Connect(number(connection), name.to_owned()),
        None => answer::Entry::Closed(number(entry.trim_start_matches('-'))),
    };
    log.split(", ").map(entry).collect()
}

fn told(log: &str) -> String {
    format!("stolen, with the log {log} (-1 is the end of connection 1)")
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}
