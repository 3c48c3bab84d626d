//! A packet as a tool shows it: which packet of the capture it is, and what it has in the order of the
//! wire. Both tools' output is brought into this form, to be compared.

use std::fmt;

use serde_json::Value as Json;

/// Names a packet of a capture: the number of its TCP stream, `c2s` or `s2c`, and its number in that
/// direction, from 0.
pub(crate) type Key = (u64, &'static str, usize);

/// A field that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// The display filter.
    pub(crate) name: String,
    /// The first byte, counted from 0 at the packet's first.
    pub(crate) offset: u64,
    pub(crate) len: u64,
    /// The highest and the lowest bit, where it is not whole bytes.
    pub(crate) bits: Option<(u64, u64)>,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Number(u64),
    /// Text and bytes alike, as hex: both tools keep what is on the wire.
    Bytes(String),
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, offset, len, bits, value } = self;
        write!(f, "{name} at {offset}, {len} bytes")?;
        if let Some((high, low)) = bits {
            write!(f, ", bits {high} to {low}")?;
        }
        match value {
            Value::Number(number) => write!(f, ": {number}"),
            Value::Bytes(hex) => write!(f, ": {}{}", &hex[..hex.len().min(80)], ellipsis(hex)),
        }
    }
}

fn ellipsis(hex: &str) -> &'static str {
    if hex.len() > 80 { "…" } else { "" }
}

/// What the tracer's JSON Lines say of each packet, in the order in which they stand there: of the
/// fields those that promise to be Wireshark's.
pub(crate) fn of_json_lines(lines: &str) -> Vec<(Key, Vec<Shown>)> {
    let objects = lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON"));
    objects.filter(|object: &Json| object.get("type").is_some()).map(|it| packet(&it)).collect()
}

fn packet(object: &Json) -> (Key, Vec<Shown>) {
    let direction = if object["dir"] == "c2s" { "c2s" } else { "s2c" };
    let n = usize::try_from(number(&object["n"])).expect("it fits");
    let fields = object["fields"].as_array().expect("there is a list of fields");
    let fields = fields.iter().filter(|field| field["wireshark"].is_string()).map(field).collect();
    ((number(&object["stream"]), direction, n), fields)
}

fn field(object: &Json) -> Shown {
    let value = match (&object["value"], &object["enc"]) {
        (Json::String(hex), Json::String(_)) => Value::Bytes(hex.clone()),
        (Json::String(text), _) => Value::Bytes(hex::encode(text)),
        (value, _) => Value::Number(number(value)),
    };
    Shown {
        name: object["wireshark"].as_str().expect("it has a name").to_owned(),
        offset: number(&object["offset"]),
        len: number(&object["len"]),
        bits: object["bits"].as_array().map(|bits| (number(&bits[0]), number(&bits[1]))),
        value,
    }
}

fn number(value: &Json) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}
