//! What may be chosen in a scenario, as controls of a form.

use std::fmt::Write;

use lab::{Input, Kind, Scenario};
use wire::{PacketType, Version, outline};

use crate::html::{escape, field_link};

/// The controls for all inputs of the scenario, each with a link to the field that it changes.
pub(super) fn controls(scenario: &Scenario) -> String {
    let mut out = String::new();
    for input in scenario.inputs {
        let link = input.field.map_or(String::new(), link);
        let _ = writeln!(
            out,
            "<div><label>{} {}</label> {link}</div>",
            escape(input.about),
            control(input)
        );
    }
    out
}

fn control(input: &Input) -> String {
    let Input { name, kind, usual, .. } = input;
    match kind {
        Kind::Qos => choice(name, &["0", "1", "2"], usual),
        Kind::Flag => choice(name, &["0", "1"], usual),
        Kind::OneOf(words) => choice(name, words, usual),
        Kind::Number => format!(
            "<input name=\"{name}\" type=\"number\" min=\"0\" max=\"{}\" value=\"{usual}\">",
            u16::MAX
        ),
        Kind::ClientIdentifier(_) | Kind::TopicName(_) | Kind::TopicFilter | Kind::Text => format!(
            "<input name=\"{name}\" value=\"{}\" maxlength=\"{}\" autocomplete=\"off\" \
             spellcheck=\"false\">",
            escape(usual),
            kind.longest()
        ),
    }
}

fn choice(name: &str, words: &[&str], usual: &str) -> String {
    let options = words.iter().map(|word| {
        let selected = if *word == usual { " selected" } else { "" };
        format!("<option{selected}>{}</option>", escape(word))
    });
    format!("<select name=\"{name}\">{}</select>", options.collect::<String>())
}

/// A link to the field of this key.
fn link(key: &str) -> String {
    let rows = PacketType::ALL.into_iter().flat_map(|kind| outline(kind, Version::V3_1_1));
    let field = rows.map(|row| row.field).find(|field| field.key == key);
    field.map_or(String::new(), field_link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scenario_has_its_own_controls() {
        let html = controls(Scenario::named("last-will").unwrap());
        assert!(html.contains("<select name=\"will-qos\"><option selected>0</option>"), "{html}");
        assert!(html.contains("name=\"will-topic\" value=\"dead_clients\" maxlength=\"64\""));
        assert!(html.contains("<a href=\"fields.html#will-qos\">§3.1.2.6</a>"), "{html}");
    }
}
