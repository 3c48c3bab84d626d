//! Text that is safe inside HTML, and links to what the reference has.

use wire::{Field, Rule};

/// The text with the characters escaped that mean something in HTML. An empty line would end the
/// Markdown block that the HTML stands in, so line breaks become spaces.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

/// The same for a name of several parts, such as a topic or a filter: where a line may end, it ends
/// between them.
pub(crate) fn breakable(text: &str) -> String {
    let mut out = escape(text);
    for joint in ["/", ".", "_"] {
        out = out.replace(joint, &format!("{joint}<wbr>"));
    }
    out
}

/// Text as a part of an id: `keep-alive` for `keep_alive`, `mqtt-3-1-2-24` for `MQTT-3.1.2-24`.
pub(crate) fn slug(text: &str) -> String {
    let dashed = |character: char| match character {
        'a'..='z' | '0'..='9' => character,
        'A'..='Z' => character.to_ascii_lowercase(),
        _ => '-',
    };
    text.chars().map(dashed).collect()
}

/// The section of a field, as a link to its entry among all fields.
pub(crate) fn field_link(field: &Field) -> String {
    if field == &wire::UNDECODED {
        return String::new();
    }
    format!("<a href=\"fields.html#{}\">§{}</a>", slug(field.key), field.section)
}

/// A rule as a link to its sentence.
pub(crate) fn rule_link(rule: &Rule) -> String {
    format!("<a class=\"rule\" href=\"rules.html#{}\">{rule}</a>", slug(rule.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_element() {
        assert_eq!(escape("a<b>&\"c\"\n\n"), "a&lt;b&gt;&amp;&quot;c&quot;  ");
    }

    #[test]
    fn names_end_their_lines_between_their_parts() {
        assert_eq!(breakable("home/+"), "home/<wbr>+");
        assert_eq!(breakable("mqtt.proto_len"), "mqtt.<wbr>proto_<wbr>len");
    }

    #[test]
    fn ids_have_dashes() {
        assert_eq!(slug("MQTT-3.1.2-24"), "mqtt-3-1-2-24");
        assert_eq!(slug("keep_alive"), "keep-alive");
    }
}
