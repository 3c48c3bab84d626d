//! A finding in a sentence, and what to know about it.

use wire::{Field, Value, requirements};

use super::Difference;
use super::finding::{BitsDiffer, Finding, Kind, Miscount};
use super::side::Side;
use crate::dump::write_value;

/// Names that are told one by one.
const MOST_NAMES: usize = 8;

/// What is different, in a sentence without its end.
pub(super) fn title(difference: &Difference, finding: &Finding) -> String {
    let name = finding.field.map_or("", |field| field.name);
    match &finding.kind {
        Kind::Nothing => {
            format!("nothing came: {} were expected", counted(finding.expected.len, "byte"))
        }
        Kind::PacketType => {
            format!("the packet is another one: {}", value_pair(difference, finding))
        }
        Kind::Bits(bits) => match &bits[..] {
            [only] => self::bits(only),
            many => {
                format!("{name}: {} are different", and(many.iter().map(|bits| bits.field.name)))
            }
        },
        Kind::Length(Miscount::Padded) => {
            format!(
                "{name} takes {}, want {}",
                counted(finding.actual.len, "byte"),
                finding.expected.len
            )
        }
        Kind::Length(Miscount::Plain) => format!("{name} is written as one plain byte"),
        Kind::Value | Kind::Length(_) => format!("{name} is {}", value_pair(difference, finding)),
        Kind::ByteOrder => format!("{name} has its low byte first"),
        Kind::OneByte => format!("{name} is written in one byte, want two"),
        Kind::LengthMissing => format!("{name} is missing: what it counts begins at once"),
        Kind::LengthTooMany => format!("there is a length in front of {name}"),
        Kind::Utf16 => format!("{name} is in UTF-16, want UTF-8"),
        Kind::Missing if finding.expected.len >= 2 && has_length(difference, finding) => {
            format!("{name} is missing, and its length")
        }
        Kind::Missing => format!("{name} is missing"),
        Kind::Extra(fields) if fields.is_empty() => {
            format!("{} too many", counted(finding.actual.len, "byte"))
        }
        Kind::Extra(fields) => {
            let names = and(fields.iter().map(|field| field.name));
            format!("{} too many: {names}", counted(finding.actual.len, "byte"))
        }
        Kind::Moved => {
            format!("{name} stands in the wrong place: want it {}", place(difference, finding))
        }
        Kind::CutOff if finding.actual.len == 0 => format!("the bytes end before {name}"),
        Kind::CutOff => format!("the bytes end within {name}"),
        Kind::Trailing => {
            format!("{} behind the end of the packet", counted(finding.actual.len, "byte"))
        }
    }
}

/// What helps to mend it, if there is something to say that neither the rule nor the field says.
pub(super) fn hint(finding: &Finding) -> Option<String> {
    let text_section = requirements::STRING_LENGTH.section;
    Some(match &finding.kind {
        Kind::ByteOrder => "MQTT writes the high byte first (§1.5.2).".to_owned(),
        Kind::OneByte => {
            "It takes two bytes even where one would do, the high one first (§1.5.2).".to_owned()
        }
        Kind::LengthMissing => format!(
            "A string, and a will message or password too, stands behind its length: two bytes, the \
             high one first (§{text_section})."
        ),
        Kind::Utf16 => format!("Text is UTF-8 in MQTT, whatever it is in memory (§{text_section})."),
        Kind::Length(Miscount::CountsItself) => {
            "It counts its own bytes as well; a length counts what stands behind it.".to_owned()
        }
        Kind::Length(Miscount::CountsHeader) => {
            "It counts the whole packet; it is to count what stands behind it.".to_owned()
        }
        Kind::Length(Miscount::Padded) => {
            "The number is right, in more bytes than it needs.".to_owned()
        }
        Kind::Length(Miscount::Plain) => {
            "From 128 on it takes another byte: seven bits a byte, the low ones first, and bit 7 says \
             that one more follows."
                .to_owned()
        }
        Kind::Trailing => {
            "They are no part of this packet: its Remaining Length ends before them. A receiver \
             takes them as the next packet."
                .to_owned()
        }
        Kind::PacketType => {
            "What stands behind the fixed header means something else in each packet.".to_owned()
        }
        _ => return None,
    })
}

/// What a finding is about, whatever its value: the sentence of the description.
pub(super) fn about(finding: &Finding) -> Option<&'static str> {
    match &finding.kind {
        Kind::Nothing | Kind::Trailing | Kind::Bits(_) | Kind::PacketType => None,
        Kind::Extra(fields) if fields.is_empty() => None,
        _ => finding.field.map(|field| field.about).filter(|about| !about.is_empty()),
    }
}

/// One bit field: `Clean Session is 0, want 1`.
pub(super) fn bits(bits: &BitsDiffer) -> String {
    format!(
        "{} is {}, want {}",
        bits.field.name,
        numbered(bits.field, bits.actual),
        numbered(bits.field, bits.expected)
    )
}

/// `bit 1, MQTT 3.1.1 §3.1.2.4, mqtt.conflag.cleansess`.
pub(super) fn place_of_bits(field: &Field) -> String {
    let filter = field.filter.map_or(String::new(), |filter| format!(", {filter}"));
    let bits = match field.bits {
        Some(bits) if bits.high == bits.low => format!("bit {}, ", bits.high),
        Some(bits) => format!("bits {}–{}, ", bits.high, bits.low),
        None => String::new(),
    };
    format!("{bits}MQTT 3.1.1 §{}{filter}", field.section)
}

fn numbered(field: &Field, number: u64) -> String {
    match (field.symbol)(number) {
        "" => number.to_string(),
        symbol => format!("{number} {symbol}"),
    }
}

/// Behind which field the finding's is to stand.
fn place(difference: &Difference, finding: &Finding) -> String {
    let whole = difference.expected.spans.iter().filter(|seen| seen.span.bits.is_none());
    let before = whole.take_while(|seen| seen.span.end() <= finding.expected.offset).last();
    before.map_or("first".to_owned(), |seen| format!("behind {}", seen.field.name))
}

/// `16, want 18`.
fn value_pair(difference: &Difference, finding: &Finding) -> String {
    let Some(field) = finding.field else { return String::new() };
    let told = |side: &Side, span| {
        let mut told = String::new();
        let known = difference.expected.spans.iter().find(|seen| seen.field == field);
        let is_number = known.is_some_and(|seen| matches!(seen.value(&[]), Value::Number(_)));
        write_value(&mut told, field, side.value(field, span, is_number), Some(24));
        told
    };
    let actual = told(&difference.actual, finding.actual);
    let expected = told(&difference.expected, finding.expected);
    if actual == expected {
        // Both are long, and are cut where they differ.
        let (one, other) = (
            difference.expected.bytes_of(finding.expected),
            difference.actual.bytes_of(finding.actual),
        );
        let alike = one.iter().zip(other).take_while(|(one, other)| one == other).count();
        return format!("different from byte {} on", finding.actual.offset + alike);
    }
    format!("{actual}, want {expected}")
}

/// Whether the field that is missing stands behind a length.
fn has_length(difference: &Difference, finding: &Finding) -> bool {
    let mut fields = difference.expected.spans.fields();
    fields.any(|spanned| {
        spanned.span.offset == finding.expected.offset && Some(spanned.field) != finding.field
    })
}

/// `1 byte`, `2 bytes`.
pub(super) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// `A`, `A and B`, `A, B and C`; of many names the first ones.
fn and<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.collect();
    match &names[..] {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [before @ .., last] if names.len() <= MOST_NAMES => {
            format!("{} and {last}", before.join(", "))
        }
        many => format!("{} and so on", many[..MOST_NAMES].join(", ")),
    }
}
