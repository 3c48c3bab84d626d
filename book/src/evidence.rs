//! Which tests show which rule: found by the rule's id in a test's name, documentation or body.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::source::WORKSPACE;

/// The tests of each rule, by the rule's id: `MQTT-3.1.2-24`.
pub(crate) type Evidence = BTreeMap<String, Vec<Test>>;

/// A test, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Test {
    pub(crate) file: String,
    pub(crate) name: String,
}

/// Where the packages of the workspace have their sources.
const PACKAGES: [&str; 5] = ["tracer", "broker", "client", "exercises", "tests"];

/// Reads all sources of the workspace.
pub(crate) fn collect() -> io::Result<Evidence> {
    let mut evidence = Evidence::new();
    for package in PACKAGES {
        visit(&Path::new(WORKSPACE).join(package), package, &mut evidence)?;
    }
    for tests in evidence.values_mut() {
        tests.sort();
        tests.dedup();
    }
    Ok(evidence)
}

fn visit(folder: &Path, name: &str, evidence: &mut Evidence) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let file_name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{name}/{file_name}");
        if entry.file_type()?.is_dir() {
            if file_name != "target" {
                visit(&entry.path(), &path, evidence)?;
            }
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            for (test, text) in tests(&fs::read_to_string(entry.path())?) {
                for id in ids(&text) {
                    let test = Test { file: path.clone(), name: test.clone() };
                    evidence.entry(id).or_default().push(test);
                }
            }
        }
    }
    Ok(())
}

/// The tests of a source file: the name of each, and its text from its documentation to its end.
fn tests(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut above = String::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        if code.starts_with("///") || code.starts_with("#[") {
            above.push_str(line);
            above.push('\n');
            continue;
        }
        if let Some(name) =
            function(code).filter(|_| above.contains("test]") || above.contains("test("))
        {
            let end = format!("{}}}", &line[..line.len() - code.len()]);
            let body: Vec<_> = lines.by_ref().take_while(|line| **line != *end).collect();
            found.push((name.to_owned(), format!("{above}{line}\n{}", body.join("\n"))));
        }
        above.clear();
    }
    found
}

fn function(code: &str) -> Option<&str> {
    let rest = code.strip_prefix("async ").unwrap_or(code).strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}

/// The ids of rules in a text: `MQTT-3.1.2-24`, `MQTT_3_1_2_24` or `mqtt_3_1_2_24`.
fn ids(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices("MQTT").chain(text.match_indices("mqtt")) {
        let numbers: Vec<&str> = text[at + 4..]
            .split(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '_' | '.'))
            .next()
            .unwrap_or_default()
            .split(['-', '_', '.'])
            .skip(1)
            .take(4)
            .collect();
        let is_begun = matches!(bytes.get(at + 4), Some(b'-' | b'_'));
        if let [a, b, c, d] = numbers[..]
            && is_begun
            && numbers.iter().all(|number| !number.is_empty())
        {
            found.push(format!("MQTT-{a}.{b}.{c}-{d}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{collect, ids, tests};

    #[test]
    fn ids_are_found_in_every_form() {
        let text = "[MQTT-3.1.2-24] fn x_mqtt_4_3_3_2() rules::MQTT_2_3_1_1, MQTT 3.1.1, MQTT-3.1";
        assert_eq!(ids(text), ["MQTT-3.1.2-24", "MQTT-2.3.1-1", "MQTT-4.3.3-2"]);
    }

    #[test]
    fn tests_are_told_from_other_functions() {
        let source = "fn a() {\n}\n\n/// Doc\n#[test]\nfn b() {\n    x();\n}\n";
        let found = tests(source);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "b");
        assert!(found[0].1.contains("Doc") && found[0].1.contains("x();"));
    }

    #[test]
    fn the_lab_shows_its_rules() {
        let evidence = collect().unwrap();
        assert!(evidence.len() > 50, "{} rules have a test", evidence.len());
        assert!(
            evidence["MQTT-4.3.3-2"].iter().any(|test| test.file.starts_with("tracer/delivery"))
        );
    }
}
