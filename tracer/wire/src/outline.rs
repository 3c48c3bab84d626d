//! The pass that notes the fields: what the standard prints as the tables of a packet.

use bytes::Bytes;

use crate::field::{Field, Group, Prefixed};
use crate::frame::REMAINING_LENGTH;
use crate::packet::{Packet, PacketType};
use crate::rule::Rule;
use crate::text::{Cut, Text};
use crate::version::Version;
use crate::walk::{Condition, Placeholder, Walk};

/// The layout of a packet type: every field that it can have, in the order of the wire.
///
/// ```
/// use wire::{PacketType, Version, outline};
///
/// let rows = outline(PacketType::Publish, Version::V3_1_1);
/// let identifier = rows.iter().find(|row| row.field.name == "Packet Identifier").unwrap();
/// assert_eq!(identifier.condition, Some("QoS is 1 or 2"));
/// assert_eq!(identifier.rules[0].id, "MQTT-2.3.1-1");
/// ```
pub fn outline(packet_type: PacketType, version: Version) -> Vec<OutlineRow> {
    let mut outline = Outline { version, ..Outline::default() };
    let Ok(_) = Packet::walk_of(packet_type, &mut outline, version);
    outline.rows
}

/// One row of a packet's layout.
#[derive(Debug)]
pub struct OutlineRow {
    /// The field, or the byte that holds the fields of the rows behind it.
    pub field: &'static Field,
    /// How many bytes it takes up.
    pub size: Size,
    /// When it is there, in words; `None` for always.
    pub condition: Option<&'static str>,
    /// Whether it comes again and again up to the end of the packet.
    pub repeated: bool,
    /// The rules that are checked on it.
    pub rules: Vec<&'static Rule>,
    /// The rule that its bytes break where the condition does not hold, if there is one.
    pub surplus: Option<&'static Rule>,
}

/// How many bytes a field takes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Some bits of the byte in the row above.
    Bits,
    /// So many bytes.
    Bytes(usize),
    /// One to four bytes: the Remaining Length.
    OneToFour,
    /// As many bytes as the length in the row above says.
    Counted,
    /// All that is left of the packet.
    Rest,
}

#[derive(Default)]
struct Outline {
    version: Version,
    rows: Vec<OutlineRow>,
    condition: Option<&'static str>,
    surplus: Option<&'static Rule>,
    repeated: bool,
}

impl Outline {
    fn row(&mut self, field: &'static Field, size: Size) {
        let Self { condition, surplus, repeated, .. } = *self;
        let rules = Vec::new();
        self.rows.push(OutlineRow { field, size, condition, repeated, rules, surplus });
    }

    fn prefixed(&mut self, field: &'static Prefixed) {
        self.row(&field.length, Size::Bytes(2));
        self.row(&field.content, Size::Counted);
        if let Some(rule) = field.well_formed {
            self.rule(&field.content, rule);
        }
    }

    fn rule(&mut self, field: &'static Field, rule: &'static Rule) {
        let row = self.rows.iter_mut().rev().find(|row| row.field == field);
        if let Some(row) = row.filter(|row| !row.rules.contains(&rule)) {
            row.rules.push(rule);
        }
    }
}

impl Walk for Outline {
    type Error = std::convert::Infallible;

    fn version(&self) -> Version {
        self.version
    }

    fn group(&mut self, group: &'static Group, byte: u8) -> Result<u8, Self::Error> {
        self.row(&group.whole, Size::Bytes(1));
        for part in group.parts {
            self.row(part, Size::Bits);
        }
        Ok(byte)
    }

    fn u8(&mut self, field: &'static Field, number: u8) -> Result<u8, Self::Error> {
        self.row(field, Size::Bytes(1));
        Ok(number)
    }

    fn u16(&mut self, field: &'static Field, number: u16) -> Result<u16, Self::Error> {
        self.row(field, Size::Bytes(2));
        Ok(number)
    }

    fn text(&mut self, field: &'static Prefixed, text: &Text) -> Result<Text, Self::Error> {
        self.prefixed(field);
        Ok(text.clone())
    }

    fn topic<T: Cut + Placeholder>(
        &mut self,
        field: &'static Prefixed,
        rules: &[&'static Rule],
        _: &T,
    ) -> Result<T, Self::Error> {
        self.prefixed(field);
        for rule in rules {
            self.rule(&field.content, rule);
        }
        Ok(T::placeholder())
    }

    fn binary(&mut self, field: &'static Prefixed, bytes: &Bytes) -> Result<Bytes, Self::Error> {
        self.prefixed(field);
        Ok(bytes.clone())
    }

    fn rest(&mut self, field: &'static Field, bytes: &Bytes) -> Result<Bytes, Self::Error> {
        self.row(field, Size::Rest);
        Ok(bytes.clone())
    }

    fn framed<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, Self::Error>,
    ) -> Result<T, Self::Error> {
        self.row(&REMAINING_LENGTH, Size::OneToFour);
        body(self)
    }

    fn when<T: Placeholder>(
        &mut self,
        condition: &Condition,
        value: Option<&T>,
        part: impl FnOnce(&mut Self, &T) -> Result<T, Self::Error>,
    ) -> Result<Option<T>, Self::Error> {
        let outer = (self.condition, self.surplus);
        if !condition.words.is_empty() {
            (self.condition, self.surplus) = (Some(condition.words), condition.surplus);
        }
        let first = self.rows.len();
        let value = part(self, value.unwrap_or(T::lent()));
        if let Some(row) = self.rows.get_mut(first).filter(|_| condition.missing.is_numbered()) {
            row.rules.push(condition.missing);
        }
        (self.condition, self.surplus) = outer;
        value.map(Some)
    }

    fn each<T: Placeholder>(
        &mut self,
        field: &'static Field,
        rule: &'static Rule,
        _: &[T],
        mut part: impl FnMut(&mut Self, &T) -> Result<T, Self::Error>,
    ) -> Result<Vec<T>, Self::Error> {
        self.repeated = true;
        let value = part(self, T::lent());
        self.repeated = false;
        self.rule(field, rule);
        value.map(|value| vec![value])
    }

    fn ensure(
        &mut self,
        _: bool,
        field: &'static Field,
        rule: &'static Rule,
    ) -> Result<(), Self::Error> {
        self.rule(field, rule);
        Ok(())
    }

    fn end(&mut self, _: &'static Rule) -> Result<(), Self::Error> {
        Ok(())
    }
}
