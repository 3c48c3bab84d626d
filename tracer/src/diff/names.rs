//! Which field some bytes would be, which flag decides whether a field is there, and which rule is
//! broken: all of it asked of the description of the packet.

use bytes::Bytes;
use wire::{Field, OutlineRow, PacketType, Part, Rule, Size, Version, outline, rules};

use super::finding::{BitsDiffer, Finding, Kind};
use super::item::{Item, Shape};
use super::judge::malformed;
use super::side::Side;

pub(super) struct Names<'n> {
    expected: &'n Side,
    items: &'n [Item<'n>],
    actual: &'n Side,
    actual_items: &'n [Item<'n>],
    layout: Vec<OutlineRow>,
}

impl<'n> Names<'n> {
    pub(super) fn new(
        expected: &'n Side,
        items: &'n [Item<'n>],
        actual: &'n Side,
        actual_items: &'n [Item<'n>],
    ) -> Self {
        let layout = expected.packet_type().map(|kind| outline(kind, Version::default()));
        Self { expected, items, actual, actual_items, layout: layout.unwrap_or_default() }
    }

    /// Says which fields extra bytes are.
    pub(super) fn name(&self, finding: &mut Finding) {
        if let Some(field) = self.counted_rest(finding) {
            (finding.kind, finding.field) = (Kind::LengthTooMany, Some(field));
        }
        let Kind::Extra(fields) = &mut finding.kind else { return };
        *fields = self.own_names(finding.actual.offset, finding.actual.end());
        if fields.is_empty() {
            fields.extend(self.left_out(finding.expected.offset, finding.actual.len));
        }
        finding.field = fields.first().copied();
    }

    /// Whether one of these flags says that the field is there.
    pub(super) fn depends(&self, field: &'static Field, flags: &[&'static Field]) -> bool {
        let condition = self.row(field).and_then(|row| row.condition);
        condition.is_some_and(|words| flags.iter().any(|flag| words.starts_with(flag.name)))
    }

    /// The rule that this difference breaks, as far as the description knows one.
    pub(super) fn rule(&self, finding: &Finding) -> Option<&'static Rule> {
        match &finding.kind {
            Kind::Nothing | Kind::CutOff | Kind::LengthMissing | Kind::Utf16 => None,
            Kind::Missing => self.rule_on_missing(finding).or_else(|| self.own_rule(finding)),
            Kind::Moved => self.rule_on_order(finding.field?),
            Kind::Extra(fields) => {
                let own = || {
                    self.own_rule(finding)
                        .filter(|rule| !fields.is_empty() || !self.forbids_a_part(rule))
                };
                self.rule_on_extra(finding).or_else(own)
            }
            Kind::Length(_) | Kind::LengthTooMany | Kind::Trailing => self.own_rule(finding),
            Kind::PacketType | Kind::Bits(_) | Kind::Value | Kind::ByteOrder | Kind::OneByte => {
                self.rule_if_alone(finding).or_else(|| self.own_rule(finding))
            }
        }
    }

    /// The fields that the actual packet's decoder saw just here.
    fn own_names(&self, start: usize, end: usize) -> Vec<&'static Field> {
        let mut at = start;
        let mut names = Vec::new();
        for item in self.actual_items.iter().filter(|item| item.range.start >= start) {
            if at == end || item.range.start != at || *item.field() == wire::UNDECODED {
                break;
            }
            names.push(item.field());
            at = item.range.end;
        }
        if at == end { names } else { Vec::new() }
    }

    /// What ends with the packet, if extra bytes in front of it are just its length.
    fn counted_rest(&self, finding: &Finding) -> Option<&'static Field> {
        let next = self.items.iter().find(|item| item.range.start == finding.expected.offset)?;
        let is_rest =
            matches!(next.shape, Shape::Rest(_)) && matches!(finding.kind, Kind::Extra(_));
        let left = self.actual.bytes.len() - finding.actual.end();
        let says = match *self.actual.bytes_of(finding.actual) {
            [byte] => usize::from(byte),
            [high, low] => usize::from(u16::from_be_bytes([high, low])),
            _ => return None,
        };
        (is_rest && says == left).then(|| next.field())
    }

    /// A field of this size that the packet could have in this place, and leaves out.
    fn left_out(&self, offset: usize, len: usize) -> Option<&'static Field> {
        let row_of = |item: &Item<'_>| self.layout.iter().position(|row| row.field == item.field());
        let before = self.items.iter().rev().find(|item| item.range.end <= offset);
        let behind = self.items.iter().find(|item| item.range.start >= offset);
        let first = before.and_then(row_of).map_or(0, |row| row + 1);
        let last = behind.and_then(row_of).unwrap_or(self.layout.len());
        let rows = self.layout.get(first..last)?;
        let row = rows.iter().find(|row| row.condition.is_some() && row.size == Size::Bytes(len));
        row.map(|row| row.field)
    }

    fn row(&self, field: &'static Field) -> Option<&OutlineRow> {
        self.layout.iter().find(|row| row.field == field)
    }

    /// The rule that asks for the field. It stands with the first of its rows: that of its length.
    fn rule_on_missing(&self, finding: &Finding) -> Option<&'static Rule> {
        let field = finding.field?;
        let item = self.items.iter().find(|item| item.field() == field)?;
        let first = match item.shape {
            Shape::Counted { length, .. } => length.field,
            _ => field,
        };
        self.row(first)?.rules.first().copied()
    }

    fn rule_on_order(&self, field: &Field) -> Option<&'static Rule> {
        match (self.expected.packet_type()?, field.part) {
            (PacketType::Connect, Part::Payload) => Some(&rules::MQTT_3_1_3_1),
            (PacketType::Publish, _) => Some(&rules::MQTT_3_3_2_1),
            _ => None,
        }
    }

    /// The rule that forbids a field where no flag says that it is there.
    fn rule_on_extra(&self, finding: &Finding) -> Option<&'static Rule> {
        let row = self.row(finding.field?)?;
        let is_it = self.actual.packet_type() == self.expected.packet_type();
        row.surplus.filter(|_| is_it && finding.is_cause())
    }

    /// Whether the rule forbids one part of the packet: of bytes that nobody can name, it would claim to
    /// know what they are.
    fn forbids_a_part(&self, rule: &Rule) -> bool {
        self.layout.iter().any(|row| row.surplus.is_some_and(|surplus| surplus == rule))
    }

    /// The rule that what hangs on one of these flags breaks if the flag is 0.
    fn rule_without(&self, flags: &[BitsDiffer]) -> Option<&'static Rule> {
        let hangs = |words: &str| flags.iter().any(|flag| words.starts_with(flag.field.name));
        self.layout.iter().find(|row| row.condition.is_some_and(hangs))?.surplus
    }

    /// The rule that the expected packet would break if this were its only difference.
    fn rule_if_alone(&self, finding: &Finding) -> Option<&'static Rule> {
        if finding.expected.len != finding.actual.len {
            return None;
        }
        let mut bytes = self.expected.bytes.to_vec();
        let came = self.actual.bytes.get(finding.actual.offset..finding.actual.end())?;
        bytes.get_mut(finding.expected.offset..finding.expected.end())?.copy_from_slice(came);
        let alone = Side::new(Bytes::from(bytes), self.expected.version);
        let malformed = malformed(&alone)?;
        if let Kind::Bits(bits) = &finding.kind
            && *malformed.field == wire::UNDECODED
            && let Some(rule) = self.rule_without(bits)
        {
            return Some(rule);
        }
        let is_here = match &finding.kind {
            Kind::Bits(bits) => bits.iter().any(|bits| bits.field == malformed.field),
            _ => finding.field == Some(malformed.field),
        };
        (is_here || malformed.rule.is_numbered()).then_some(malformed.rule)
    }

    /// The rule that the actual packet breaks in this very place.
    fn own_rule(&self, finding: &Finding) -> Option<&'static Rule> {
        let malformed = malformed(self.actual)?;
        let is_field = finding.field == Some(malformed.field);
        let is_place = malformed.span.offset == finding.actual.offset;
        (is_field || is_place).then_some(malformed.rule)
    }
}
