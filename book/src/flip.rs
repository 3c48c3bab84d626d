//! What becomes of a packet when one of its bits is flipped: for every bit of it, told by the decoder.

use std::collections::BTreeMap;
use std::fmt::Write;

use bytes::{Bytes, BytesMut};
use wire::{DecodeError, MAX_PACKET, Packet, Version, flip, take_frame};

use crate::html::{escape, rule_link};
use crate::play::Passed;

/// What whoever reads the flipped bytes finds.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Finding {
    /// HTML: which rule is broken.
    Broken(String),
    /// The packet says that it is longer than it is.
    Waiting,
    /// The packet says that it is shorter than it is.
    Shorter,
    /// It is a good packet, of this type now.
    OtherType(String),
    /// It is a CONNECT of another protocol, or of a version that nobody knows.
    OtherProtocol,
    /// It is a good packet, and the value of a field has changed.
    OtherValue,
}

/// The findings for all bits, those of many bits first.
pub(crate) fn table(passed: &Passed) -> String {
    let mut findings: BTreeMap<Finding, Vec<String>> = BTreeMap::new();
    for byte in 0..passed.bytes.len() {
        for bit in (0..8_u8).rev() {
            if let Some(bytes) = flip(&passed.bytes, byte, bit) {
                let place = format!("{}, byte {byte} bit {bit}", owner(passed, byte, bit));
                findings.entry(find(&bytes, passed)).or_default().push(place);
            }
        }
    }
    let mut findings: Vec<_> = findings.into_iter().collect();
    findings.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
    let mut out = format!(
        "<details class=\"flips\"><summary>What each of the {} bits does when it is \
         flipped</summary>\n<table><thead><tr><th scope=\"col\">Bits</th><th scope=\"col\">What the \
         receiver finds</th><th scope=\"col\">For example</th></tr></thead>\n<tbody>\n",
        passed.bytes.len() * 8,
    );
    for (finding, places) in &findings {
        let example = places.first().map_or("", String::as_str);
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            places.len(),
            finding.html(),
            escape(example),
        );
    }
    out.push_str("</tbody></table>\n</details>\n");
    out
}

fn find(bytes: &Bytes, before: &Passed) -> Finding {
    let mut stream = BytesMut::from(&bytes[..]);
    let frame = match take_frame(&mut stream, MAX_PACKET) {
        Ok(Some(frame)) => frame,
        Ok(None) => return Finding::Waiting,
        Err(error) => return Finding::of(&error),
    };
    match Packet::decode(&frame, Version::default()) {
        Err(error) => Finding::of(&error),
        Ok(_) if !stream.is_empty() => Finding::Shorter,
        Ok(packet) if Some(packet.packet_type()) != before.packet_type() => {
            Finding::OtherType(packet.packet_type().to_string())
        }
        Ok(Packet::ForeignConnect(_)) => Finding::OtherProtocol,
        Ok(_) => Finding::OtherValue,
    }
}

impl Finding {
    fn of(error: &DecodeError) -> Self {
        match error {
            DecodeError::Malformed(malformed) => Self::Broken(format!(
                "{} {}",
                rule_link(malformed.rule),
                escape(malformed.rule.sentence),
            )),
            DecodeError::Truncated { .. } | DecodeError::TooLarge { .. } => Self::Waiting,
        }
    }

    fn html(&self) -> String {
        match self {
            Self::Broken(rule) => format!("✗ {rule}"),
            Self::Waiting => {
                "… The packet says that it is longer: the receiver waits for bytes that \
                              never come."
                    .to_owned()
            }
            Self::Shorter => {
                "✗ The packet says that it is shorter: what is left is read as the next \
                              packet."
                    .to_owned()
            }
            Self::OtherType(name) => format!("✓ A good {name}."),
            Self::OtherProtocol => {
                "✗ A CONNECT of another protocol, or of another version: the server does not let the \
                 client in."
                    .to_owned()
            }
            Self::OtherValue => "✓ A good packet that says something else.".to_owned(),
        }
    }
}

/// The name of the field that owns a bit.
pub(crate) fn owner(passed: &Passed, byte: usize, bit: u8) -> &'static str {
    let owner = passed.spans.iter().find(|spanned| spanned.owns(byte, bit));
    owner.map_or("", |spanned| spanned.field.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::Played;

    #[test]
    fn every_bit_is_counted_once() {
        let played = Played::of("connection").unwrap();
        let connect = played.packets().next().unwrap();
        let html = table(connect);
        let counts = html.split("<tr><td>").skip(1).filter_map(|row| row.split('<').next());
        let sum: usize = counts.map(|count| count.parse::<usize>().unwrap()).sum();
        assert_eq!(sum, connect.bytes.len() * 8);
        assert!(html.contains("of another protocol"), "in Protocol Name and Protocol Level");
        assert!(html.contains("rules.html#mqtt-3-1-2-3\""), "bit 0 of the Connect Flags");
    }
}
