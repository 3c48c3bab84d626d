//! What an author can ask for, as the first line of a fenced block:
//!
//! ```text
//! ```packet scenario=last-will number=3        one packet, byte by byte
//! ```sequence scenario=retained from=1 to=9    who says what to whom
//! ```layout packet=CONNECT                     the fields that a packet type can have
//! ```rules                                     all rules of MQTT 3.1.1
//! ```

use std::collections::BTreeMap;
use std::str::FromStr;

use wire::{PacketType, Version};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    Packet { scenario: String, number: u64 },
    Sequence { scenario: String, from: u64, to: u64 },
    Layout { packet_type: PacketType, version: Version },
    Rules,
}

impl Directive {
    /// The directive that the info string of a fence asks for; `None` if it asks for none.
    pub(crate) fn parse(info: &str) -> Option<Result<Self, String>> {
        let mut words = info.split_whitespace();
        let kind = words.next()?;
        let parse: fn(&mut Options<'_>) -> Result<Self, String> = match kind {
            "packet" => |options| {
                let (scenario, number) = (options.needed("scenario")?, options.needed("number")?);
                Ok(Self::Packet { scenario, number })
            },
            "sequence" => |options| {
                let scenario = options.needed("scenario")?;
                let from = options.optional("from")?.unwrap_or(1);
                let to = options.optional("to")?.unwrap_or(u64::MAX);
                Ok(Self::Sequence { scenario, from, to })
            },
            "layout" => |options| {
                let packet_type = packet_type(&options.needed::<String>("packet")?)?;
                let version = match options.optional::<String>("mqtt")?.as_deref() {
                    None | Some("3.1.1") => Version::V3_1_1,
                    Some("3.1") => Version::V3_1,
                    Some(other) => return Err(format!("there is no layout for MQTT {other}")),
                };
                Ok(Self::Layout { packet_type, version })
            },
            "rules" => |_| Ok(Self::Rules),
            _ => return None,
        };
        Some(Options::read(words).and_then(|mut options| {
            let directive = parse(&mut options)?;
            options.finish().map(|()| directive)
        }))
    }
}

/// The `key=value` behind the kind.
struct Options<'w>(BTreeMap<&'w str, &'w str>);

impl<'w> Options<'w> {
    fn read(words: impl Iterator<Item = &'w str>) -> Result<Self, String> {
        words
            .map(|word| word.split_once('=').ok_or_else(|| format!("'{word}' is not key=value")))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn needed<T: FromStr>(&mut self, key: &str) -> Result<T, String> {
        self.optional(key)?.ok_or_else(|| format!("{key}=… is missing"))
    }

    fn optional<T: FromStr>(&mut self, key: &str) -> Result<Option<T>, String> {
        let Some(value) = self.0.remove(key) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| format!("'{value}' is no {key}"))
    }

    fn finish(self) -> Result<(), String> {
        self.0.keys().next().map_or(Ok(()), |key| Err(format!("'{key}' is not known here")))
    }
}

fn packet_type(name: &str) -> Result<PacketType, String> {
    (1..=14)
        .filter_map(|number| PacketType::of_first_byte(number << 4))
        .find(|packet_type| packet_type.name() == name)
        .ok_or_else(|| format!("there is no Control Packet '{name}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read() {
        let packet = Directive::Packet { scenario: "qos".to_owned(), number: 3 };
        assert_eq!(Directive::parse("packet scenario=qos number=3"), Some(Ok(packet)));
        let layout = Directive::Layout { packet_type: PacketType::Connect, version: Version::V3_1 };
        assert_eq!(Directive::parse("layout packet=CONNECT mqtt=3.1"), Some(Ok(layout)));
        assert_eq!(Directive::parse("rust"), None);
    }

    #[test]
    fn mistakes_are_named() {
        for (info, message) in [
            ("packet scenario=qos", "number=… is missing"),
            ("packet scenario=qos number=x", "'x' is no number"),
            ("sequence scenario=qos colour=red", "'colour' is not known here"),
            ("layout packet=CONECT", "there is no Control Packet 'CONECT'"),
            ("packet qos", "'qos' is not key=value"),
        ] {
            assert_eq!(Directive::parse(info), Some(Err(message.to_owned())));
        }
    }
}
