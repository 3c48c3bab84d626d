//! A value as a person reads it, in the room that there is.

use std::fmt::Write;

use wire::{Field, Value};

use crate::page::width;

/// Writes a value: a number with what it stands for, text in quotes, bytes in quotes where they are
/// text and as hex where they are not. One that does not fit is cut in the middle, and its length is
/// told.
pub(crate) fn write(out: &mut String, field: &Field, value: Value<'_>, room: usize) {
    match value {
        Value::Number(number) => {
            let symbol = (field.symbol)(number);
            let _ = write!(out, "{number}");
            if !symbol.is_empty() {
                out.push(' ');
                out.push_str(symbol);
            }
        }
        Value::Text(text) => quoted(out, text, room),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if !text.chars().any(is_odd) => quoted(out, text, room),
            _ => hex(out, bytes, room),
        },
    }
}

fn is_odd(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t' | '\r')
}

fn quoted(out: &mut String, text: &str, room: usize) {
    let start = out.len();
    out.push('"');
    for character in text.chars().take(room + 1) {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            _ if character.is_control() || is_invisible(character) => {
                out.extend(character.escape_default());
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    if width(&out[start..]) <= room {
        return;
    }
    out.truncate(start);
    cut_quoted(out, text, room);
}

/// Characters that take no room, so that two different texts would look the same.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The beginning and the end of a text, and how many bytes it has.
fn cut_quoted(out: &mut String, text: &str, room: usize) {
    let size = format!(" ({} B)", text.len());
    let kept = room.saturating_sub(3 + size.len());
    let plain = |character: char| if character.is_control() { '·' } else { character };
    let take = |text: &mut dyn Iterator<Item = char>, most: usize| {
        let mut taken = String::new();
        for character in text.map(plain) {
            let mut next = taken.clone();
            next.push(character);
            if width(&next) > most {
                break;
            }
            taken = next;
        }
        taken
    };
    let first = take(&mut text.chars(), kept.div_ceil(2));
    let last = take(&mut text.chars().rev(), kept / 2);
    let _ = write!(out, "\"{first}…{}\"{size}", last.chars().rev().collect::<String>());
}

fn hex(out: &mut String, bytes: &[u8], room: usize) {
    if bytes.len() * 3 <= room + 1 {
        for (index, byte) in bytes.iter().enumerate() {
            let _ = write!(out, "{}{byte:02x}", if index == 0 { "" } else { " " });
        }
        return;
    }
    let size = format!(" ({} B)", bytes.len());
    for byte in bytes.iter().take(room.saturating_sub(size.len() + 1) / 3) {
        let _ = write!(out, "{byte:02x} ");
    }
    out.push('…');
    out.push_str(&size);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: Value<'_>, room: usize) -> String {
        let mut out = String::new();
        write(&mut out, &wire::UNDECODED, value, room);
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
}
