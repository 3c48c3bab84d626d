//! The machine form: JSON Lines, one object for each packet and each event.
//!
//! | key of a packet | meaning |
//! | --- | --- |
//! | `stream` | number of the Network Connection, from 0 in the order of their beginning |
//! | `dir` | `c2s` or `s2c` |
//! | `n` | number of the packet in its stream and direction, from 0 |
//! | `type` | the standard's name, upper case; `RESERVED` for the types 0 and 15 |
//! | `flags` | the low four bits of the first byte |
//! | `version` | the Protocol Level of the CONNECT that governs; null if none was seen |
//! | `size` | bytes in the packet, fixed header included; null if that cannot be known |
//! | `hex` | the packet's bytes |
//! | `fields` | in the order of the wire, a byte before the fields that share it |
//! | `malformed` | true where decoding could not go on to the end |
//! | `violations` | the rules that it breaks, each with its place |
//! | `number`, `time`, `from`, `to` | its number in the whole conversation, seconds since its start, and who |
//!
//! | key of a field | meaning |
//! | --- | --- |
//! | `name`, `wireshark` | our name, and Wireshark's display filter for the same range and value, or null |
//! | `offset`, `len`, `bits` | its bytes, and `[high, low]` within one byte, or null for whole bytes |
//! | `value`, `enc` | number, text, or hex; `enc` is `"hex"` where it is hex |
//! | `section`, `text`, `explain` | where it is defined, how a person reads it, what this value means |

use std::fmt::Write;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tap::Direction;
use wire::{DecodeError, Malformed, PacketType, Span, Spanned, Value, Version};

use crate::conversation::{Entry, Event, Seen};
use crate::dump;
use crate::printable::is_unprintable;
use crate::writer::push_hex;

/// Writes entries as JSON Lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json {
    /// Whether each field tells what its value means, as `explain`.
    pub explain: bool,
}

impl Json {
    /// Writes the entry as one line to the end of `out`.
    pub fn entry(self, entry: &Entry<'_>, out: &mut String) {
        let line = match entry {
            Entry::Packet(seen) => serde_json::to_string(&PacketLine::new(seen, self.explain)),
            Entry::Event(event) => serde_json::to_string(&EventLine::new(event)),
        };
        // Neither has a map key that is no string, nor a value that can fail to serialize.
        push_printable(out, &line.unwrap_or_default());
        out.push('\n');
    }
}

/// JSON may have any character in its strings but the lowest 32. On a terminal more of them than
/// those are obeyed instead of shown: they are escaped too. Outside of strings JSON has none.
pub(crate) fn push_printable(out: &mut String, line: &str) {
    const DELETE: u8 = 0x7f; // the one such character of ASCII that JSON has in strings
    if line.bytes().all(|byte| byte < DELETE) {
        return out.push_str(line);
    }
    let mut units = [0; 2];
    for character in line.chars() {
        if !is_unprintable(character) {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
}

#[derive(Serialize)]
struct PacketLine<'p> {
    stream: u32,
    dir: &'static str,
    n: u64,
    r#type: &'static str,
    flags: u8,
    version: Option<u8>,
    size: Option<usize>,
    number: u64,
    time: f64,
    from: &'p str,
    to: &'p str,
    hex: Hex<'p>,
    fields: Fields<'p>,
    #[serde(skip_serializing_if = "is_false")]
    malformed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    violations: Option<[Violation; 1]>,
}

impl<'p> PacketLine<'p> {
    fn new(seen: &'p Seen<'_>, explain: bool) -> Self {
        let first = seen.bytes.first().copied().unwrap_or(0);
        Self {
            stream: seen.stream,
            dir: match seen.direction {
                Direction::ToServer => "c2s",
                Direction::ToClient => "s2c",
            },
            n: seen.index,
            r#type: PacketType::of_first_byte(first).map_or("RESERVED", PacketType::name),
            flags: first & 0x0f,
            version: seen.version.map(Version::protocol_level),
            size: wire::frame_size(&seen.bytes).ok().flatten(),
            number: seen.number,
            time: seen.time.as_secs_f64(),
            from: seen.from(),
            to: seen.to(),
            hex: Hex(&seen.bytes),
            fields: Fields { seen, explain },
            malformed: seen.outcome.is_err(),
            violations: match &seen.outcome {
                Err(DecodeError::Malformed(malformed)) => Some([Violation::new(malformed)]),
                _ => None,
            },
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(value: &bool) -> bool {
    !value
}

struct Fields<'p> {
    seen: &'p Seen<'p>,
    explain: bool,
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let frame = &self.seen.bytes;
        let explain = self.explain;
        serializer.collect_seq(self.seen.spans.iter().map(|spanned| FieldObject {
            spanned,
            frame,
            explain,
        }))
    }
}

struct FieldObject<'p> {
    spanned: &'p Spanned,
    frame: &'p [u8],
    explain: bool,
}

impl Serialize for FieldObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Spanned { field, span, .. } = *self.spanned;
        let value = self.spanned.value(self.frame);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", field.key)?;
        map.serialize_entry("wireshark", &field.filter)?;
        place(&mut map, span)?;
        match value {
            Value::Number(number) => map.serialize_entry("value", &number)?,
            Value::Text(text) => map.serialize_entry("value", text)?,
            Value::Bytes(bytes) => {
                map.serialize_entry("value", &Hex(bytes))?;
                map.serialize_entry("enc", "hex")?;
            }
        }
        map.serialize_entry("section", field.section)?;
        if let Value::Number(number) = value
            && !(field.symbol)(number).is_empty()
        {
            let mut text = String::new();
            dump::write_value(&mut text, field, value, None);
            map.serialize_entry("text", &text)?;
        }
        if self.explain {
            map.serialize_entry("explain", &(field.explain)(value))?;
        }
        map.end()
    }
}

fn place<M: SerializeMap>(map: &mut M, span: Span) -> Result<(), M::Error> {
    map.serialize_entry("offset", &span.offset)?;
    map.serialize_entry("len", &span.len)?;
    map.serialize_entry("bits", &span.bits.map(|bits| [bits.high, bits.low]))
}

struct Violation {
    rule: &'static str,
    text: &'static str,
    span: Span,
}

impl Violation {
    fn new(malformed: &Malformed) -> Self {
        let Malformed { rule, span, .. } = *malformed;
        Self { rule: rule.id, text: rule.sentence, span }
    }
}

impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rule", self.rule)?;
        map.serialize_entry("text", self.text)?;
        place(&mut map, self.span)?;
        map.end()
    }
}

/// Bytes as hex digits.
struct Hex<'b>(&'b [u8]);

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = String::with_capacity(2 * self.0.len());
        for &byte in self.0 {
            push_hex(&mut digits, byte);
        }
        serializer.serialize_str(&digits)
    }
}

#[derive(Serialize)]
struct EventLine<'e> {
    event: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<u32>,
    time: f64,
}

impl<'e> EventLine<'e> {
    fn new(event: &'e Event) -> Self {
        Self { event: &event.text, stream: event.stream, time: event.time.as_secs_f64() }
    }
}
