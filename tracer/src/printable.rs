//! What other people's text may do to a terminal: nothing.
//!
//! Names, topics and payloads come from the network. A control character in them could clear the
//! screen or recolour it, and an invisible one would make two different texts look the same. Both are
//! shown as what they are: `\n`, `\u{1b}`, `\u{200b}`.

use std::borrow::Cow;

/// Closes a text that is read from right to left, so that what stands behind it on the same line
/// stays there. It takes no room (Unicode: LEFT-TO-RIGHT MARK).
pub(crate) const LEFT_TO_RIGHT: char = '\u{200e}';

/// The text with each character escaped that does not print.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) || !text.chars().any(is_unprintable) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unprintable(character) {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    escaped.into()
}

/// Whether these bytes are characters of one byte and one column each: what most text is, so that it
/// need not be looked at character by character.
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    // Looking at all of them, whatever was found, lets the processor look at many at once.
    bytes.iter().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'))
}

/// Whether a character is a command to the terminal, or nothing that anybody could see.
pub(crate) fn is_unprintable(character: char) -> bool {
    character.is_control() || is_invisible(character)
}

/// Characters that leave no mark of their own: joiners, marks of direction, selectors of variants,
/// tags, fillers.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether some of the text is read from right to left, as Hebrew and Arabic are.
pub(crate) fn has_right_to_left(text: &str) -> bool {
    text.chars().any(|character| {
        matches!(character,
            '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_could_obey() {
        assert_eq!(printable("küche/温度 🌡"), "küche/温度 🌡");
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
        assert_eq!(printable("a\u{9b}2J\u{7f}"), "a\\u{9b}2J\\u{7f}");
        assert_eq!(printable("a\u{200b}b\u{202e}c\u{fe0f}"), "a\\u{200b}b\\u{202e}c\\u{fe0f}");
    }

    #[test]
    fn scripts_that_run_from_right_to_left_are_known() {
        assert!(has_right_to_left("שלום") && has_right_to_left("a مرحبا"));
        assert!(!has_right_to_left("küche/温度"));
    }
}
