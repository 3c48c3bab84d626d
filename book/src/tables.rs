//! Small tables that are computed from the wire format.

use std::fmt::Write;

use bytes::{Bytes, BytesMut};
use wire::{
    Delivery, Packet, PacketType, Publish, TopicFilter, TopicName, Value, Version, frame_size,
    outline,
};

use crate::html::{breakable, escape, field_link};

/// The fourteen packet types: number, bits, flags, and where their layout is.
pub(crate) fn types() -> String {
    let mut out = String::from(
        "<table class=\"types\"><caption class=\"hidden\">The packet types</caption><thead><tr><th \
         scope=\"col\">Type</th><th scope=\"col\"><abbr title=\"Number\">No.</abbr></th><th scope=\"col\">Bits 7–4</th><th \
         scope=\"col\">Bits 3–0</th><th scope=\"col\">Fields after the fixed header</th></tr></thead>\n\
         <tbody>\n",
    );
    for packet_type in PacketType::ALL {
        let flags = match packet_type {
            PacketType::Publish => "DUP, QoS, RETAIN".to_owned(),
            other => format!("<code>{:04b}</code>", other.reserved_flags()),
        };
        let rows = outline(packet_type, Version::V3_1_1);
        let names: Vec<_> = rows
            .iter()
            .filter(|row| row.field.part != wire::Part::FixedHeader)
            .filter(|row| row.field.bits.is_none() && !row.field.key.ends_with("_length"))
            .map(|row| escape(row.field.name))
            .collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\"><a href=\"packets.html#{}\">{packet_type}</a></th><td>{number}</td>\
             <td><code>{number:04b}</code></td><td>{flags}</td><td>{names}</td></tr>",
            packet_type.name().to_lowercase(),
            number = packet_type.number(),
        );
    }
    out.push_str("</tbody></table>\n");
    out
}

/// How these numbers stand in a Remaining Length, and how they are worked out.
pub(crate) fn remaining_length(numbers: &str) -> Result<String, String> {
    let mut out = String::from(
        "<table class=\"lengths\"><caption class=\"hidden\">Remaining Lengths</caption><thead><tr><th \
         scope=\"col\">Number</th><th scope=\"col\">Bytes</th><th scope=\"col\">Worked \
         out</th></tr></thead>\n<tbody>\n",
    );
    for number in numbers.split(',') {
        let size: usize = number.parse().map_err(|_| format!("'{number}' is no number"))?;
        let bytes = length_bytes(size)?;
        let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let sum: Vec<_> = bytes
            .iter()
            .enumerate()
            .map(|(index, byte)| {
                format!("{} × {}", byte & 0x7f, 128_usize.pow(u32::try_from(index).unwrap_or(0)))
            })
            .collect();
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{size}</th><td><code>{}</code></td><td>{}</td></tr>",
            hex.join(" "),
            sum.join(" + "),
        );
    }
    out.push_str("</tbody></table>\n");
    Ok(out)
}

/// The bytes of the Remaining Length of a packet of this size, as the lab's encoder writes them.
fn length_bytes(size: usize) -> Result<Bytes, String> {
    const MOST: usize = 3 << 20; // the packet is made in full
    if size == 0 || size > MOST {
        let pingreq = Packet::from(wire::Pingreq).to_bytes().map_err(|error| error.to_string())?;
        return if size == 0 { Ok(pingreq.slice(1..)) } else { largest(size) };
    }
    let topic = TopicName::new("t").map_err(|error| error.to_string())?;
    let topic_size = 3; // its length, and its one byte
    let payload =
        Bytes::from(vec![0; size.checked_sub(topic_size).ok_or("1 and 2 are no PUBLISH")?]);
    let publish = Publish { retain: false, delivery: Delivery::AtMostOnce, topic, payload };
    let packet = Packet::from(publish).to_bytes().map_err(|error| error.to_string())?;
    Ok(packet.slice(1..packet.len() - size))
}

/// The largest one is too large to be encoded for the sake of a table: it is what the decoder takes
/// for it.
fn largest(size: usize) -> Result<Bytes, String> {
    let bytes = [0x30, 0xff, 0xff, 0xff, 0x7f];
    let is_it = frame_size(&bytes) == Ok(Some(bytes.len() + size));
    if is_it {
        Ok(Bytes::copy_from_slice(&bytes[1..]))
    } else {
        Err(format!("{size} is too large"))
    }
}

/// What these values of a field mean.
pub(crate) fn values(packet_type: PacketType, key: &str, numbers: &str) -> Result<String, String> {
    let rows = outline(packet_type, Version::V3_1_1);
    let row = rows.iter().find(|row| row.field.key == key);
    let field = row.ok_or_else(|| format!("{packet_type} has no field '{key}'"))?.field;
    let mut out = format!(
        "<table class=\"values\"><caption class=\"hidden\">{} of {packet_type}</caption><thead><tr><th \
         scope=\"col\">{}</th><th scope=\"col\">Name</th><th scope=\"col\">What it \
         means</th></tr></thead>\n<tbody>\n",
        field.name, field.name,
    );
    for number in numbers.split(',') {
        let number: u64 = number.parse().map_err(|_| format!("'{number}' is no number"))?;
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{number} <code>0x{number:02x}</code></th><td>{}</td><td>{}</td></tr>",
            escape((field.symbol)(number).trim_start_matches("= ")),
            escape(&(field.explain)(Value::Number(number))),
        );
    }
    let _ = writeln!(out, "</tbody></table>\n<p>Defined in {}.</p>", field_link(field));
    Ok(out)
}

/// Which of these Topic Filters match which of these Topic Names, as the broker decides it.
pub(crate) fn matches(filters: &str, topics: &str) -> Result<String, String> {
    let mut out = String::from(
        "<table class=\"matches\"><caption class=\"hidden\">Which filter matches which \
         topic</caption><thead><tr><td></td>",
    );
    let filters: Vec<TopicFilter> = read(filters, TopicFilter::new)?;
    let topics: Vec<TopicName> = read(topics, TopicName::new)?;
    for filter in &filters {
        let _ =
            write!(out, "<th scope=\"col\"><code>{}</code></th>", breakable(&filter.to_string()));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for topic in &topics {
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th>",
            breakable(&topic.to_string())
        );
        for filter in &filters {
            out.push_str(if filter.matches(topic) { "<td>✓ yes</td>" } else { "<td>no</td>" });
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n");
    Ok(out)
}

fn read<T>(list: &str, one: fn(Bytes) -> Result<T, wire::TextError>) -> Result<Vec<T>, String> {
    let owned = |text: &str| BytesMut::from(text).freeze();
    list.split(',').map(|text| one(owned(text)).map_err(|error| error.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_worked_out() {
        let html = remaining_length("0,127,128,321,16384,268435455").unwrap();
        assert!(html.contains("<code>c1 02</code></td><td>65 × 1 + 2 × 128</td>"));
        assert!(html.contains("<code>80 80 01</code>"));
        assert!(html.contains("<code>ff ff ff 7f</code>"));
        assert!(remaining_length("268435456").is_err());
    }

    #[test]
    fn filters_are_matched_as_the_broker_does() {
        let html = matches("home/+,#", "home/a,$SYS/x").unwrap();
        assert_eq!(html.matches("✓").count(), 2);
        assert!(matches("a#", "a").is_err());
    }

    #[test]
    fn values_are_explained() {
        let html = values(PacketType::Connack, "connect_return_code", "0,5").unwrap();
        assert!(html.contains("0x05"));
        assert!(values(PacketType::Connack, "nothing", "0").is_err());
    }

    #[test]
    fn each_type_has_a_row() {
        assert_eq!(types().matches("packets.html#").count(), 14);
    }
}
