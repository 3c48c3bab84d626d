//! Differences as JSON Lines, for machines: a line for each finding, or for each client that says or
//! hears something else.
//!
//! | key of a finding | meaning |
//! | --- | --- |
//! | `role` | `cause` or `consequence` |
//! | `kind` | in which way they differ: `length-missing`, `bits`, … |
//! | `title` | the finding in a sentence |
//! | `field`, `wireshark`, `section` | the field, or null for bytes of none |
//! | `expected`, `actual` | the two places: `offset`, `len`, `bits`, and the bytes as `hex` |
//! | `rule` | the id of the rule that is broken, or null |
//!
//! | key of a client | meaning |
//! | --- | --- |
//! | `client` | how it is called |
//! | `alike` | how many steps are alike before the first that is different |
//! | `expected`, `actual` | that step: `dir`, `type`, `hex`; null where nothing was, or came |

use serde_json::{Value, json};
use tap::Direction;
use wire::Span;

use super::conversation::{ClientDifference, Conversations, Step};
use super::finding::{Finding, Kind, Role};
use super::side::Side;
use super::{Difference, titles};
use crate::json::push_printable;

pub(super) fn difference(difference: &Difference) -> String {
    let told = difference.findings().iter().map(|found| finding(difference, found));
    lines(told)
}

pub(super) fn conversations(conversations: &Conversations) -> String {
    lines(conversations.clients().iter().filter(|client| !client.is_equal()).map(client))
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    let mut out = String::new();
    for value in values {
        push_printable(&mut out, &value.to_string());
        out.push('\n');
    }
    out
}

fn finding(difference: &Difference, finding: &Finding) -> Value {
    json!({
        "role": match finding.role {
            Role::Cause => "cause",
            Role::Consequence => "consequence",
        },
        "kind": kind(&finding.kind),
        "title": titles::title(difference, finding),
        "field": finding.field.map(|field| field.key),
        "wireshark": finding.field.and_then(|field| field.filter),
        "section": finding.field.map(|field| field.section),
        "expected": place(&difference.expected, finding.expected),
        "actual": place(&difference.actual, finding.actual),
        "rule": finding.rule.map(|rule| rule.id),
    })
}

fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Nothing => "nothing",
        Kind::PacketType => "packet-type",
        Kind::Bits(_) => "bits",
        Kind::Value => "value",
        Kind::ByteOrder => "byte-order",
        Kind::OneByte => "one-byte",
        Kind::Length(_) => "length",
        Kind::LengthMissing => "length-missing",
        Kind::LengthTooMany => "length-too-many",
        Kind::Utf16 => "utf-16",
        Kind::Missing => "missing",
        Kind::Extra(_) => "extra",
        Kind::Moved => "moved",
        Kind::CutOff => "cut-off",
        Kind::Trailing => "trailing",
    }
}

fn place(side: &Side, span: Span) -> Value {
    json!({
        "offset": span.offset,
        "len": span.len,
        "bits": span.bits.map(|bits| [bits.high, bits.low]),
        "hex": hex::encode(side.bytes_of(span)),
    })
}

fn client(client: &ClientDifference) -> Value {
    json!({
        "client": &*client.client,
        "alike": client.alike.len(),
        "expected": client.expected.as_ref().map(step),
        "actual": client.actual.as_ref().map(step),
    })
}

fn step(step: &Step) -> Value {
    json!({
        "dir": match step.direction {
            Direction::ToServer => "c2s",
            Direction::ToClient => "s2c",
        },
        "type": step.name,
        "hex": hex::encode(&step.bytes),
    })
}
