//! Where in the book something is: a chapter, a packet, a field, a rule.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::Path;

use wire::{Field, PacketType, Version, outline};

use crate::html::slug;

/// Nothing in the book is called so.
#[derive(Debug)]
pub(crate) struct Unknown(String);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "nothing in the book is called '{}'; try a chapter (last-will), a packet (CONNECT), a \
             field (keep-alive, mqtt.kalive) or a rule (MQTT-3.1.2-24)",
            self.0
        )
    }
}

impl Error for Unknown {}

/// The page, with its fragment, on which this is explained: `rules.html#mqtt-3-1-2-24`. An address of
/// the book, such as `connection.html#connack`, stays as it is.
pub(crate) fn find(folder: &Path, wanted: &str) -> Result<String, Unknown> {
    if let Some((page, heading)) = wanted.split_once('#') {
        let page = format!("{}.html", slug(page.trim_end_matches(".html")));
        let is_there = has_id(folder, &page, heading);
        return is_there.then(|| format!("{page}#{heading}")).ok_or(Unknown(wanted.to_owned()));
    }
    if let Some(field) = field_of(wanted) {
        return Ok(format!("fields.html#{}", slug(field.key)));
    }
    let id = slug(wanted.trim_matches(['[', ']']).trim_end_matches(".html"));
    let page = format!("{id}.html");
    if folder.join(&page).is_file() {
        return Ok(page);
    }
    for page in ["packets.html", "fields.html", "rules.html"] {
        if has_id(folder, page, &id) {
            return Ok(format!("{page}#{id}"));
        }
    }
    Err(Unknown(wanted.to_owned()))
}

/// The field that Wireshark calls so: `mqtt.kalive`.
fn field_of(filter: &str) -> Option<&'static Field> {
    let rows = PacketType::ALL.into_iter().flat_map(|kind| outline(kind, Version::V3_1_1));
    rows.map(|row| row.field).find(|field| field.filter == Some(filter))
}

fn has_id(folder: &Path, page: &str, id: &str) -> bool {
    let text = fs::read_to_string(folder.join(page)).unwrap_or_default();
    text.contains(&format!("id=\"{id}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_found_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let write = |page: &str, text: &str| fs::write(folder.path().join(page), text).unwrap();
        write("last-will.html", "<h2 id=\"presence\">");
        write("fields.html", "<tr id=\"keep-alive\">");
        write("rules.html", "<tr id=\"mqtt-3-1-2-24\">");
        let find = |wanted| find(folder.path(), wanted).ok();
        assert_eq!(find("last-will").as_deref(), Some("last-will.html"));
        assert_eq!(find("Keep Alive").as_deref(), Some("fields.html#keep-alive"));
        assert_eq!(find("mqtt.kalive").as_deref(), Some("fields.html#keep-alive"));
        assert_eq!(find("[MQTT-3.1.2-24]").as_deref(), Some("rules.html#mqtt-3-1-2-24"));
        assert_eq!(find("last-will.html").as_deref(), Some("last-will.html"));
        assert_eq!(find("last-will.html#presence").as_deref(), Some("last-will.html#presence"));
        assert_eq!(find("last-will#absence"), None);
        assert_eq!(find("nothing"), None);
    }
}
