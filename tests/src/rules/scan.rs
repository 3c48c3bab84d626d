//! Reads the sources of the workspace for tests, and for the rules that each of them names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use super::Test;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Where the tests are that count. Not here: what this module is tested with are ids as well.
const FOLDERS: [&str; 5] = ["broker", "client", "exercises", "tests/tests", "tracer"];

/// The ids that a test names, each once.
type Ids = BTreeSet<String>;

/// All tests that name a rule.
pub(super) fn workspace() -> io::Result<Vec<(Test, Ids)>> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        visit(folder, &mut found)?;
    }
    Ok(found)
}

fn visit(path: &str, found: &mut Vec<(Test, Ids)>) -> io::Result<()> {
    let mut entries: Vec<_> =
        fs::read_dir(Path::new(WORKSPACE).join(path))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{path}/{name}");
        if entry.file_type()?.is_dir() {
            if name != "target" {
                visit(&path, found)?;
            }
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "rs") {
            found.extend(file(&path, &fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}

/// The tests of one source that name a rule.
fn file(path: &str, source: &str) -> Vec<(Test, Ids)> {
    let items = items(source);
    let tables: BTreeMap<&str, &Item> = items
        .iter()
        .filter(|item| item.kind == Kind::Table)
        .map(|item| (item.name, item))
        .collect();
    let mut found = Vec::new();
    for item in items.iter().filter(|item| item.kind == Kind::Test) {
        let mut named = ids(&item.above);
        named.extend(ids(&item.text));
        for (name, table) in &tables {
            if item.above.contains(&format!("[`{name}`]")) {
                named.extend(ids(&table.text));
            }
        }
        if !named.is_empty() {
            let (file, name) = (path.to_owned(), item.name.to_owned());
            found.push((Test { file, line: item.line, name, needs: needs(&item.above) }, named));
        }
    }
    found
}

/// A piece of a source that may name rules.
struct Item<'a> {
    kind: Kind,
    name: &'a str,
    /// The line on which it begins.
    line: usize,
    /// Its documentation and attributes.
    above: String,
    /// The rest of it.
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A function that is a test.
    Test,
    /// A `static` or a `const`.
    Table,
}

/// The tests and tables of a source. It is read line by line, as rustfmt has set it: an item ends with
/// the first line that closes it at its own indentation, and the value of a table that begins on a line
/// of its own with its first semicolon.
fn items(source: &str) -> Vec<Item<'_>> {
    let mut found = Vec::new();
    let mut above = String::new();
    let mut lines = source.lines().zip(1..);
    while let Some((first, line)) = lines.next() {
        let code = first.trim_start();
        if code.starts_with("///") || code.starts_with("#[") {
            above.push_str(code);
            above.push('\n');
            continue;
        }
        let above = std::mem::take(&mut above);
        let Some((kind, name)) = item(code, &above) else { continue };
        let indentation = first.len() - code.len();
        let is_last = |text: &str| {
            let closes = if kind == Kind::Test { text.ends_with('}') } else { text.ends_with(';') };
            let is_at_border = text.len() - text.trim_start().len() == indentation;
            closes && (is_at_border || first.ends_with('='))
        };
        let mut text = format!("{first}\n");
        if !is_last(first) {
            for (next, _) in lines.by_ref() {
                text.push_str(next);
                text.push('\n');
                if is_last(next) {
                    break;
                }
            }
        }
        found.push(Item { kind, name, line, above, text });
    }
    found
}

/// The kind and name of the item that begins with this line, if it is one of those looked for.
fn item<'a>(code: &'a str, above: &str) -> Option<(Kind, &'a str)> {
    let code = code.strip_prefix("async ").unwrap_or(code);
    if let Some(rest) = code.strip_prefix("fn ") {
        let mut attributes = above.lines().filter(|line| line.starts_with("#["));
        let is_test = attributes.any(|line| line.contains("test]") || line.contains("test("));
        return is_test.then_some((Kind::Test, rest.split(['(', '<']).next()?));
    }
    let rest = code.strip_prefix("static ").or_else(|| code.strip_prefix("const "))?;
    Some((Kind::Table, rest.split(':').next()?))
}

/// The reason in `#[ignore = "needs mosquitto"]`.
fn needs(above: &str) -> Option<String> {
    let (_, rest) = above.split_once("#[ignore = \"")?;
    rest.split('"').next().map(str::to_owned)
}

/// The rules that a text names: `MQTT-3.1.2-24` or, in the name of a test or of a constant,
/// `mqtt_3_1_2_24`. Names of tests may go on with `_to_26` for all up to there, or with `_and_26` for
/// one more.
fn ids(text: &str) -> Ids {
    let mut found = Ids::new();
    for (at, prefix) in text.match_indices("MQTT").chain(text.match_indices("mqtt")) {
        let Some((section, first, rest)) = id(&text[at + prefix.len()..]) else { continue };
        let other = |word| rest.strip_prefix(word).and_then(number).map(|(number, _)| number);
        let last = other("_to_").unwrap_or(first);
        found.extend(
            (first..=last).chain(other("_and_")).map(|number| format!("{section}-{number}")),
        );
    }
    found
}

/// `-3.1.2-24` or `_3_1_2_24` as the section, the number of the rule there, and what comes behind.
fn id(text: &str) -> Option<(String, u32, &str)> {
    let (chapter, rest) = number(text.strip_prefix(['-', '_'])?)?;
    let (section, rest) = number(rest.strip_prefix(['.', '_'])?)?;
    let (part, rest) = number(rest.strip_prefix(['.', '_'])?)?;
    let (rule, rest) = number(rest.strip_prefix(['-', '_'])?)?;
    Some((format!("MQTT-{chapter}.{section}.{part}"), rule, rest))
}

/// The number that a text begins with, and what comes behind.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::{Ids, file, ids};

    fn set(ids: &[&str]) -> Ids {
        ids.iter().map(|&id| id.to_owned()).collect()
    }

    #[test]
    fn ids_are_found_in_every_form() {
        let text = "[MQTT-3.1.2-24] fn x_mqtt_4_3_3_2() rules::MQTT_2_3_1_1, MQTT 3.1.1, MQTT-3.1";
        assert_eq!(ids(text), set(&["MQTT-2.3.1-1", "MQTT-3.1.2-24", "MQTT-4.3.3-2"]));
    }

    #[test]
    fn a_name_may_tell_several_rules_of_one_section() {
        let range = ["MQTT-3.3.1-8", "MQTT-3.3.1-9", "MQTT-3.3.1-10"];
        assert_eq!(ids("fn x_mqtt_3_3_1_8_to_10()"), set(&range));
        assert_eq!(ids("fn mqtt_4_6_0_1_and_4()"), set(&["MQTT-4.6.0-1", "MQTT-4.6.0-4"]));
        let both = set(&["MQTT-4.6.0-1", "MQTT-4.4.0-1"]);
        assert_eq!(ids("fn mqtt_4_6_0_1_and_mqtt_4_4_0_1()"), both);
    }

    const SOURCE: &str = r#"
static TABLE: &[&Rule] = &[
    &rules::MQTT_1_1_1_1,
];

const OTHER: &str =
    "MQTT-1.1.1-2";

/// Of [MQTT-1.1.1-3], and no test.
fn helper() {
    unreachable!("[MQTT-1.1.1-4]");
}

/// Doc of [MQTT-1.1.1-5], for each row of [`TABLE`]; not so `OTHER`.
#[tokio::test]
#[ignore = "needs a peer"]
async fn first() {
    if true {
        assert!(true, "[MQTT-1.1.1-6]");
    }
}

mod tests {
    #[test]
    fn second_mqtt_1_1_1_7() {
        TABLE;
    }

    #[test]
    fn names_nothing() {
        helper();
    }
}
"#;

    #[test]
    fn a_test_names_rules_in_name_documentation_body_and_table() {
        let found = file("a.rs", SOURCE);
        let [(first, of_first), (second, of_second)] = &found[..] else { panic!("{found:?}") };
        assert_eq!((first.name.as_str(), first.line), ("first", 17));
        assert_eq!(first.needs.as_deref(), Some("needs a peer"));
        assert_eq!(*of_first, set(&["MQTT-1.1.1-1", "MQTT-1.1.1-5", "MQTT-1.1.1-6"]));
        assert_eq!((second.name.as_str(), second.needs.as_ref()), ("second_mqtt_1_1_1_7", None));
        assert_eq!(*of_second, set(&["MQTT-1.1.1-7"]));
    }
}
