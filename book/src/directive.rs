//! What an author can ask for, as the first line of a fenced block:
//!
//! ```text
//! ```packet scenario=last-will type=CONNECT nth=2    one packet, byte by byte
//! ```sequence scenario=retained parts=2-3            who says what to whom
//! ```ladder scenario=session                         the same, one line a packet
//! ```capture scenario=session                        the same, for Wireshark
//! ```run scenario=session                            a form that plays it, where the book is served
//! ```flip scenario=publish type=PUBLISH nth=2        what becomes of a packet with a flipped bit
//! ```decode                                          a place for bytes of one's own
//! ```predict scenario=session count=PUBLISH to=bob   a question; see the module `question`
//! ```states machines=qos-2-sender,qos-2-receiver     state diagrams
//! ```code file=exercises/lab/src/lab/mod.rs item=Lab an item of the lab's own code
//! ```code file=CONTRIBUTING.md item=How-we-write     what stands under a heading
//! ```layout packet=CONNECT                           the fields that a packet type can have
//! ```types                                           the fourteen packet types
//! ```lengths numbers=0,127,128                       Remaining Lengths, worked out
//! ```values packet=CONNACK field=… numbers=0,1       what values of a field mean
//! ```matches filters=a/+,a/# topics=a,a/b            which Topic Filter matches which Topic Name
//! ```growth of=clients                               how the cost of a message grows
//! ```exercises page=session                         the exercises of a page, or all of them
//! ```fields                                          all fields
//! ```rules                                           all rules of MQTT 3.1.1
//! ```

use wire::{PacketType, Version};

use crate::options::Options;
use crate::question::{Ask, Parts, parts};
use crate::select::Selector;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    Packet(Selector),
    Sequence { scenario: String, parts: Parts },
    Ladder { scenario: String },
    Capture { scenario: String },
    Run { scenario: String },
    Flip(Selector),
    Decode,
    Predict { scenario: String, ask: Ask },
    States { machines: String },
    Code { file: String, item: String },
    Layout { packet_type: PacketType, version: Version },
    Types,
    Lengths { numbers: String },
    Values { packet_type: PacketType, key: String, numbers: String },
    Matches { filters: String, topics: String },
    Growth { of: String },
    Exercises { page: Option<String> },
    Fields,
    Rules,
}

impl Directive {
    /// The directive that the info string of a fence asks for; `None` if it asks for none.
    pub(crate) fn parse(info: &str) -> Option<Result<Self, String>> {
        let mut words = info.split_whitespace();
        let read = reader(words.next()?)?;
        Some(Options::read(words).and_then(|mut options| {
            let directive = read(&mut options)?;
            options.finish().map(|()| directive)
        }))
    }
}

type Read = fn(&mut Options<'_>) -> Result<Directive, String>;

/// What reads the options of this kind of directive.
fn reader(kind: &str) -> Option<Read> {
    Some(match kind {
        "packet" => |options| Ok(Directive::Packet(Selector::read(options)?)),
        "sequence" => |options| {
            let scenario = options.needed("scenario")?;
            Ok(Directive::Sequence { scenario, parts: parts(options)? })
        },
        "ladder" => |options| Ok(Directive::Ladder { scenario: options.needed("scenario")? }),
        "capture" => |options| Ok(Directive::Capture { scenario: options.needed("scenario")? }),
        "run" => |options| Ok(Directive::Run { scenario: options.needed("scenario")? }),
        "flip" => |options| Ok(Directive::Flip(Selector::read(options)?)),
        "decode" => |_| Ok(Directive::Decode),
        "predict" => |options| {
            let scenario: String = options.peek("scenario")?;
            let ask = Ask::read(options)?;
            let _: Option<String> = options.optional("scenario")?;
            Ok(Directive::Predict { scenario, ask })
        },
        "states" => |options| Ok(Directive::States { machines: options.needed("machines")? }),
        "code" => |options| {
            Ok(Directive::Code { file: options.needed("file")?, item: options.needed("item")? })
        },
        "layout" => |options| {
            let packet_type = packet_type(options)?;
            let version = match options.optional::<String>("mqtt")?.as_deref() {
                None | Some("3.1.1") => Version::V3_1_1,
                Some("3.1") => Version::V3_1,
                Some(other) => return Err(format!("there is no layout for MQTT {other}")),
            };
            Ok(Directive::Layout { packet_type, version })
        },
        "types" => |_| Ok(Directive::Types),
        "lengths" => |options| Ok(Directive::Lengths { numbers: options.needed("numbers")? }),
        "values" => |options| {
            let (packet_type, key) = (packet_type(options)?, options.needed("field")?);
            Ok(Directive::Values { packet_type, key, numbers: options.needed("numbers")? })
        },
        "matches" => |options| {
            let (filters, topics) = (options.needed("filters")?, options.needed("topics")?);
            Ok(Directive::Matches { filters, topics })
        },
        "growth" => |options| Ok(Directive::Growth { of: options.needed("of")? }),
        "exercises" => |options| Ok(Directive::Exercises { page: options.optional("page")? }),
        "fields" => |_| Ok(Directive::Fields),
        "rules" => |_| Ok(Directive::Rules),
        _ => return None,
    })
}

fn packet_type(options: &mut Options<'_>) -> Result<PacketType, String> {
    let name: String = options.needed("packet")?;
    PacketType::ALL
        .into_iter()
        .find(|packet_type| packet_type.name() == name)
        .ok_or_else(|| format!("there is no Control Packet '{name}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read() {
        let layout = Directive::Layout { packet_type: PacketType::Connect, version: Version::V3_1 };
        assert_eq!(Directive::parse("layout packet=CONNECT mqtt=3.1"), Some(Ok(layout)));
        let sequence = Directive::Sequence { scenario: "qos".to_owned(), parts: Some((2, 3)) };
        assert_eq!(Directive::parse("sequence scenario=qos parts=2-3"), Some(Ok(sequence)));
        assert_eq!(Directive::parse("rust"), None);
    }

    #[test]
    fn mistakes_are_named() {
        for (info, message) in [
            ("packet scenario=qos", "type=… is missing"),
            ("packet scenario=qos type=CONNECT nth=x", "'x' is no nth"),
            ("sequence scenario=qos colour=red", "'colour' is not known here"),
            ("sequence scenario=qos parts=3-2", "'3-2' is no parts: write 2, or 2-4"),
            ("layout packet=CONECT", "there is no Control Packet 'CONECT'"),
            ("packet qos", "'qos' is not key=value"),
            ("predict scenario=qos ask=why type=CONNECT", "'why' cannot be asked"),
        ] {
            assert_eq!(Directive::parse(info), Some(Err(message.to_owned())));
        }
    }
}
