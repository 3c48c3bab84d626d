//! What a learner can point at in a packet: a field, its place, its meaning.
//!
//! Each field is one static beside the `walk` that reads it. Whoever wants to say something about a
//! field (the dump, the JSON, the book, an error) takes it from there: no name, section, mask or
//! filter is written a second time.

use std::borrow::Cow;
use std::fmt;

use crate::rule::Rule;

/// A field of a packet, or some bits of one of its bytes.
pub struct Field {
    /// The standard's name: `Clean Session`.
    pub name: &'static str,
    /// The name for machines: `clean_session`.
    pub key: &'static str,
    /// The section of MQTT 3.1.1 that defines it: `3.1.2.4`.
    pub section: &'static str,
    /// Wireshark's display filter for this very range and value, where it has one.
    pub filter: Option<&'static str>,
    /// The part of the packet in which it stands.
    pub part: Part,
    /// The bits that it takes up, where it does not have its bytes for itself.
    pub bits: Option<Bits>,
    /// What the field is for, in one sentence, whatever its value.
    pub about: &'static str,
    /// What stands behind the number where it is shown: `CONNECT`, `s`. Empty for most.
    pub symbol: fn(u64) -> &'static str,
    /// What this very value means, and what another one would do, in a sentence or two.
    pub explain: fn(Value<'_>) -> Cow<'static, str>,
}

impl Field {
    pub(crate) const fn new(name: &'static str, key: &'static str) -> Self {
        Self {
            name,
            key,
            section: "",
            filter: None,
            part: Part::FixedHeader,
            bits: None,
            about: "",
            symbol: |_| "",
            explain: |_| Cow::Borrowed(""),
        }
    }

    pub(crate) const fn at(mut self, section: &'static str, part: Part) -> Self {
        self.section = section;
        self.part = part;
        self
    }

    /// For bits of one byte: from `high` down to `low`, 7 the most significant.
    pub(crate) const fn bits(mut self, high: u8, low: u8) -> Self {
        self.bits = Some(Bits { high, low });
        self
    }

    pub(crate) const fn filter(mut self, filter: &'static str) -> Self {
        self.filter = Some(filter);
        self
    }

    pub(crate) const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    pub(crate) const fn symbol(mut self, symbol: fn(u64) -> &'static str) -> Self {
        self.symbol = symbol;
        self
    }

    pub(crate) const fn explain(mut self, explain: fn(Value<'_>) -> Cow<'static, str>) -> Self {
        self.explain = explain;
        self
    }

    /// The number that stands in this field's bits of `byte`.
    pub(crate) const fn get(&self, byte: u8) -> u8 {
        match self.bits {
            Some(bits) => bits.get(byte),
            None => byte,
        }
    }

    /// Whether this field's bits of `byte` are not all 0.
    pub(crate) const fn is_set(&self, byte: u8) -> bool {
        self.get(byte) != 0
    }

    /// A byte with `number` in this field's bits, and 0 elsewhere.
    pub(crate) const fn put(&self, number: u8) -> u8 {
        match self.bits {
            Some(bits) => (number << bits.low) & bits.mask(),
            None => number,
        }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Field {
    /// Fields are statics: two of them are the same if they are one.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Field {}

/// Adjacent bits of one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits {
    /// The highest of them; 7 is the most significant bit of a byte (MQTT 3.1.1 §1.5.1).
    pub high: u8,
    /// The lowest of them.
    pub low: u8,
}

impl Bits {
    /// The bits as a mask: `0x0f` for 3 to 0.
    pub const fn mask(self) -> u8 {
        (0xff >> (7 - self.high)) & (0xff << self.low)
    }

    /// The number that stands in these bits of `byte`.
    pub const fn get(self, byte: u8) -> u8 {
        (byte & self.mask()) >> self.low
    }
}

/// A byte that holds several fields.
#[derive(Debug)]
pub struct Group {
    /// The byte as a whole.
    pub whole: Field,
    /// Its fields, from bit 7 down to bit 0, without a gap.
    pub parts: &'static [&'static Field],
}

/// A string or binary data with its length in two bytes before it (MQTT 3.1.1 §1.5.3, §3.1.3.3).
#[derive(Debug)]
pub struct Prefixed {
    /// The two bytes of length.
    pub length: Field,
    /// The bytes that it counts.
    pub content: Field,
    /// The rule that ill-formed UTF-8 breaks in this place; `None` for binary data.
    pub well_formed: Option<&'static Rule>,
    /// Whether binary data is shown as text where it is well-formed UTF-8, as Wireshark shows the
    /// Password.
    pub shown_as_text: bool,
}

/// The three parts of a packet (MQTT 3.1.1 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Type, flags and Remaining Length: in every packet.
    FixedHeader,
    /// What the packet type puts next.
    VariableHeader,
    /// The rest.
    Payload,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FixedHeader => "fixed header",
            Self::VariableHeader => "variable header",
            Self::Payload => "payload",
        })
    }
}

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A number, or the number in some bits.
    Number(u64),
    /// Well-formed UTF-8 text.
    Text(&'a str),
    /// Bytes of any value, or text that is not well-formed.
    Bytes(&'a [u8]),
}

impl Value<'_> {
    /// The number, and 0 for text and bytes.
    pub const fn number(self) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Text(_) | Self::Bytes(_) => 0,
        }
    }

    /// The number of bytes of text and bytes, and 0 for a number.
    pub const fn size(self) -> usize {
        match self {
            Self::Number(_) => 0,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// Where in a packet something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first byte, counted from 0 at the packet's first.
    pub offset: usize,
    /// How many bytes; 0 for a place where something is missing.
    pub len: usize,
    /// The bits of the byte at `offset`, where it is not all of them.
    pub bits: Option<Bits>,
}

impl Span {
    /// The first byte behind it.
    pub const fn end(&self) -> usize {
        self.offset + self.len
    }
}

impl fmt::Display for Span {
    /// `byte 9, bits 4–3`, `bytes 12–13`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len {
            0 | 1 => write!(f, "byte {}", self.offset)?,
            _ => write!(f, "bytes {}–{}", self.offset, self.end() - 1)?,
        }
        match self.bits {
            Some(bits) if bits.high == bits.low => write!(f, ", bit {}", bits.high),
            Some(bits) => write!(f, ", bits {}–{}", bits.high, bits.low),
            None => Ok(()),
        }
    }
}

/// What is left of a packet behind the place where decoding stopped.
pub static UNDECODED: Field = Field::new("not decoded", "undecoded")
    .at("4.8", Part::Payload)
    .about("The bytes behind the place where the packet breaks a rule.")
    .explain(|_| "A receiver stops at the broken rule: what follows has no sure meaning.".into());

#[cfg(test)]
mod tests {
    use super::*;

    static MIDDLE: Field = Field::new("middle", "middle").bits(4, 3);

    #[test]
    fn bits_are_taken_and_put() {
        assert_eq!(MIDDLE.get(0b1111_0111), 0b10);
        assert_eq!(MIDDLE.put(0b11), 0b0001_1000);
        assert_eq!(Bits { high: 7, low: 0 }.mask(), 0xff);
    }

    #[test]
    fn a_span_reads_as_a_person_would_say_it() {
        let bits = Some(Bits { high: 4, low: 3 });
        assert_eq!(Span { offset: 9, len: 1, bits }.to_string(), "byte 9, bits 4–3");
        assert_eq!(Span { offset: 12, len: 2, bits: None }.to_string(), "bytes 12–13");
    }
}
