//! Every field of every packet, once, with a link of its own.

use std::fmt::Write;

use wire::{Field, PacketType, Version, outline};

use crate::html::{escape, slug};

struct Known {
    field: &'static Field,
    packets: Vec<PacketType>,
}

/// The table of fields, in the order in which the packets have them.
pub(crate) fn html() -> String {
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
    let mut out = String::from(
        "<table class=\"all-fields\"><caption class=\"hidden\">Every field</caption><thead><tr><th \
         scope=\"col\">Field</th><th scope=\"col\">What it is for</th><th \
         scope=\"col\">§</th></tr></thead>\n<tbody>\n",
    );
    for Known { field, packets } in &all {
        row(&mut out, field, packets);
    }
    out.push_str("</tbody></table>\n");
    out
}

fn row(out: &mut String, field: &Field, packets: &[PacketType]) {
    let (id, key) = (slug(field.key), slug(field.key));
    let _ = write!(
        out,
        "<tr id=\"{id}\"><th scope=\"row\"><a href=\"#{id}\">{}</a></th><td>{}",
        escape(field.name),
        escape(field.about),
    );
    if let Some(filter) = field.filter {
        let _ = write!(out, " Wireshark: <code>{filter}</code>.");
    }
    out.push_str(" In ");
    let many = packets.len() == PacketType::ALL.len();
    if many {
        out.push_str("every packet");
    } else {
        let links: Vec<_> = packets
            .iter()
            .map(|packet| {
                let name = packet.name().to_lowercase();
                format!("<a href=\"packets.html#{name}-{key}\">{packet}</a>")
            })
            .collect();
        out.push_str(&links.join(", "));
    }
    let _ = writeln!(out, ".</td><td>{}</td></tr>", field.section);
}
