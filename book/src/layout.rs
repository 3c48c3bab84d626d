//! The layout of a packet type as a table, from its one description.

use std::fmt::Write;

use wire::{OutlineRow, PacketType, Size, Version, outline};

use crate::html::escape;

/// Every field that the packet type can have, in the order of the wire.
pub(crate) fn html(packet_type: PacketType, version: Version) -> String {
    let mut out = format!(
        "<table class=\"layout\"><caption class=\"hidden\">The fields of {packet_type}</caption>\n\
         <thead><tr><th scope=\"col\">Size</th><th scope=\"col\">Field</th><th scope=\"col\">§</th>\
         <th scope=\"col\">Wireshark</th><th scope=\"col\">What it is for</th></tr></thead>\n\
         <tbody>\n"
    );
    let mut part = None;
    for row in outline(packet_type, version) {
        if part.replace(row.field.part) != Some(row.field.part) {
            let _ = writeln!(
                out,
                "<tr><th colspan=\"5\" scope=\"rowgroup\">{}</th></tr>",
                row.field.part
            );
        }
        write_row(&mut out, &row);
    }
    out.push_str("</tbody></table>\n");
    out
}

fn write_row(out: &mut String, row: &OutlineRow) {
    let filter =
        row.field.filter.map(|filter| format!("<code>{filter}</code>")).unwrap_or_default();
    let _ = write!(
        out,
        "<tr><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{filter}</td><td>{}",
        size(row),
        escape(row.field.name),
        row.field.section,
        escape(row.field.about),
    );
    if let Some(condition) = row.condition {
        let _ = write!(out, " Only if {}.", escape(condition));
    }
    if row.repeated {
        out.push_str(" Repeated up to the end of the packet.");
    }
    for rule in &row.rules {
        let _ = write!(out, " <span class=\"rule\">{rule}</span>");
    }
    out.push_str("</td></tr>\n");
}

fn size(row: &OutlineRow) -> String {
    match (row.size, row.field.bits) {
        (Size::Bits, Some(bits)) if bits.high == bits.low => format!("bit {}", bits.high),
        (Size::Bits, Some(bits)) => format!("bits {}–{}", bits.high, bits.low),
        (Size::Bits, None) => "bits".to_owned(),
        (Size::Bytes(1), _) => "1 byte".to_owned(),
        (Size::Bytes(count), _) => format!("{count} bytes"),
        (Size::OneToFour, _) => "1 to 4 bytes".to_owned(),
        (Size::Counted, _) => "as counted".to_owned(),
        (Size::Rest, _) => "the rest".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_names_conditions_and_rules() {
        let html = html(PacketType::Publish, Version::V3_1_1);
        assert!(html.contains("Only if QoS is 1 or 2."));
        assert!(html.contains("[MQTT-2.3.1-1]"));
        assert!(!html.contains("\n\n"));
    }
}
