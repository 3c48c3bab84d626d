//! The pass that reads: bytes in, a packet or the broken rule out.
//!
//! Each step is a few instructions, and there are many of them in a packet. What a call gives back goes
//! through memory if it is larger than two registers, and a string is: so the compiler is told to put the
//! steps into the walks that they are taken in, where by its own measure it would call them. That saves an
//! eighth of the time.
#![allow(clippy::inline_always)]

use bytes::Bytes;

use crate::error::{DecodeError, Malformed};
use crate::field::{Field, Group, Prefixed, Span, UNDECODED, Value};
use crate::frame::{Frame, REMAINING_LENGTH, RemainingLength, remaining_length};
use crate::observer::Observer;
use crate::packet::PacketType;
use crate::requirements;
use crate::rule::Rule;
use crate::rules;
use crate::text::{Cut, Text, TextError};
use crate::version::Version;
use crate::walk::{Condition, Placeholder, Walk};

/// Reads one packet from `frame`, and shows each field to the observer.
///
/// `end` moves: until the Remaining Length is known it is the end of the bytes, from then on the end
/// of the packet. No read goes beyond it.
pub(crate) struct Decoder<'a, F, O> {
    frame: F,
    position: usize,
    end: usize,
    /// Where the place begins that [`Walk::ensure`] judges. It ends at `position`.
    last: usize,
    /// The size that the packet announces, if that is more than there is.
    missing: Option<usize>,
    version: Version,
    observer: &'a mut O,
}

impl<'a, F: Frame, O: Observer> Decoder<'a, F, O> {
    #[inline(always)]
    pub(crate) fn new(frame: F, version: Version, observer: &'a mut O) -> Self {
        let end = frame.as_ref().len();
        Self { frame, position: 0, end, last: 0, missing: None, version, observer }
    }

    /// The first byte, which tells the type of the packet.
    #[inline(always)]
    pub(crate) fn first(&self) -> Option<u8> {
        self.frame.as_ref().first().copied()
    }

    /// Shows what no field covers as one undecoded rest, so that the spans tile the packet even
    /// where it is broken.
    pub(crate) fn show_undecoded(&mut self) {
        let len = self.frame.as_ref().len() - self.position;
        if len > 0 {
            let span = Span { offset: self.position, len, bits: None };
            self.show_bytes(&UNDECODED, span);
        }
    }

    /// The next `len` bytes as the place that is read now; `None` if the packet ends before.
    #[inline(always)]
    fn advance(&mut self, len: usize) -> Option<Span> {
        if len > self.end - self.position {
            return None;
        }
        self.last = self.position;
        self.position += len;
        Some(self.last())
    }

    /// The place that was read last.
    #[inline(always)]
    fn last(&self) -> Span {
        Span { offset: self.last, len: self.position - self.last, bits: None }
    }

    /// The place behind the field that was read last, where another one should stand.
    #[inline(always)]
    fn here(&self) -> Span {
        Span { offset: self.position, len: self.end - self.position, bits: None }
    }

    #[inline(always)]
    fn show(&mut self, field: &'static Field, span: Span, value: Value<'_>) {
        if O::ACTIVE {
            self.observer.field(field, span, value);
        }
    }

    #[inline(always)]
    fn show_bytes(&mut self, field: &'static Field, span: Span) {
        if O::ACTIVE {
            let bytes = &self.frame.as_ref()[span.offset..span.end()];
            self.observer.field(field, span, Value::Bytes(bytes));
        }
    }

    #[inline(always)]
    fn byte(&self, offset: usize) -> u8 {
        self.frame.as_ref()[offset]
    }

    /// A field, or a length, that runs past the end of its packet.
    #[inline(always)]
    fn overrun(&self, field: &'static Field, span: Span) -> DecodeError {
        match self.missing {
            Some(size) => DecodeError::Truncated { size, available: self.frame.as_ref().len() },
            None => self.malformed(field, span, &requirements::OVERRUN),
        }
    }

    #[inline(always)]
    fn malformed(&self, field: &'static Field, span: Span, rule: &'static Rule) -> DecodeError {
        malformed(self.first(), field, span, rule)
    }

    #[inline(always)]
    fn length(&mut self, field: &'static Prefixed) -> Result<usize, DecodeError> {
        self.u16(&field.length, 0).map(usize::from)
    }

    /// The bytes that a length announced.
    #[inline(always)]
    fn content(&mut self, field: &'static Prefixed) -> Result<Span, DecodeError> {
        let len = self.length(field)?;
        self.advance(len).ok_or_else(|| self.overrun(&field.length, self.last()))
    }

    #[inline(always)]
    fn string<T: Cut>(
        &mut self,
        field: &'static Prefixed,
        rules: &[&'static Rule],
    ) -> Result<T, DecodeError> {
        let span = self.content(field)?;
        let bytes = &self.frame.as_ref()[span.offset..];
        let outcome = T::cut(bytes, span.len, || self.frame.part(span.offset, span.end()));
        if O::ACTIVE {
            let value = outcome
                .as_ref()
                .map_or_else(|_| unfit_value(&bytes[..span.len]), |it| Value::Text(it));
            self.observer.field(&field.content, span, value);
        }
        outcome.map_err(|error| self.unfit(field, &error, rules))
    }

    /// A string's error as one of the packet: counted from the packet's first byte, and with the rule as
    /// it is told for this field.
    #[inline]
    fn unfit(
        &self,
        field: &'static Prefixed,
        error: &TextError,
        own_rules: &[&'static Rule],
    ) -> DecodeError {
        let told = match error.rule {
            rule if rule == &rules::MQTT_1_5_3_1 => field.well_formed,
            rule if rule == &rules::MQTT_4_7_1_1 => own_rules.first().copied(),
            _ => None,
        };
        let offset = self.last + error.range.start;
        let span = Span { offset, len: error.range.len(), bits: None };
        self.malformed(&field.content, span, told.unwrap_or(error.rule))
    }
}

/// What stands in a field for a string: text all the same, unless it is no string at all.
fn unfit_value(bytes: &[u8]) -> Value<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Value::Text(text),
        _ => Value::Bytes(bytes),
    }
}

/// Not a method, for what it is told lies in registers otherwise: the decoder can stay there.
#[cold]
fn malformed(
    first: Option<u8>,
    field: &'static Field,
    span: Span,
    rule: &'static Rule,
) -> DecodeError {
    let packet_type = first.and_then(PacketType::of_first_byte);
    DecodeError::Malformed(Malformed { packet_type, field, span, rule })
}

impl<F: Frame, O: Observer> Walk for Decoder<'_, F, O> {
    type Error = DecodeError;

    fn version(&self) -> Version {
        self.version
    }

    #[inline(always)]
    fn group(&mut self, group: &'static Group, _: u8) -> Result<u8, DecodeError> {
        let Some(span) = self.advance(1) else {
            return Err(self.overrun(&group.whole, self.here()));
        };
        let byte = self.byte(span.offset);
        if O::ACTIVE {
            self.observer.group(group, span, Value::Number(byte.into()));
            for part in group.parts {
                let span = Span { bits: part.bits, ..span };
                self.observer.field(part, span, Value::Number(part.get(byte).into()));
            }
        }
        Ok(byte)
    }

    #[inline(always)]
    fn u8(&mut self, field: &'static Field, _: u8) -> Result<u8, DecodeError> {
        let Some(span) = self.advance(1) else {
            return Err(self.overrun(field, self.here()));
        };
        let byte = self.byte(span.offset);
        self.show(field, span, Value::Number(byte.into()));
        Ok(byte)
    }

    #[inline(always)]
    fn u16(&mut self, field: &'static Field, _: u16) -> Result<u16, DecodeError> {
        let Some(span) = self.advance(2) else {
            return Err(self.overrun(field, self.here()));
        };
        let number = u16::from_be_bytes([self.byte(span.offset), self.byte(span.offset + 1)]);
        self.show(field, span, Value::Number(number.into()));
        Ok(number)
    }

    #[inline(always)]
    fn text(&mut self, field: &'static Prefixed, _: &Text) -> Result<Text, DecodeError> {
        self.string(field, &[])
    }

    #[inline(always)]
    fn topic<T: Cut + Placeholder>(
        &mut self,
        field: &'static Prefixed,
        rules: &[&'static Rule],
        _: &T,
    ) -> Result<T, DecodeError> {
        self.string(field, rules)
    }

    #[inline(always)]
    fn binary(&mut self, field: &'static Prefixed, _: &Bytes) -> Result<Bytes, DecodeError> {
        let span = self.content(field)?;
        if O::ACTIVE {
            let bytes = &self.frame.as_ref()[span.offset..span.end()];
            let text = std::str::from_utf8(bytes).ok();
            let text = text.filter(|_| field.shown_as_text);
            self.observer.field(
                &field.content,
                span,
                text.map_or(Value::Bytes(bytes), Value::Text),
            );
        }
        Ok(self.frame.part(span.offset, span.end()))
    }

    #[inline(always)]
    fn rest(&mut self, field: &'static Field, _: &Bytes) -> Result<Bytes, DecodeError> {
        if let Some(size) = self.missing {
            return Err(DecodeError::Truncated { size, available: self.frame.as_ref().len() });
        }
        let span = self.here();
        self.last = self.position;
        self.position = self.end;
        if span.len > 0 {
            self.show_bytes(field, span);
        }
        Ok(self.frame.last_part(span.offset, span.end()))
    }

    #[inline(always)]
    fn framed<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        match remaining_length(&self.frame.as_ref()[self.position..]) {
            RemainingLength::Whole { value, bytes } => {
                let span = Span { offset: self.position, len: bytes, bits: None };
                self.show(&REMAINING_LENGTH, span, Value::Number(value as u64));
                self.last = self.position;
                self.position += bytes;
                let end = self.position + value;
                if end > self.end {
                    self.missing = Some(end);
                } else {
                    self.end = end;
                }
                body(self)
            }
            RemainingLength::Incomplete => {
                let available = self.frame.as_ref().len();
                Err(DecodeError::Truncated { size: available + 1, available })
            }
            RemainingLength::TooLong => {
                let span = Span { offset: self.position, len: 4, bits: None };
                Err(self.malformed(&REMAINING_LENGTH, span, &requirements::REMAINING_LENGTH_BYTES))
            }
        }
    }

    #[inline(always)]
    fn when<T: Placeholder>(
        &mut self,
        condition: &Condition,
        _: Option<&T>,
        part: impl FnOnce(&mut Self, &T) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if !condition.holds {
            return Ok(None);
        }
        let before = self.position;
        match part(self, T::lent()) {
            // The packet ends where the part should begin: that breaks the rule which asks for it.
            Err(DecodeError::Malformed(malformed)) if before == self.end => {
                Err(DecodeError::Malformed(Malformed { rule: condition.missing, ..malformed }))
            }
            other => other.map(Some),
        }
    }

    fn each<T: Placeholder>(
        &mut self,
        field: &'static Field,
        rule: &'static Rule,
        _: &[T],
        mut part: impl FnMut(&mut Self, &T) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let mut values = Vec::new();
        while self.position < self.end {
            values.push(part(self, T::lent())?);
        }
        match self.missing {
            Some(size) => {
                Err(DecodeError::Truncated { size, available: self.frame.as_ref().len() })
            }
            None => self.ensure(!values.is_empty(), field, rule).map(|()| values),
        }
    }

    #[inline(always)]
    fn ensure(
        &mut self,
        ok: bool,
        field: &'static Field,
        rule: &'static Rule,
    ) -> Result<(), DecodeError> {
        if ok {
            return Ok(());
        }
        Err(self.malformed(field, Span { bits: field.bits, ..self.last() }, rule))
    }

    #[inline(always)]
    fn end(&mut self, rule: &'static Rule) -> Result<(), DecodeError> {
        if let Some(size) = self.missing {
            return Err(DecodeError::Truncated { size, available: self.frame.as_ref().len() });
        }
        if self.position == self.end {
            return Ok(());
        }
        Err(self.malformed(&UNDECODED, self.here(), rule))
    }
}
