//! The names that a filter may use: every field that `wire` describes, and a few of our own.

use wire::{Field, PacketType, Size, Version, outline};

/// Something that a packet has, and perhaps several times.
#[derive(Clone, Debug)]
pub(super) enum Name {
    /// Fields of the wire: those of one name in all packets.
    Fields(Vec<&'static Field>),
    Own(Own),
}

/// What is known of a packet beside its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    Client,
    From,
    To,
    Type,
    Stream,
    Number,
    Size,
    /// The rule that is broken, if one is.
    Malformed,
    /// Topic Names and Topic Filters, for the option `--topic`; no word stands for it.
    Topic,
}

const OWN: [(&str, Own); 8] = [
    ("client", Own::Client),
    ("from", Own::From),
    ("to", Own::To),
    ("type", Own::Type),
    ("stream", Own::Stream),
    ("number", Own::Number),
    ("size", Own::Size),
    ("malformed", Own::Malformed),
];

/// Every name that a filter may use: ours, Wireshark's, and those of the JSON Lines.
pub fn names() -> Vec<&'static str> {
    let own = OWN.into_iter().map(|(name, _)| name);
    let mut names: Vec<_> = own.collect();
    let fields: Vec<_> = fields().into_iter().map(|(field, _)| field).collect();
    names.extend(fields.iter().filter_map(|field| field.filter));
    names.extend(fields.iter().map(|field| field.key));
    let mut known = std::collections::BTreeSet::new();
    names.retain(|name| known.insert(*name));
    names
}

impl Name {
    /// What has this name, if anything has.
    pub(super) fn find(name: &str) -> Option<Self> {
        if let Some((_, own)) = OWN.into_iter().find(|(known, _)| *known == name) {
            return Some(Self::Own(own));
        }
        let named = |field: &Field| field.filter == Some(name) || field.key == name;
        let fields: Vec<_> =
            fields().into_iter().map(|(field, _)| field).filter(|field| named(field)).collect();
        (!fields.is_empty()).then_some(Self::Fields(fields))
    }

    /// Whether it is told by a number, and not by text or bytes.
    pub(super) fn is_number(&self) -> bool {
        match self {
            Self::Own(own) => matches!(own, Own::Stream | Own::Number | Own::Size),
            Self::Fields(named) => fields().into_iter().any(|(field, size)| {
                !matches!(size, Size::Counted | Size::Rest) && named.contains(&field)
            }),
        }
    }

    /// The number for which this word stands in the dump: `PUBLISH` for a packet type.
    pub(super) fn symbol(&self, word: &str) -> Option<u64> {
        let Self::Fields(fields) = self else { return None };
        let mut symbols =
            fields.iter().flat_map(|field| (0..=255).map(move |number| (field, number)));
        symbols
            .find(|(field, number)| (field.symbol)(*number).eq_ignore_ascii_case(word))
            .map(|(_, number)| number)
    }
}

/// The known names that look most like this one, three at most.
pub(super) fn nearest(name: &str) -> Vec<&'static str> {
    let score = |known: &str| {
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        strsim::jaro_winkler(&name.to_lowercase(), known)
            .max(strsim::jaro_winkler(&last(name), &last(known)) - 0.05)
    };
    let mut scored: Vec<_> = names().into_iter().map(|known| (score(known), known)).collect();
    scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let near = scored.into_iter().filter(|(score, _)| *score > 0.8);
    near.map(|(_, known)| known).take(3).collect()
}

/// Every field of every packet, in both versions, once, and how large it is.
fn fields() -> Vec<(&'static Field, Size)> {
    let mut fields: Vec<(&'static Field, Size)> = Vec::new();
    for version in [Version::V3_1_1, Version::V3_1] {
        for row in PacketType::ALL.into_iter().flat_map(|each| outline(each, version)) {
            if !fields.iter().any(|(field, _)| *field == row.field) {
                fields.push((row.field, row.size));
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_wiresharks_is_that_of_every_field_that_has_it() {
        let Some(Name::Fields(fields)) = Name::find("mqtt.topic") else { panic!() };
        let keys: Vec<_> = fields.iter().map(|field| field.key).collect();
        assert!(keys.contains(&"topic_name") && keys.contains(&"topic_filter"), "{keys:?}");
        assert!(Name::find("mqtt.tpoic").is_none());
    }

    #[test]
    fn our_own_names_hide_no_field() {
        for (name, _) in OWN {
            let is_field = fields()
                .into_iter()
                .any(|(field, _)| field.key == name || field.filter == Some(name));
            assert!(!is_field, "{name}");
        }
    }

    #[test]
    fn numbers_are_told_from_text_and_words_stand_for_them() {
        assert!(Name::find("mqtt.qos").unwrap().is_number());
        assert!(!Name::find("mqtt.topic").unwrap().is_number());
        assert!(!Name::find("mqtt.msg").unwrap().is_number());
        assert_eq!(Name::find("mqtt.msgtype").unwrap().symbol("publish"), Some(3));
        assert_eq!(Name::find("mqtt.msgtype").unwrap().symbol("publishes"), None);
    }

    #[test]
    fn slips_of_the_finger_are_near_what_was_meant() {
        for (slip, meant) in [
            ("mqtt.qqs", "mqtt.qos"),
            ("mqtt.msgtyp", "mqtt.msgtype"),
            ("mqtt.willflag", "mqtt.conflag.willflag"),
            ("clinet", "client"),
            ("mqtt.keepalive", "mqtt.kalive"),
        ] {
            assert!(nearest(slip).contains(&meant), "{slip}: {:?}", nearest(slip));
        }
    }
}
