//! A value as a person reads it, in the room that there is.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;
use wire::{Field, Spanned, Value};

use crate::measure::width;
use crate::printable::{LEFT_TO_RIGHT, has_right_to_left, is_plain, is_unprintable};
use crate::writer::{push_hex, push_number};

/// Writes a value: a number with what it stands for, text in quotes, bytes in quotes where they are
/// text and as hex where they are not. Text and bytes that do not fit into `room` columns are cut in
/// the middle, and their length is told; without a limit nothing is cut.
pub(crate) fn write(out: &mut String, field: &Field, value: Value<'_>, room: Option<usize>) {
    match value {
        Value::Number(number) => {
            let symbol = (field.symbol)(number);
            push_number(out, number);
            if !symbol.is_empty() {
                out.push(' ');
                out.push_str(symbol);
            }
        }
        Value::Text(text) => quoted(out, text, room),
        Value::Bytes(bytes) => match as_text(bytes) {
            Some(text) => quoted(out, text, room),
            None => hex(out, bytes, room),
        },
    }
}

/// What stands in a field, as the dump shows it, in `room` columns. `frame` is the packet that the field
/// was seen in.
pub fn text(spanned: &Spanned, frame: &[u8], room: usize) -> String {
    let mut out = String::new();
    write(&mut out, spanned.field, spanned.value(frame), Some(room));
    out
}

/// Whether a value is shown in quotes, so that its blanks are its own.
pub(crate) fn is_quoted(value: Value<'_>) -> bool {
    match value {
        Value::Number(_) => false,
        Value::Text(_) => true,
        Value::Bytes(bytes) => as_text(bytes).is_some(),
    }
}

/// Bytes that are meant as text, as far as anybody can tell.
fn as_text(bytes: &[u8]) -> Option<&str> {
    if is_plain(bytes) {
        return std::str::from_utf8(bytes).ok();
    }
    let odd = |character: char| character.is_control() && !matches!(character, '\n' | '\t' | '\r');
    std::str::from_utf8(bytes).ok().filter(|text| !text.chars().any(odd))
}

fn quoted(out: &mut String, text: &str, room: Option<usize>) {
    let room = room.unwrap_or(usize::MAX);
    if is_plain(text.as_bytes()) {
        let escapes = text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        if text.len().saturating_add(escapes + 2) <= room {
            return quoted_plain(out, text, escapes > 0);
        }
    }
    let start = out.len();
    let mut column = 2;
    out.push('"');
    // A character may take up no column at all, but no text may hide behind many of those.
    for (index, character) in text.chars().enumerate() {
        let from = out.len();
        escaped(out, character);
        column += width(&out[from..]);
        if column > room || index > room {
            out.truncate(start);
            return cut_quoted(out, text, room);
        }
    }
    out.push('"');
    end_direction(out, text);
}

/// Text that nobody has to measure, as most is.
fn quoted_plain(out: &mut String, text: &str, has_escapes: bool) {
    out.push('"');
    if has_escapes {
        text.chars().for_each(|character| escaped(out, character));
    } else {
        out.push_str(text);
    }
    out.push('"');
}

/// Whether nothing has to be done about this text to put it between quotes.
fn stands_as_it_is(text: &str) -> bool {
    is_plain(text.as_bytes()) && !text.contains(['"', '\\'])
}

/// A character as it stands between quotes.
#[inline]
fn escaped(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        ' '..='~' => out.push(character),
        _ if is_unprintable(character) => out.extend(character.escape_default()),
        _ => out.push(character),
    }
}

/// The beginning and the end of a text, and how many bytes it has.
fn cut_quoted(out: &mut String, text: &str, room: usize) {
    let size = format!(" ({} B)", text.len());
    let kept = room.saturating_sub(3 + size.len());
    if stands_as_it_is(text) && kept < text.len() {
        let (first, last) = (&text[..kept.div_ceil(2)], &text[text.len() - kept / 2..]);
        let _ = write!(out, "\"{first}…{last}\"{size}");
        return;
    }
    let first: String = taken(text.chars(), kept.div_ceil(2)).concat();
    let mut last = taken(text.chars().rev(), kept / 2);
    last.reverse();
    // A mark that belongs on the character before it would sit on the ellipsis.
    let orphan = |piece: &String| piece.chars().all(|character| character.width() == Some(0));
    let last: String = last.into_iter().skip_while(orphan).collect();
    let _ = write!(out, "\"{first}…{last}\"");
    end_direction(out, text);
    out.push_str(&size);
}

/// The first characters, escaped, that fit into `room` columns.
fn taken(characters: impl Iterator<Item = char>, room: usize) -> Vec<String> {
    let mut taken = Vec::new();
    let mut column = 0;
    for character in characters.take(room) {
        let mut piece = String::new();
        escaped(&mut piece, character);
        column += width(&piece);
        if column > room {
            break;
        }
        taken.push(piece);
    }
    taken
}

fn end_direction(out: &mut String, text: &str) {
    if has_right_to_left(text) {
        out.push(LEFT_TO_RIGHT);
    }
}

fn hex(out: &mut String, bytes: &[u8], room: Option<usize>) {
    let size = format!("… ({} B)", bytes.len());
    let shown = match room {
        Some(room) if bytes.len() * 3 > room + 1 => room.saturating_sub(size.chars().count()) / 3,
        _ => bytes.len(),
    };
    for (index, &byte) in bytes[..shown].iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        push_hex(out, byte);
    }
    if shown < bytes.len() {
        out.push_str(if shown == 0 { "" } else { " " });
        out.push_str(&size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: Value<'_>, room: usize) -> String {
        let mut out = String::new();
        write(&mut out, &wire::UNDECODED, value, Some(room));
        out
    }

    #[test]
    fn values_fit_their_room() {
        assert_eq!(told(Value::Text("a/b"), 20), "\"a/b\"");
        assert_eq!(told(Value::Text("say \"hi\"\n"), 20), r#""say \"hi\"\n""#);
        assert_eq!(told(Value::Bytes(b"21.5"), 20), "\"21.5\"");
        assert_eq!(told(Value::Bytes(&[0xff, 0x00]), 20), "ff 00");
        let long = "a".repeat(100);
        assert_eq!(told(Value::Text(&long), 26), "\"aaaaaaaa…aaaaaaa\" (100 B)");
        assert_eq!(told(Value::Bytes(&[0xff; 100]), 26), "ff ff ff ff ff … (100 B)");
    }

    #[test]
    fn what_is_cut_is_escaped_as_well() {
        let told_short = told(Value::Text("\u{1b}[31m\"red\" and more"), 24);
        assert_eq!(told_short, "\"\\u{1b}[…nd more\" (19 B)");
        let marks = format!("e{}", "\u{301}".repeat(100));
        assert_eq!(told(Value::Text(&marks), 14).chars().filter(|&c| c == '…').count(), 1);
    }

    #[test]
    fn text_from_right_to_left_ends_in_its_quotes() {
        assert_eq!(told(Value::Text("שלום"), 20), "\"שלום\"\u{200e}");
    }
}
