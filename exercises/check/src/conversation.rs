//! Conversations: what was expected beside what happened, up to the place where they part.

use std::fmt::Display;
use std::time::Duration;

use tap::Record;
use tracer::{Conversation, Entry, summary};
use wire::PacketType;

use crate::compare::remarked;
use crate::exercise::Exercise;
use crate::expected::{read, write};
use crate::mistake::{Mistake, first_remark};
use crate::report::{Report, Verdict, WIDTH, cut};

impl Exercise {
    /// The learner's code takes part in a play, which has to go as it stands under this name in
    /// `tests/expected/`. The play gives what was seen, and how it ended. `mistakes` are looked for in
    /// the lines of the conversation.
    ///
    /// # Errors
    ///
    /// A [`Report`] with both conversations side by side, up to the first line that differs.
    pub fn conversation<E: Display>(
        &self,
        name: &str,
        mistakes: &[Mistake<[String]>],
        play: impl FnOnce() -> (Vec<Record>, Result<(), E>) + Send + 'static,
    ) -> Verdict {
        let (records, end) = self.call(move || {
            let (records, end) = play();
            (records, end.map_err(|error| error.to_string()))
        })?;
        self.same_conversation(name, mistakes, records, end)
    }

    fn same_conversation(
        &self,
        name: &str,
        mistakes: &[Mistake<[String]>],
        records: Vec<Record>,
        end: Result<(), String>,
    ) -> Verdict {
        let actual = lines(records);
        let file = self.expected_file(name);
        if self.is_recording() {
            return write(&file, &(actual.join("\n") + "\n"));
        }
        let expected: Vec<String> = read(&file)?.lines().map(str::to_owned).collect();
        if actual == expected {
            return end.map_err(|error| self.failed(Report::new("WRONG", name).say(&error)));
        }
        let report = Report::new("WRONG", &format!("the conversation `{name}` goes another way"));
        let report = remarked(report, first_remark(mistakes, &actual));
        let report = parted(report, &expected, &actual);
        let report = match end {
            Ok(()) => report,
            Err(error) => report.say(&format!("At last {error}.")),
        };
        Err(self.failed(report))
    }
}

/// Lines that are shown before the two part.
const BEFORE: usize = 8;
/// The columns of one of the two.
const COLUMN: usize = (WIDTH - 2 - 3) / 2;
/// What stands where one of the two is over.
const OVER: &str = "(nothing more)";

fn parted(report: Report, expected: &[String], actual: &[String]) -> Report {
    let place = expected.iter().zip(actual).take_while(|(one, other)| one == other).count();
    let line = |lines: &[String]| lines.get(place).map_or(OVER.to_owned(), Clone::clone);
    let (wanted, got) = (line(expected), line(actual));
    let mut report = report.line(&pair(" ", "want", "got"));
    for same in &expected[place.saturating_sub(BEFORE)..place] {
        report = report.line(&pair(" ", same, same));
    }
    report
        .line(&pair("✗", &wanted, &got))
        .say(&format!("want  {}", wanted.trim_start()))
        .say(&format!("got   {}", got.trim_start()))
}

/// Two lines side by side, and a mark in front. Their times are left out, so that more of the words fits,
/// unless the times are all that differs.
fn pair(mark: &str, left: &str, right: &str) -> String {
    let differ_in_time = left != right && untimed(left) == untimed(right);
    let words = |line| if differ_in_time { str::trim_start(line) } else { untimed(line) };
    let (left, right) = (cut(words(left), COLUMN), cut(words(right), COLUMN));
    format!("{mark} {left}{} {right}", " ".repeat(COLUMN - left.chars().count()))
}

/// The line without its time in front.
fn untimed(line: &str) -> &str {
    match line.split_once(" s  ") {
        Some((time, words)) if time.trim_start().parse::<f64>().is_ok() => words,
        _ => line,
    }
}

/// A line for each thing that happened: `0.000 s  alice → PUBLISH  a/b, QoS 0`.
fn lines(records: Vec<Record>) -> Vec<String> {
    let mut conversation = Conversation::default();
    records
        .into_iter()
        .filter_map(|record| conversation.add(record).map(|entry| line(&entry)))
        .collect()
}

fn line(entry: &Entry<'_>) -> String {
    match entry {
        Entry::Event(event) => format!("{}  ·· {}", Seconds(event.time), event.text),
        Entry::Packet(seen) => {
            let first = seen.bytes.first();
            let kind = first.and_then(|&byte| PacketType::of_first_byte(byte));
            let words = match &seen.outcome {
                Ok(packet) => summary(packet).to_string(),
                Err(error) => error.to_string(),
            };
            let arrow = if *seen.from() == *seen.client { "→" } else { "←" };
            let kind = kind.map_or("RESERVED", PacketType::name);
            let line = format!("{}  {} {arrow} {kind}  {words}", Seconds(seen.time), seen.client);
            line.trim_end().to_owned()
        }
    }
}

/// A time in seconds, in a column of its own.
struct Seconds(Duration);

impl Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>8.3} s", self.0.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_conversations_are_told_up_to_where_they_part() {
        let lines = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>();
        let expected = lines(&[
            "   0.000 s  a → CONNECT",
            "   0.000 s  a ← CONNACK",
            "   4.750 s  a → PINGREQ",
        ]);
        let actual = lines(&["   0.000 s  a → CONNECT", "   0.000 s  a ← CONNACK"]);
        assert_eq!(
            parted(Report::new("WRONG", "it goes another way"), &expected, &actual).text(),
            "\
WRONG  it goes another way
    want                                  got
    a → CONNECT                           a → CONNECT
    a ← CONNACK                           a ← CONNACK
  ✗ a → PINGREQ                           (nothing more)
  want  4.750 s  a → PINGREQ
  got   (nothing more)"
        );
    }
}
