//! Every field of every packet, once. Each is a section of its own, so that it has an address, and that
//! the search finds it.

use std::fmt::Write;

use wire::{Field, PacketType, Part, Version, outline};

use crate::html::{escape, slug};

struct Known {
    field: &'static Field,
    packets: Vec<PacketType>,
}

/// The fields as Markdown, in the order in which the packets have them.
pub(crate) fn markdown() -> String {
    let mut all: Vec<Known> = Vec::new();
    for packet_type in PacketType::ALL {
        for row in outline(packet_type, Version::V3_1_1) {
            let place = all.iter().position(|known| known.field.key == row.field.key);
            let place = place.unwrap_or_else(|| {
                all.push(Known { field: row.field, packets: Vec::new() });
                all.len() - 1
            });
            if !all[place].packets.contains(&packet_type) {
                all[place].packets.push(packet_type);
            }
        }
    }
    let mut out = String::new();
    let mut last = "";
    for Known { field, packets } in &all {
        // What CONNECT has in its fixed header, nearly every packet has; PUBLISH adds its own flags.
        let heading = match packets.first() {
            Some(PacketType::Connect) if field.part == Part::FixedHeader => "Fixed header",
            first => first.map_or("", |packet_type| packet_type.name()),
        };
        if heading != last {
            let _ = writeln!(out, "\n## {heading} {{#in-{}}}", slug(heading));
            last = heading;
        }
        section(&mut out, field, packets);
    }
    out
}

fn section(out: &mut String, field: &Field, packets: &[PacketType]) {
    let key = slug(field.key);
    let _ = write!(
        out,
        "\n### {} {{#{key}}}\n\n<p>{} <span class=\"known\">§{}.",
        field.name,
        escape(field.about),
        field.section,
    );
    if let Some(filter) = field.filter {
        let _ = write!(out, " Wireshark: <code>{filter}</code>.");
    }
    let links: Vec<_> = packets
        .iter()
        .map(|packet| {
            let name = packet.name().to_lowercase();
            format!("<a href=\"packets.html#{name}-{key}\">{packet}</a>")
        })
        .collect();
    let _ = writeln!(out, " In {}.</span></p>", links.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_one_section() {
        let markdown = markdown();
        for packet_type in PacketType::ALL {
            for row in outline(packet_type, Version::V3_1_1) {
                let address = format!(" {{#{}}}\n", slug(row.field.key));
                assert_eq!(markdown.matches(&address).count(), 1, "{:?}", row.field);
            }
        }
    }
}
