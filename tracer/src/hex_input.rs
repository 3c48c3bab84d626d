//! Hex as people have it at hand.
//!
//! Plain digits with or without spaces, `0x` in front of bytes, colons, commas, C arrays, the output
//! of `hexdump -C` and `xxd`, Wireshark's "copy as hex dump" and "as hex stream", and the grid of our
//! own dump: all of them give their bytes. What is not hex is refused with its line and column.

use std::error::Error;
use std::fmt;

/// Reads the bytes out of hex text in any usual form.
///
/// # Errors
///
/// [`HexError`] names the place: a character that is no hex digit, or a byte with one digit only.
///
/// ```
/// assert_eq!(tracer::parse_hex("c0 00").unwrap(), [0xc0, 0x00]);
/// assert_eq!(tracer::parse_hex("0xC0,0x00").unwrap(), [0xc0, 0x00]);
/// assert_eq!(tracer::parse_hex("00000000  c0 00     |..|\n00000002").unwrap(), [0xc0, 0x00]);
/// ```
pub fn parse_hex(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::new();
    let is_dump = text.lines().find(|line| !line.trim().is_empty()).is_some_and(begins_dump);
    for (index, line) in text.lines().enumerate() {
        let place = Place { line: index + 1, text: line };
        if is_dump { parse_dump_line(place, &mut bytes)? } else { parse_words(place, &mut bytes)? }
    }
    Ok(bytes)
}

/// What is wrong with some hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
    /// What stands there.
    pub found: String,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    NoDigit,
    HalfByte,
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, found, .. } = self;
        write!(f, "line {line}, column {column}: ")?;
        match self.problem {
            Problem::NoDigit => write!(
                f,
                "'{found}' is no hex digit. Each byte is two of 0-9 and a-f, such as: 10 0c 00 04"
            ),
            Problem::HalfByte => write!(
                f,
                "'{found}' is half a byte: each byte has two hex digits, so write 0{found}, or \
                 add the digit that is missing"
            ),
        }
    }
}

impl Error for HexError {}

/// Bytes in a line of a dump, at the most.
const DUMP_LINE: usize = 16;

/// A line of the input, with its number.
#[derive(Clone, Copy)]
struct Place<'t> {
    line: usize,
    text: &'t str,
}

impl Place<'_> {
    fn error(self, at: usize, found: char, problem: Problem) -> HexError {
        let column = self.text[..at].chars().count() + 1;
        HexError { line: self.line, column, found: found.to_string(), problem }
    }
}

/// Whether a dump begins with this line: its first word is the offset 0, and there are bytes behind.
fn begins_dump(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let offset = words.next().unwrap_or("").trim_end_matches(':');
    let is_zero = offset.len() >= 4 && offset.bytes().all(|byte| byte == b'0');
    let next = words.next().unwrap_or("");
    is_zero && (1..=4).contains(&next.len()) && next.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A line of a dump: an offset, up to sixteen bytes, and their characters behind a bar or a gap.
fn parse_dump_line(place: Place<'_>, bytes: &mut Vec<u8>) -> Result<(), HexError> {
    let body = place.text.split(['|', '│']).next().unwrap_or("");
    let offset = body.trim_start();
    let behind = offset.trim_start_matches(|character: char| !character.is_whitespace());
    let start = body.len() - behind.trim_start().len();
    let end = body[start..].find("   ").map_or(body.len(), |gap| start + gap);
    let first = bytes.len();
    let mut at = start;
    for word in body[start..end].split(' ') {
        if bytes.len() - first >= DUMP_LINE {
            break;
        }
        parse_word(place, at, word, bytes)?;
        at += word.len() + 1;
    }
    Ok(())
}

/// A line of bytes, however they are set apart.
fn parse_words(place: Place<'_>, bytes: &mut Vec<u8>) -> Result<(), HexError> {
    let mut at = 0;
    for word in place.text.split(is_separator) {
        parse_word(place, at, word, bytes)?;
        at += word.len();
        at += place.text[at..].chars().next().map_or(0, char::len_utf8);
    }
    Ok(())
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || ":,;-{}[]\"'\\".contains(character)
}

/// Hex digits without a gap, perhaps behind `0x` or `x`.
fn parse_word(
    place: Place<'_>,
    at: usize,
    word: &str,
    bytes: &mut Vec<u8>,
) -> Result<(), HexError> {
    let prefix = ["0x", "0X", "x", "X"].into_iter().find(|prefix| word.starts_with(prefix));
    let start = at + prefix.map_or(0, str::len);
    let digits = &word[start - at..];
    if let Some((index, found)) =
        digits.char_indices().find(|(_, digit)| !digit.is_ascii_hexdigit())
    {
        return Err(place.error(start + index, found, Problem::NoDigit));
    }
    let Ok(decoded) = hex::decode(digits) else {
        let last = digits.chars().next_back().unwrap_or('0');
        return Err(place.error(start + digits.len() - 1, last, Problem::HalfByte));
    };
    bytes.extend(decoded);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONNECT: &str = "10110004 4d515454 0402003c 00056c61 622d31";

    #[test]
    fn every_usual_form_gives_the_same_bytes() {
        let bytes = parse_hex(CONNECT).unwrap();
        assert_eq!(bytes.len(), 19);
        let forms = [
            "10 11 00 04 4d 51 54 54 04 02 00 3c 00 05 6c 61 62 2d 31",
            "10:11:00:04:4D:51:54:54:04:02:00:3C:00:05:6C:61:62:2D:31",
            "0x10110004 4d515454 0x04,0x02,0x00,0x3c 00 05 6c 61 62 2d 31",
            "{ 0x10, 0x11, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, 0x02,\n  0x00, 0x3c, 0x00, 0x05, 0x6c, 0x61, 0x62, 0x2d, 0x31 };",
            r"\x10\x11\x00\x04\x4d\x51\x54\x54\x04\x02\x00\x3c\x00\x05\x6c\x61\x62\x2d\x31",
            "101100044d5154540402003c00056c61622d31",
            "00000000  10 11 00 04 4d 51 54 54  04 02 00 3c 00 05 6c 61  |....MQTT...<..la|\n00000010  62 2d 31                                          |b-1|\n00000013\n",
            "00000000: 1011 0004 4d51 5454 0402 003c 0005 6c61  ....MQTT...<..la\n00000010: 622d 31                                  b-1\n",
            "0000   10 11 00 04 4d 51 54 54 04 02 00 3c 00 05 6c 61   ....MQTT...<..la\n0010   62 2d 31                                          b-1\n",
            "  0000  10 11 00 04 4d 51 54 54  04 02 00 3c 00 05 6c 61  │ ····MQTT···<··la │\n  0010  62 2d 31                                          │ b-1 │\n",
        ];
        for form in forms {
            assert_eq!(parse_hex(form).as_deref(), Ok(&bytes[..]), "{form}");
        }
    }

    #[test]
    fn zeros_that_stand_alone_are_bytes_and_no_offset() {
        assert_eq!(parse_hex("00000000").unwrap(), [0; 4]);
        assert_eq!(parse_hex("000000000000\n").unwrap(), [0; 6]);
    }

    #[test]
    fn what_is_no_hex_is_named_with_its_place() {
        let error = parse_hex("10 0c\n00 zz").unwrap_err();
        assert_eq!((error.line, error.column, error.found.as_str()), (2, 4, "z"));
        let error = parse_hex("10 c 00").unwrap_err();
        assert_eq!((error.line, error.column), (1, 4));
        assert!(error.to_string().contains("write 0c"), "{error}");
        assert!(parse_hex("").unwrap().is_empty());
    }
}
