//! All rules of MQTT 3.1.1, with whom each binds, and the tests of the lab that show it kept. Each is a
//! section of its own, so that it has an address, and that the search finds it.

use std::fmt::Write;

use wire::rules::MQTT_3_1_1;
use wire::{Binds, PacketType, Rule, requirements};

use crate::evidence::{self, Test};
use crate::html::{escape, slug};

/// The rules as Markdown, under a heading for each chapter of the standard.
pub(crate) fn markdown() -> Result<String, String> {
    let evidence =
        evidence::collect().map_err(|error| format!("cannot read the tests: {error}"))?;
    let shown = MQTT_3_1_1.iter().filter(|rule| evidence.contains_key(rule.id)).count();
    let mut out = format!(
        "There are {} of them. {shown} have tests of the lab that name them.\n",
        MQTT_3_1_1.len(),
    );
    let mut last = String::new();
    for rule in MQTT_3_1_1 {
        let chapter = chapter(rule.section);
        if chapter != last {
            let _ = writeln!(out, "\n## {chapter}");
            last = chapter;
        }
        section(&mut out, rule, evidence.get(rule.id).map_or(&[], Vec::as_slice));
    }
    out.push_str("\n## Requirements without a number\n");
    let mut last = None;
    for rule in requirements::ALL {
        if last.replace(rule.id) != Some(rule.id) {
            section(&mut out, rule, &[]);
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

fn section(out: &mut String, rule: &Rule, tests: &[Test]) {
    let name = if rule.is_numbered() { rule.id.to_owned() } else { format!("§{}", rule.section) };
    let _ = writeln!(
        out,
        "\n### {name} {{#{}}}\n\n<p>{} <span class=\"binds\">Binds {}.</span></p>",
        slug(rule.id),
        escape(rule.sentence),
        whom(rule.binds),
    );
    if !tests.is_empty() {
        let count = if tests.len() == 1 { "1 test" } else { &format!("{} tests", tests.len()) };
        let _ = write!(out, "<details><summary>{count}</summary><ul>");
        for Test { file, name } in tests {
            let _ = write!(out, "<li><code>{name}</code> in <code>{file}</code></li>");
        }
        out.push_str("</ul></details>\n");
    }
}

fn whom(binds: Binds) -> &'static str {
    match binds {
        Binds::Codec => "the form of the bytes",
        Binds::Server => "the server",
        Binds::Client => "the client",
        Binds::Both => "server and client",
    }
}

#[cfg(test)]
mod tests {
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
}
