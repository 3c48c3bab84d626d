//! All rules of MQTT 3.1.1, with whom each binds, and the tests of the lab that show it kept.

use std::fmt::Write;

use wire::rules::MQTT_3_1_1;
use wire::{Binds, Rule, requirements};

use crate::evidence::{self, Test};
use crate::html::{escape, slug};

/// The table of rules.
pub(crate) fn html() -> Result<String, String> {
    let evidence =
        evidence::collect().map_err(|error| format!("cannot read the tests: {error}"))?;
    let shown = MQTT_3_1_1.iter().filter(|rule| evidence.contains_key(rule.id)).count();
    let mut out = format!(
        "<p>There are {} of them. {shown} have tests of the lab that name them.</p>\n<table \
         class=\"rules\"><caption class=\"hidden\">The rules of MQTT 3.1.1</caption><thead><tr><th \
         scope=\"col\">Rule</th><th scope=\"col\">What it says, whom it binds, and which test shows \
         it</th></tr></thead>\n<tbody>\n",
        MQTT_3_1_1.len(),
    );
    for rule in MQTT_3_1_1 {
        row(&mut out, rule, evidence.get(rule.id).map_or(&[], Vec::as_slice));
    }
    let mut last = None;
    for rule in requirements::ALL {
        if last.replace(rule.id) != Some(rule.id) {
            row(&mut out, rule, &[]);
        }
    }
    out.push_str("</tbody></table>\n");
    Ok(out)
}

fn row(out: &mut String, rule: &Rule, tests: &[Test]) {
    let name = if rule.is_numbered() { rule.id.to_owned() } else { format!("§{}", rule.section) };
    let _ = write!(
        out,
        "<tr id=\"{id}\"><th scope=\"row\"><a href=\"#{id}\">{name}</a></th><td>{} <span \
         class=\"binds\">Binds {}.</span>",
        escape(rule.sentence),
        whom(rule.binds),
        id = slug(rule.id),
    );
    if !tests.is_empty() {
        let count = if tests.len() == 1 { "1 test" } else { &format!("{} tests", tests.len()) };
        let _ = write!(out, "<details><summary>{count}</summary><ul>");
        for Test { file, name } in tests {
            let _ = write!(out, "<li><code>{name}</code> in <code>{file}</code></li>");
        }
        out.push_str("</ul></details>");
    }
    out.push_str("</td></tr>\n");
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
    fn each_rule_has_one_row_and_a_link_of_its_own() {
        let html = html().unwrap();
        for rule in MQTT_3_1_1.iter().chain(requirements::ALL) {
            assert_eq!(html.matches(&format!("<tr id=\"{}\"", slug(rule.id))).count(), 1, "{rule}");
        }
        assert!(!html.contains("\n\n"), "an empty line would end the HTML block");
    }
}
