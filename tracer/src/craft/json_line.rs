//! A packet from a JSON line that somebody has edited.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use wire::{NewValue, Packet, Spanned, Spans, Value, Version, amend};

use super::{CraftError, change::is_called};
use crate::hex_input::parse_hex;

/// What counts of a line that [`Json`](crate::Json) wrote.
#[derive(Deserialize)]
struct Line {
    hex: Option<String>,
    version: Option<u8>,
    #[serde(default)]
    fields: Vec<FieldObject>,
}

#[derive(Deserialize)]
struct FieldObject {
    name: String,
    value: Told,
    #[serde(default)]
    enc: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Number(u64),
    Flag(bool),
    Text(String),
}

/// The packet of a JSON line: its `hex`, with each field changed whose `value` in `fields` is another
/// one than stands in those bytes. Lengths follow as [`amend`] lets them.
///
/// # Errors
///
/// [`CraftError`] for a line that is none, and for values that do not fit.
///
/// ```
/// let line = r#"{"hex":"c000","fields":[{"name":"reserved_flags","value":5}]}"#;
/// assert_eq!(tracer::craft::from_json(line).unwrap(), &b"\xc5\0"[..]);
/// ```
pub fn from_json(line: &str) -> Result<Bytes, CraftError> {
    let line: Line = serde_json::from_str(line).map_err(CraftError::Json)?;
    let hex = line.hex.as_deref().ok_or(CraftError::NoHex)?;
    let frame = Bytes::from(parse_hex(hex).map_err(CraftError::Hex)?);
    let known = |version: &Version| Some(version.protocol_level()) == line.version;
    let version = Version::ALL.into_iter().find(known).unwrap_or_default();
    let mut spans = Spans::default();
    let _ = Packet::decode_observed(&frame, version, &mut spans); // a broken one has fields as well
    let mut changes = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for object in &line.fields {
        let nth = seen.entry(&object.name).or_default();
        let (index, spanned) = find(&spans, &object.name, *nth)?;
        *nth += 1;
        let value = object.value(spanned)?;
        if !stands(&value, spanned.value(&frame)) {
            changes.push((index, value));
        }
    }
    amend(&frame, &spans, &changes).map_err(CraftError::Amend)
}

fn find<'s>(spans: &'s Spans, name: &str, nth: usize) -> Result<(usize, &'s Spanned), CraftError> {
    let mut called = spans.iter().enumerate().filter(|(_, spanned)| is_called(spanned, name));
    called.nth(nth).ok_or_else(|| CraftError::NoSuchField {
        name: name.to_owned(),
        names: spans.iter().map(|spanned| spanned.field.key).collect(),
    })
}

impl FieldObject {
    fn value(&self, spanned: &Spanned) -> Result<NewValue, CraftError> {
        let is_hex = self.enc.as_deref() == Some("hex");
        Ok(match &self.value {
            Told::Number(number) => NewValue::Number(*number),
            Told::Flag(flag) => NewValue::Number((*flag).into()),
            Told::Text(text) if spanned.is_number() => {
                return Err(CraftError::NoNumber { field: spanned.field, text: text.clone() });
            }
            Told::Text(text) if is_hex => {
                NewValue::Bytes(parse_hex(text).map_err(CraftError::Hex)?.into())
            }
            Told::Text(text) => NewValue::Bytes(text.clone().into()),
        })
    }
}

/// Whether this is what stands in the field.
fn stands(value: &NewValue, now: Value<'_>) -> bool {
    match (value, now) {
        (NewValue::Number(value), Value::Number(now)) => *value == now,
        (NewValue::Bytes(value), Value::Text(now)) => value == now,
        (NewValue::Bytes(value), Value::Bytes(now)) => value == now,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"hex": "300500016168 69", "version": 4, "fields": [
        {"name": "qos", "value": 0}, {"name": "topic_name", "value": "a"},
        {"name": "application_message", "value": "6869", "enc": "hex"}]}"#;

    #[test]
    fn what_was_edited_changes_and_nothing_else() {
        let edited = |from, to| from_json(&LINE.replace(from, to)).unwrap();
        assert_eq!(edited("none", "none"), &b"\x30\x05\0\x01ahi"[..]);
        assert_eq!(edited("\"a\"", "\"a/b\""), &b"\x30\x07\0\x03a/bhi"[..]);
        assert_eq!(edited("\"6869\"", "\"ff\""), &b"\x30\x04\0\x01a\xff"[..]);
        assert_eq!(edited("\"qos\", \"value\": 0", "\"qos\", \"value\": 3")[0], 0x36);
        assert_eq!(edited("\"qos\", \"value\": 0", "\"mqtt.retain\", \"value\": true")[0], 0x31);
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told() {
        let told = |line: &str| from_json(line).unwrap_err().to_string();
        assert!(told("{}").starts_with("the line has no \"hex\""));
        assert!(told("c0 00").contains("a line of --format json is wanted"));
        assert!(told(&LINE.replace("qos", "qso")).contains("no field 'qso'"));
        assert!(told(&LINE.replace("\"value\": 0", "\"value\": \"0\"")).contains("is a number"));
    }
}
