//! How much room text takes up, and how it is made to fit.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// How many columns a text takes up on a terminal. Characters count one by one, as terminals count.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// The words of a text, in lines of at most `room` columns. A word that is longer than that is broken.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        for (index, piece) in pieces(word, room).into_iter().enumerate() {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(piece),
                Some(line) if index == 0 && width(line) + 1 + width(piece) <= room => {
                    line.push(' ');
                    line.push_str(piece);
                }
                _ => lines.push(piece.to_owned()),
            }
        }
    }
    lines
}

/// The text in pieces of at most `room` columns, cut wherever they are full.
pub(crate) fn pieces(text: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while width(rest) > room {
        let fits = head(rest, room);
        // A character that is wider than the room still has to go somewhere.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let (piece, behind) = rest.split_at(fits.len().max(first));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

/// The text, or as much of it as fits into `room` columns, with an ellipsis.
pub(crate) fn cut(text: &str, room: usize) -> Cow<'_, str> {
    if width(text) <= room {
        return text.into();
    }
    format!("{}…", head(text, room.saturating_sub(1))).into()
}

/// The longest beginning of the text that fits into `room` columns.
pub(crate) fn head(text: &str, room: usize) -> &str {
    let mut column = 0;
    for (at, character) in text.char_indices() {
        column += character.width().unwrap_or(0);
        if column > room {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_words_where_they_must_be() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a unbreakable b", 6), ["a", "unbrea", "kable", "b"]);
        assert_eq!(wrap("", 6), [""]);
        assert_eq!(pieces("温度計", 4), ["温度", "計"]);
    }

    #[test]
    fn a_cut_text_fits_and_says_that_it_was_cut() {
        assert_eq!(cut("kitchen", 7), "kitchen");
        assert_eq!(cut("kitchen", 6), "kitch…");
        assert_eq!(cut("温度計", 4), "温…");
    }
}
