//! All rules of MQTT 3.1.1, with whom each binds, and the tests of the lab that show it kept, or the
//! reason why none can. Each is a section of its own, so that it has an address, and that the search
//! finds it.

use std::fmt::Write;

use ::tests::rules::{Test, table};
use wire::{Binds, PacketType, Rule, requirements};

use crate::html::{escape, slug};

/// The rules as Markdown, under a heading for each chapter of the standard.
pub(crate) fn markdown() -> Result<String, String> {
    let table = table().map_err(|error| format!("cannot read the tests: {error}"))?;
    let shown = table.iter().filter(|row| !row.tests.is_empty()).count();
    let mut out = format!(
        "There are {} numbered rules. For {shown} of them the lab has tests that name them; the \
         others say why there can be none.\n",
        table.len(),
    );
    let mut last = String::new();
    for row in &table {
        let chapter = chapter(row.rule.section);
        if chapter != last {
            let _ = writeln!(out, "\n## {chapter}");
            last = chapter;
        }
        section(&mut out, row.rule);
        evidence(&mut out, &row.tests);
        if let Some(reason) = row.reason {
            let _ = writeln!(out, "<p>No test: {}</p>", escape(reason));
        }
    }
    out.push_str("\n## Requirements without a number\n");
    let mut last = None;
    for rule in requirements::ALL {
        if last.replace(rule.id) != Some(rule.id) {
            section(&mut out, rule);
        }
    }
    Ok(out)
}

/// The heading for a section of the standard.
fn chapter(section: &str) -> String {
    let mut numbers = section.split('.');
    let (first, second) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    let subject = match (first, second) {
        ("1", _) => "Strings",
        ("2", "2") => "Fixed header",
        ("2", "3") => "Packet Identifier",
        // Chapter 3 has one part for each packet, in the order of their numbers.
        ("3", number) => number.parse().ok().and_then(PacketType::new).map_or("", PacketType::name),
        ("4", "1") => "State",
        ("4", "3") => "Quality of Service",
        ("4", "4") => "Sending again",
        ("4", "5") => "Receiving",
        ("4", "6") => "Order",
        ("4", "7") => "Topics",
        ("4", "8") => "Errors",
        ("6", _) => "WebSocket",
        ("7", _) => "Conformance",
        _ => "",
    };
    format!("§{first}.{second} {subject}").trim_end_matches([' ', '.']).to_owned()
}

fn section(out: &mut String, rule: &Rule) {
    let name = if rule.is_numbered() { rule.id.to_owned() } else { format!("§{}", rule.section) };
    let _ = writeln!(
        out,
        "\n### {name} {{#{}}}\n\n<p>{} <span class=\"binds\">Binds {}.</span></p>",
        slug(rule.id),
        escape(rule.sentence),
        whom(rule.binds),
    );
}

/// The tests that show a rule, behind a click.
fn evidence(out: &mut String, tests: &[Test]) {
    if tests.is_empty() {
        return;
    }
    let count = if tests.len() == 1 { "1 test" } else { &format!("{} tests", tests.len()) };
    let _ = write!(out, "<details><summary>{count}</summary><ul>");
    for Test { file, line, name, needs } in tests {
        let _ = write!(out, "<li><code>{name}</code> in <code>{file}:{line}</code>");
        if let Some(needs) = needs {
            let _ = write!(out, ", which {}", escape(needs));
        }
        out.push_str("</li>");
    }
    out.push_str("</ul></details>\n");
}

fn whom(binds: Binds) -> &'static str {
    match binds {
        Binds::Codec => "whoever writes or reads the bytes",
        Binds::Server => "the server",
        Binds::Client => "the client",
        Binds::Both => "server and client",
    }
}

#[cfg(test)]
mod tests {
    use wire::rules::MQTT_3_1_1;

    use super::*;

    #[test]
    fn each_rule_has_one_section_and_an_address_of_its_own() {
        let markdown = markdown().unwrap();
        for rule in MQTT_3_1_1.iter().chain(requirements::ALL) {
            let address = format!(" {{#{}}}\n", slug(rule.id));
            assert_eq!(markdown.matches(&address).count(), 1, "{rule}");
        }
        assert!(markdown.contains("## §3.1 CONNECT\n"));
    }

    #[test]
    fn each_numbered_rule_has_its_tests_or_a_reason() {
        let markdown = markdown().unwrap();
        let numbered = markdown.split_once("## Requirements without a number").unwrap().0;
        let tests = numbered.matches("<details>").count();
        let reasons = numbered.matches("<p>No test: ").count();
        assert!(tests > 130, "{tests} rules have tests");
        assert_eq!(tests + reasons, MQTT_3_1_1.len());
    }
}
