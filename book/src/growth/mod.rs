//! How the cost of a message grows with the number of something: drawn from the figures of a run of
//! `tests/load`, which stand beside the chapter.

mod drawing;

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::source::WORKSPACE;

/// The figures, as `load --growth --format json` prints them.
const FIGURES: &str = "book/chapters/growth.json";

/// What can grow.
struct Kind {
    /// How a directive names it.
    name: &'static str,
    /// How `load` names the work: this, a dash, and how many there are.
    work: &'static str,
    /// What there are so many of.
    many: &'static str,
    /// What is measured.
    title: &'static str,
}

const KINDS: [Kind; 5] = [
    Kind {
        name: "clients",
        work: "clients",
        many: "clients that do nothing",
        title: "A message from one client to another, among others",
    },
    Kind {
        name: "topics",
        work: "topics",
        many: "topics in turn",
        title: "A message to the next of many topics",
    },
    Kind {
        name: "subscriptions",
        work: "wildcards",
        many: "subscriptions with a wildcard",
        title: "A message that one of many subscriptions matches",
    },
    Kind {
        name: "retained",
        work: "retained",
        many: "retained messages",
        title: "A retained message to a new subscriber of #",
    },
    Kind {
        name: "packets",
        work: "packets",
        many: "messages, one after the other",
        title: "A message from one client to another",
    },
];

/// What one broker took.
#[derive(Debug, PartialEq)]
struct Series {
    broker: String,
    /// For how many, and microseconds of processor time for each message.
    points: Vec<(u32, f64)>,
}

/// The diagram of what grows, and the same as a table.
pub(crate) fn html(name: &str) -> Result<String, String> {
    let kind = KINDS.iter().find(|kind| kind.name == name);
    let kind =
        kind.ok_or_else(|| format!("nothing is known of how the cost grows with '{name}'"))?;
    let text = std::fs::read_to_string(Path::new(WORKSPACE).join(FIGURES));
    let text = text.map_err(|error| format!("{FIGURES}: {error}"))?;
    let series = series(&text, kind.work).map_err(|error| format!("{FIGURES}: {error}"))?;
    Ok(figure(kind, &series))
}

/// What the figures tell of this kind of work.
fn series(text: &str, work: &str) -> Result<Vec<Series>, String> {
    let report: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut all: Vec<Series> = Vec::new();
    for rows in report["works"].as_array().into_iter().flatten() {
        let number = rows["work"].as_str().and_then(|it| it.strip_prefix(work)?.strip_prefix('-'));
        let Some(number) = number else { continue };
        let number = number.parse().map_err(|_| format!("{work} of {number}"))?;
        for row in rows["brokers"].as_array().into_iter().flatten() {
            let broker = row["broker"].as_str().ok_or("a broker without a name")?;
            let cost = row["processor_microseconds"].as_f64().filter(|it| *it > 0.0);
            let cost = cost.ok_or_else(|| format!("no processor time of {broker}"))?;
            let known = all.iter().position(|series| series.broker == broker);
            let at = known.unwrap_or_else(|| {
                all.push(Series { broker: broker.to_owned(), points: Vec::new() });
                all.len() - 1
            });
            all[at].points.push((number, cost));
        }
    }
    if all.is_empty() { Err(format!("it has no figures of {work}")) } else { Ok(all) }
}

fn figure(kind: &Kind, series: &[Series]) -> String {
    let mut out = format!(
        "<figure class=\"growth\">\n<figcaption><strong>{}</strong></figcaption>\n{}<details>\
         <summary>The same as a table</summary>\n<table class=\"values\">\n<thead><tr>\
         <th scope=\"col\">{}</th>",
        kind.title,
        drawing::svg(kind, series),
        kind.many,
    );
    for Series { broker, .. } in series {
        let _ = write!(out, "<th scope=\"col\">{}, µs</th>", label(broker));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let numbers = series.first().map_or(&[][..], |series| &series.points[..]);
    for (index, (number, _)) in numbers.iter().enumerate() {
        let _ = write!(out, "<tr><th scope=\"row\">{}</th>", grouped(*number));
        for series in series {
            let cost = series.points.get(index).map_or(String::new(), |(_, cost)| rounded(*cost));
            let _ = write!(out, "<td>{cost}</td>");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</details>\n</figure>\n");
    out
}

/// How a broker is called here.
fn label(broker: &str) -> &str {
    if broker == "ours" { "this lab’s" } else { broker }
}

/// Two digits that count.
fn rounded(cost: f64) -> String {
    if cost < 10.0 { format!("{cost:.2}") } else { format!("{cost:.0}") }
}

/// `10 000`.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"works": [
        {"work": "topics-10", "brokers": [{"broker": "ours", "processor_microseconds": 0.5},
                                          {"broker": "mosquitto", "processor_microseconds": 9.0}]},
        {"work": "clients-10", "brokers": [{"broker": "ours", "processor_microseconds": 7.0}]},
        {"work": "topics-1000", "brokers": [{"broker": "ours", "processor_microseconds": 0.6},
                                            {"broker": "mosquitto", "processor_microseconds": 11.5}]}
    ]}"#;

    #[test]
    fn each_broker_has_a_series() {
        let series = series(REPORT, "topics").unwrap();
        let of = |broker: &str, points: &[(u32, f64)]| Series {
            broker: broker.to_owned(),
            points: points.to_vec(),
        };
        let expected =
            [of("ours", &[(10, 0.5), (1000, 0.6)]), of("mosquitto", &[(10, 9.0), (1000, 11.5)])];
        assert_eq!(series, expected);
        let html = figure(&KINDS[1], &series);
        assert!(!html.contains("\n\n"), "an empty line would end the HTML block");
        assert!(
            html.contains("<th scope=\"row\">1\u{a0}000</th><td>0.60</td><td>12</td>"),
            "{html}"
        );
    }

    #[test]
    fn figures_that_are_missing_are_told() {
        assert_eq!(series(REPORT, "retained"), Err("it has no figures of retained".to_owned()));
        let none = r#"{"works": [{"work": "topics-10", "brokers": [{"broker": "a"}]}]}"#;
        assert_eq!(series(none, "topics"), Err("no processor time of a".to_owned()));
        assert!(html("nothing").unwrap_err().ends_with("grows with 'nothing'"));
    }

    #[test]
    fn all_that_grows_was_measured() {
        for kind in KINDS {
            html(kind.name).unwrap();
        }
    }
}
