//! Text that is safe inside HTML.

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
            '\n' => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_element() {
        assert_eq!(escape("a<b>&\"c\"\n\n"), "a&lt;b&gt;&amp;&quot;c&quot;  ");
    }
}
