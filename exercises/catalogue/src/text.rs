//! Words in lines that fit.

/// The words of a text, in lines of at most `room` columns. The blanks at its beginning stay.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let words = text.trim_start();
    let indent = " ".repeat(text.len() - words.len());
    let mut lines = vec![indent.clone()];
    for word in words.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if line.len() == indent.len() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
    }
    lines
}

/// The paragraphs of a text in lines of at most `room` columns. A line that begins with a blank is an
/// example, and stays as it is.
pub fn reflow(text: &str, room: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut follows_words = false;
    for line in text.lines() {
        let is_words = !line.is_empty() && !line.starts_with(' ');
        match lines.last_mut() {
            Some(last) if is_words && follows_words => *last = format!("{last} {line}"),
            _ => lines.push(line.to_owned()),
        }
        follows_words = is_words;
    }
    let fit = |line: String| if line.starts_with(' ') { vec![line] } else { wrap(&line, room) };
    lines.into_iter().flat_map(fit).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("  one two", 5), ["  one", "  two"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
    }

    #[test]
    fn paragraphs_flow_and_examples_stay() {
        assert_eq!(
            reflow("one\ntwo three\n\n    c0 00\n\nfour", 8),
            "one two\nthree\n\n    c0 00\n\nfour"
        );
    }
}
