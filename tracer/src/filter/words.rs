//! A filter's text into words, each with its place.

use std::ops::Range;

use super::error::FilterError;

/// A word of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// The name of a field, a value that is a word, or an operator that is one.
    Name(String),
    Number(u64),
    /// Text in quotes, or bytes.
    Bytes(Vec<u8>),
    /// One of [`SIGNS`].
    Sign(&'static str),
    End,
}

/// Longer ones before those that they begin with.
const SIGNS: [&str; 14] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "~", "=", "&"];

/// The words of the text, [`Word::End`] the last of them.
pub(super) fn words(text: &str) -> Result<Vec<(Word, Range<usize>)>, FilterError> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let start = text.len() - rest.len();
        let (word, length) = match first {
            '"' | '\'' => quoted(text, start, first)?,
            _ if is_part(first) => plain(text, start)?,
            _ => sign(text, start, first)?,
        };
        words.push((word, start..start + length));
        rest = rest[length..].trim_start();
    }
    let end = text.trim_end().len();
    words.push((Word::End, end..end));
    Ok(words)
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | ':' | '-')
}

/// A number, bytes, or a name.
fn plain(text: &str, start: usize) -> Result<(Word, usize), FilterError> {
    let rest = &text[start..];
    let word = &rest[..rest.find(|character| !is_part(character)).unwrap_or(rest.len())];
    let word_and_length = |value| (value, word.len());
    if let Some(bytes) = bytes(word) {
        return Ok(word_and_length(Word::Bytes(bytes)));
    }
    if !word.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(word_and_length(Word::Name(word.to_owned())));
    }
    let number = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => word.parse(),
    };
    number.map(|number| word_and_length(Word::Number(number))).map_err(|_| {
        let message =
            format!("'{word}' is no number: write 3 or 0x03, bytes as 68:69, and text in quotes");
        FilterError::new(text, start..start + word.len(), message)
    })
}

/// `68:69`, as Wireshark writes bytes.
fn bytes(word: &str) -> Option<Vec<u8>> {
    let pairs = word.contains(':').then(|| word.split(':'))?;
    pairs.map(|pair| u8::from_str_radix(pair, 16).ok().filter(|_| pair.len() == 2)).collect()
}

/// Text in quotes, in which `\` takes the next character as it is where that is a quote or a `\`: so
/// that regular expressions need no second one.
fn quoted(text: &str, start: usize, quote: char) -> Result<(Word, usize), FilterError> {
    let mut value = String::new();
    let mut characters = text[start..].char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => return Ok((Word::Bytes(value.into_bytes()), at + 1)),
            '\\' => match characters.next_if(|(_, next)| *next == quote || *next == '\\') {
                Some((_, next)) => value.push(next),
                None => value.push('\\'),
            },
            _ => value.push(character),
        }
    }
    let message = format!("the text that begins here has no end: close it with {quote}");
    Err(FilterError::new(text, start..text.len(), message))
}

fn sign(text: &str, start: usize, first: char) -> Result<(Word, usize), FilterError> {
    match SIGNS.into_iter().find(|sign| text[start..].starts_with(sign)) {
        Some("=") => {
            Err(FilterError::new(text, start..start + 1, "to compare takes two of them: =="))
        }
        Some("&") => Err(FilterError::new(
            text,
            start..start + 1,
            "'and' is written &&; single bits have names of their own, such as mqtt.retain",
        )),
        Some(sign) => Ok((Word::Sign(sign), sign.len())),
        None => {
            let place = start..start + first.len_utf8();
            let message = format!("'{first}' means nothing here; text stands in quotes");
            Err(FilterError::new(text, place, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<Word> {
        words(text).unwrap().into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn a_word_is_a_name_a_number_text_bytes_or_a_sign() {
        let name = |text: &str| Word::Name(text.to_owned());
        let bytes = |text: &str| Word::Bytes(text.as_bytes().to_vec());
        let expected = [
            name("mqtt.qos"),
            Word::Sign(">="),
            Word::Number(2),
            Word::Sign("&&"),
            Word::Sign("!"),
            Word::Sign("("),
            name("client"),
            Word::Sign("=="),
            bytes("a \"b\" \\d\\"),
            Word::Sign(")"),
            Word::Number(16),
            bytes("hi"),
            bytes("ä'"),
            Word::End,
        ];
        let text = r#"mqtt.qos>=2&&!(client == "a \"b\" \d\\") 0x10 68:69 'ä\''"#;
        assert_eq!(said(text), expected);
        assert_eq!(said(" "), [Word::End]);
    }

    #[test]
    fn what_is_no_word_is_told_with_its_column() {
        let wrong = [("a = 1", 3), ("a == \"b", 6), ("ä & 1", 3), ("a == 1x", 6), ("é == €", 6)];
        for (text, column) in wrong {
            assert_eq!(words(text).unwrap_err().column(), column, "{text}");
        }
    }
}
