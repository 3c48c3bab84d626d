//! Remarks as JSON Lines, for machines.
//!
//! | key | meaning |
//! | --- | --- |
//! | `level` | `breach` or `advice` |
//! | `rule` | the id of the rule (`MQTT-2.3.1-2`), or the name of the advice |
//! | `section`, `text` | where it stands in MQTT 3.1.1, and its sentence |
//! | `detail` | what happened; empty where the field says it all |
//! | `number`, `time`, `stream`, `dir`, `n`, `type`, `from`, `to` | the packet, as [`Json`](crate::Json) tells it |
//! | `field`, `offset`, `len`, `bits` | the field to blame and its place, or null |

use serde::Serialize;
use tap::Direction;

use super::remark::{Matter, Remark};
use super::text::ends;

#[derive(Serialize)]
struct Line<'r> {
    level: &'static str,
    rule: &'static str,
    section: &'static str,
    text: &'static str,
    detail: &'r str,
    number: u64,
    time: f64,
    stream: u32,
    dir: &'static str,
    n: u64,
    r#type: &'static str,
    from: &'r str,
    to: &'r str,
    field: Option<&'static str>,
    offset: Option<usize>,
    len: Option<usize>,
    bits: Option<[u8; 2]>,
}

/// A remark as one line of JSON, without its end.
pub fn json(remark: &Remark) -> String {
    let (level, section, text) = match remark.matter {
        Matter::Breach(rule) => ("breach", rule.section, rule.sentence),
        Matter::Advice(advice) => ("advice", advice.section, advice.sentence),
    };
    let packet = &remark.packet;
    let (from, to) = ends(packet);
    let span = remark.field.map(|(_, span)| span);
    let line = Line {
        level,
        rule: remark.id(),
        section,
        text,
        detail: &remark.detail,
        number: packet.number,
        time: packet.time.as_secs_f64(),
        stream: packet.stream,
        dir: match packet.direction {
            Direction::ToServer => "c2s",
            Direction::ToClient => "s2c",
        },
        n: packet.index,
        r#type: packet.packet_type,
        from,
        to,
        field: remark.field.map(|(field, _)| field.key),
        offset: span.map(|span| span.offset),
        len: span.map(|span| span.len),
        bits: span.and_then(|span| span.bits).map(|bits| [bits.high, bits.low]),
    };
    let mut out = String::new();
    // It has no map key that is no string, nor a value that can fail to serialize.
    crate::json::push_printable(&mut out, &serde_json::to_string(&line).unwrap_or_default());
    out
}
