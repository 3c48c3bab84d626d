//! The pass that reads: bytes in, a packet or the broken rule out.
//!
//! Each step is a few instructions, and there are many of them in a packet. What a call gives back goes
//! through memory if it is larger than two registers, and a string is: so the compiler is told to put the
//! steps into the walks that they are taken in, where by its own measure it would call them. That saves an
//! eighth of the time.
#![allow(clippy::inline_always)]

mod steps;

use bytes::Bytes;

use crate::error::{DecodeError, Malformed};
use crate::field::{Field, Prefixed, Span, UNDECODED, Value};
use crate::frame::Frame;
use crate::observer::Observer;
use crate::packet::PacketType;
use crate::requirements;
use crate::rule::Rule;
use crate::rules;
use crate::text::{Cut, TextError};
use crate::version::Version;
use crate::walk::Walk;

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

impl<O: Observer> Decoder<'_, &Bytes, O> {
    /// Shows what no field covers as one undecoded rest, so that the spans tile the packet even
    /// where it is broken.
    pub(crate) fn show_undecoded(&mut self) {
        let len = self.frame.as_ref().len() - self.position;
        if len > 0 {
            let span = Span { offset: self.position, len, bits: None };
            self.show_bytes(&UNDECODED, span);
        }
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
