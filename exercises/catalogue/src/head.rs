//! The head of a source: what an exercise says of itself.
//!
//! ```text
//! //! 10-connect: The first packet of every connection
//! //!
//! //! kind: codec
//! //! minutes: 15
//! //! …
//! //! hint: The first one
//! //!   goes on in an indented line.
//! //!
//! //! The goal, in paragraphs.
//! ```

use crate::exercise::{Exercise, Kind, Page, Sheet};
use crate::fault::Fault;

/// Every key.
const KEYS: [&str; 11] = [
    "kind",
    "minutes",
    "part",
    "sheets",
    "page",
    "rules",
    "misconception",
    "uses",
    "checks with",
    "hint",
    "first",
];

/// Reads a source. `path` is for messages.
pub(crate) fn read(path: &str, source: &str) -> Result<Exercise, Fault> {
    let is_head = |line: &&str| line.starts_with("//!");
    let lines: Vec<&str> = source.lines().take_while(is_head).map(|line| &line[3..]).collect();
    let fault = |line: usize, message: String| Fault::source(path, line, message);
    let title = lines.first().copied().unwrap_or_default().trim();
    let (id, title) = title
        .split_once(": ")
        .filter(|(id, _)| is_id(id))
        .ok_or_else(|| fault(1, "the first line has to be `//! 10-name: The title`".to_owned()))?;

    let mut entries: Vec<Entry> = Vec::new();
    let mut position = 1;
    while lines.get(position).is_some_and(|line| line.trim().is_empty()) {
        position += 1;
    }
    while let Some(line) = lines.get(position).filter(|line| !line.trim().is_empty()) {
        match (line.strip_prefix("   "), entries.last_mut()) {
            (Some(more), Some(entry)) => entry.value = format!("{} {}", entry.value, more.trim()),
            _ => entries.push(Entry::read(line, position + 1).map_err(|m| fault(position + 1, m))?),
        }
        position += 1;
    }
    let goal = paragraphs(lines.get(position..).unwrap_or_default());
    if goal.is_empty() {
        return Err(fault(position, "say what the learner is to do, in a paragraph".to_owned()));
    }
    let head = Head { path, end: position, entries };
    let hints: Vec<String> = head.all("hint");
    let hints = <[String; 3]>::try_from(hints)
        .map_err(|hints| fault(position, format!("{} hints: there have to be 3", hints.len())))?;
    Ok(Exercise {
        id: id.to_owned(),
        title: title.to_owned(),
        kind: head.parsed("kind", Kind::named, "codec, behaviour or reading")?,
        minutes: head.parsed("minutes", |text| text.parse().ok(), "a number")?,
        is_extra: head.parsed("part", is_extra, "core or extra")?,
        sheets: head.words("sheets", Sheet::named, "day, half-day or ninety")?,
        page: head.parsed("page", page, "a page of the book such as connection.html#connack")?,
        rules: head.words("rules", |word| Some(word.to_owned()), "rules")?,
        misconception: head.parsed("misconception", |text| Some(text.to_owned()), "a sentence")?,
        uses: head.words("uses", |word| Some(word.to_owned()), "packages")?,
        checks_with: head.words("checks with", |word| Some(word.to_owned()), "packages")?,
        first: head.all("first").pop(),
        hints,
        goal,
        code: source.lines().skip(lines.len()).fold(String::new(), |code, line| code + line + "\n"),
    })
}

/// A key and its value.
struct Entry {
    key: &'static str,
    value: String,
    line: usize,
}

impl Entry {
    fn read(text: &str, line: usize) -> Result<Self, String> {
        let (key, value) = text.split_once(':').unwrap_or((text, ""));
        let Some(key) = KEYS.into_iter().find(|known| *known == key.trim()) else {
            return Err(format!("there is no key '{}': use {}", key.trim(), KEYS.join(", ")));
        };
        Ok(Self { key, value: value.trim().to_owned(), line })
    }
}

struct Head<'p> {
    path: &'p str,
    /// The line behind the entries.
    end: usize,
    entries: Vec<Entry>,
}

impl Head<'_> {
    fn all(&self, key: &str) -> Vec<String> {
        let entries = self.entries.iter().filter(|entry| entry.key == key);
        entries.map(|entry| entry.value.clone()).collect()
    }

    fn parsed<T>(
        &self,
        key: &str,
        parse: impl Fn(&str) -> Option<T>,
        form: &str,
    ) -> Result<T, Fault> {
        let Some(entry) = self.entries.iter().find(|entry| entry.key == key) else {
            return Err(Fault::source(self.path, self.end, format!("`{key}:` is missing: {form}")));
        };
        parse(&entry.value).ok_or_else(|| {
            let message = format!("'{}' is no {key}: it is {form}", entry.value);
            Fault::source(self.path, entry.line, message)
        })
    }

    fn words<T>(
        &self,
        key: &str,
        parse: impl Fn(&str) -> Option<T>,
        form: &str,
    ) -> Result<Vec<T>, Fault> {
        let all = |text: &str| text.split_whitespace().map(&parse).collect::<Option<Vec<_>>>();
        if self.entries.iter().all(|entry| entry.key != key) {
            return Ok(Vec::new());
        }
        self.parsed(key, all, form)
    }
}

/// Whether this is two digits, a hyphen, and a name.
fn is_id(id: &str) -> bool {
    let (number, name) = id.split_once('-').unwrap_or_default();
    number.len() == 2
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn is_extra(text: &str) -> Option<bool> {
    match text {
        "core" => Some(false),
        "extra" => Some(true),
        _ => None,
    }
}

fn page(text: &str) -> Option<Page> {
    let (page, heading) = text.split_once('#').unwrap_or((text, ""));
    let chapter = page.strip_suffix(".html")?;
    Some(Page { chapter: chapter.to_owned(), heading: heading.to_owned() })
}

fn paragraphs(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
//! 10-connect: The first packet
//!
//! kind: codec
//! minutes: 15
//! part: core
//! sheets: half-day
//! page: connection.html#connect
//! rules: MQTT-3.1.2-3 MQTT-3.1.3-3
//! misconception: A string has
//!   no length.
//! hint: one
//! hint: two
//! hint: three
//!
//! Write it.
//!
//! All of it.

pub fn connect() {}
";

    fn refused(from: &str, to: &str) -> String {
        read("ex10.rs", &SOURCE.replace(from, to)).expect_err("a fault").to_string()
    }

    #[test]
    fn a_head_is_read() {
        let exercise = read("ex10.rs", SOURCE).expect("a good source");
        assert_eq!(
            (exercise.id.as_str(), exercise.title.as_str()),
            ("10-connect", "The first packet")
        );
        assert_eq!((exercise.kind, exercise.minutes, exercise.is_extra), (Kind::Codec, 15, false));
        assert_eq!(exercise.sheets, [Sheet::HalfDay]);
        assert_eq!(exercise.page.to_string(), "connection.html#connect");
        assert_eq!(exercise.rules, ["MQTT-3.1.2-3", "MQTT-3.1.3-3"]);
        assert_eq!(exercise.misconception, "A string has no length.");
        assert_eq!(exercise.hints, ["one", "two", "three"]);
        assert_eq!(exercise.goal, "Write it.\n\nAll of it.");
        assert_eq!(exercise.code, "\npub fn connect() {}\n");
        assert_eq!(
            (exercise.package(), exercise.library()),
            ("ex-10-connect".into(), "ex10".into())
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert_eq!(
            refused("minutes: 15", "minutes: few"),
            "ex10.rs:4: 'few' is no minutes: it is a number"
        );
        assert_eq!(refused("//! hint: two\n", ""), "ex10.rs:12: 2 hints: there have to be 3");
        assert!(
            refused("sheets", "sheet").starts_with("ex10.rs:6: there is no key 'sheet': use kind,")
        );
        assert!(refused("10-connect", "connect").contains("the first line"));
        assert!(
            refused("//! kind: codec\n", "")
                .ends_with("`kind:` is missing: codec, behaviour or reading")
        );
    }
}
