//! Fields changed by their names, as somebody types them.

use std::str::FromStr;

use bytes::Bytes;
use wire::{NewValue, Packet, Spanned, Spans, Version, amend};

use super::{CraftError, written_bytes};

/// One field and what it is to hold: `mqtt.conflag.reserved=1`, `topic_filter#2=a/#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Wireshark's name of the field, or ours.
    name: String,
    /// Which of several fields of that name, from 1.
    nth: Option<usize>,
    value: String,
}

impl FromStr for Change {
    type Err = CraftError;

    fn from_str(text: &str) -> Result<Self, CraftError> {
        let unreadable = || CraftError::NoChange { text: text.to_owned() };
        let (name, value) = text.split_once('=').ok_or_else(unreadable)?;
        let (name, nth) = match name.split_once('#') {
            Some((name, nth)) => (name, Some(nth.parse().map_err(|_| unreadable())?)),
            None => (name, None),
        };
        if name.is_empty() || nth == Some(0) {
            return Err(unreadable());
        }
        Ok(Self { name: name.to_owned(), nth, value: value.to_owned() })
    }
}

/// The packet with all these changes. They are made at once: each of them names a field of `frame`,
/// whatever the others do to it.
///
/// # Errors
///
/// [`CraftError`] for a field that the packet does not have, and for a value that does not fit it.
///
/// ```
/// use bytes::Bytes;
/// use wire::Version;
///
/// let pingreq = Bytes::from_static(b"\xc0\0");
/// let broken = ["mqtt.hdr_reserved=0b0101".parse()?];
/// assert_eq!(tracer::craft::change(&pingreq, Version::V3_1_1, &broken)?, &b"\xc5\0"[..]);
/// # Ok::<(), tracer::craft::CraftError>(())
/// ```
pub fn change(frame: &Bytes, version: Version, changes: &[Change]) -> Result<Bytes, CraftError> {
    let mut spans = Spans::default();
    let _ = Packet::decode_observed(frame, version, &mut spans); // a broken one has fields as well
    let changes: Result<Vec<_>, _> = changes
        .iter()
        .map(|change| {
            let (index, spanned) = change.find(&spans)?;
            Ok((index, change.value(spanned)?))
        })
        .collect();
    amend(frame, &spans, &changes?).map_err(CraftError::Amend)
}

impl Change {
    fn find<'s>(&self, spans: &'s Spans) -> Result<(usize, &'s Spanned), CraftError> {
        let found: Vec<_> = spans
            .iter()
            .enumerate()
            .filter(|(_, spanned)| is_called(spanned, &self.name))
            .collect();
        let name = self.name.clone();
        match (self.nth, &found[..]) {
            (_, []) => {
                let names = spans.iter().map(|spanned| spanned.field.key).collect();
                Err(CraftError::NoSuchField { name, names })
            }
            (None, [only]) => Ok(*only),
            (nth, all) => {
                let chosen = nth.and_then(|nth| all.get(nth - 1)).copied();
                chosen.ok_or(CraftError::Several { name, count: all.len() })
            }
        }
    }

    fn value(&self, spanned: &Spanned) -> Result<NewValue, CraftError> {
        if !spanned.is_number() {
            return written_bytes(&self.value).map(NewValue::Bytes);
        }
        number(&self.value)
            .map(NewValue::Number)
            .ok_or_else(|| CraftError::NoNumber { field: spanned.field, text: self.value.clone() })
    }
}

/// Whether somebody would call the field so: by Wireshark's name or by ours.
pub(super) fn is_called(spanned: &Spanned, name: &str) -> bool {
    let key = name.replace('-', "_");
    spanned.field.key == key || spanned.field.filter == Some(name)
}

/// A number in decimal, in hex behind `0x`, or in bits behind `0b`.
fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix("0b")) {
        (Some(digits), _) => (digits, 16),
        (_, Some(digits)) => (digits, 2),
        _ => (text, 10),
    };
    u64::from_str_radix(&digits.replace('_', ""), radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIBE: Bytes = Bytes::from_static(b"\x82\x0a\0\x01\0\x01a\0\0\x01b\x01");

    fn changed(changes: &[&str]) -> Result<Bytes, CraftError> {
        let changes: Result<Vec<Change>, _> = changes.iter().map(|text| text.parse()).collect();
        change(&SUBSCRIBE, Version::V3_1_1, &changes?)
    }

    #[test]
    fn fields_are_found_by_either_name_and_by_their_number() {
        let second = &b"\x82\x0c\0\x01\0\x01a\0\0\x03b/#\x01"[..];
        assert_eq!(changed(&["topic_filter#2=b/#"]).unwrap(), second);
        assert_eq!(changed(&["mqtt.topic#2=b/#"]).unwrap(), second);
        assert_eq!(changed(&["topic-filter#2=hex:62 2f 23"]).unwrap(), second);
        let both = changed(&["mqtt.msgid=0x0102", "mqtt.hdr_reserved=0"]).unwrap();
        assert_eq!(both[..4], [0x80, 0x0a, 1, 2], "a broken first byte hides no field behind it");
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        let told = |change| changed(&[change]).unwrap_err().to_string();
        assert!(told("topic_name=x").contains("topic_filter_length, topic_filter"));
        assert!(told("topic_filter#3=x").contains("has 2 fields"));
        assert!(told("topic_filter=x").contains("topic_filter#1"), "{}", told("topic_filter=x"));
        assert!(told("mqtt.msgid=seven").contains("0x"), "{}", told("mqtt.msgid=seven"));
        assert!(told("mqtt.msgid").contains("NAME=VALUE"));
        assert!(told("mqtt.msgid#0=1").contains("NAME=VALUE"));
    }
}
