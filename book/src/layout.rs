//! The layout of a packet type as a table, from its one description.

use std::fmt::Write;

use wire::{OutlineRow, PacketType, Size, Version, outline};

use crate::html::{breakable, escape, field_link, rule_link, slug};
use crate::packet_view::part_class;

/// Every field that the packet type can have, in the order of the wire.
pub(crate) fn html(packet_type: PacketType, version: Version) -> String {
    let mut out = format!(
        "<table class=\"layout\"><caption class=\"hidden\">The fields of {packet_type}</caption>\n\
         <thead><tr><th scope=\"col\">Size</th><th scope=\"col\">Field and what it is for</th><th \
         scope=\"col\">Where defined</th></tr></thead>\n"
    );
    let mut part = None;
    for row in outline(packet_type, version) {
        let own = row.field.part;
        if part.replace(own) != Some(own) {
            if !out.ends_with("</thead>\n") {
                out.push_str("</tbody>\n");
            }
            let _ = writeln!(
                out,
                "<tbody class=\"{}\"><tr><th colspan=\"3\" scope=\"rowgroup\">{own}</th></tr>",
                part_class(own),
            );
        }
        write_row(&mut out, packet_type, &row);
    }
    out.push_str("</tbody></table>\n");
    out
}

fn write_row(out: &mut String, packet_type: PacketType, row: &OutlineRow) {
    let field = row.field;
    let class = if row.size == Size::Bits { " class=\"bits\"" } else { "" };
    let _ = write!(
        out,
        "<tr id=\"{}-{}\"{class}><td>{}</td><th scope=\"row\">{}<p>{}",
        packet_type.name().to_lowercase(),
        slug(field.key),
        size(row),
        escape(field.name),
        escape(field.about),
    );
    if let Some(condition) = row.condition {
        let _ = write!(out, " Only if {}.", escape(condition));
    }
    if row.repeated {
        out.push_str(" Repeated up to the end of the packet.");
    }
    for (index, rule) in row.rules.iter().enumerate() {
        // A rule that is checked in two places, as for a Packet Identifier that is 0 or missing.
        if !row.rules[..index].contains(rule) {
            let _ = write!(out, " {}", rule_link(rule));
        }
    }
    let filter =
        field.filter.map(|filter| format!(" <span class=\"filter\">{}</span>", breakable(filter)));
    let filter = filter.unwrap_or_default();
    let _ = writeln!(out, "</p></th><td>{}{filter}</td></tr>", field_link(field));
}

fn size(row: &OutlineRow) -> String {
    match (row.size, row.field.bits) {
        (Size::Bits, Some(bits)) if bits.high == bits.low => format!("bit {}", bits.high),
        (Size::Bits, Some(bits)) => format!("bits {}–{}", bits.high, bits.low),
        (Size::Bits, None) => "bits".to_owned(),
        (Size::Bytes(1), _) => "1 byte".to_owned(),
        (Size::Bytes(count), _) => format!("{count} bytes"),
        (Size::OneToFour, _) => "1 to 4 bytes".to_owned(),
        (Size::Counted, _) => "as its length says".to_owned(),
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
        assert_eq!(html.matches("rules.html#mqtt-2-3-1-1").count(), 1);
        assert!(html.contains("id=\"publish-packet-identifier\""));
        assert!(!html.contains("\n\n"));
    }
}
