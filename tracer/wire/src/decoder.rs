//! The pass that reads: bytes in, a packet or the broken rule out.

use bytes::Bytes;

use crate::error::{DecodeError, Malformed};
use crate::field::{Field, Group, Prefixed, Span, UNDECODED, Value};
use crate::frame::{REMAINING_LENGTH, RemainingLength, remaining_length};
use crate::observer::Observer;
use crate::packet::PacketType;
use crate::requirements;
use crate::rule::Rule;
use crate::rules;
use crate::text::{Text, TextError};
use crate::version::Version;
use crate::walk::{Condition, Placeholder, Walk};

/// Reads one packet from `frame`, and shows each field to the observer.
///
/// `end` moves: until the Remaining Length is known it is the end of the bytes, from then on the end
/// of the packet. No read goes beyond it.
pub(crate) struct Decoder<'a, O> {
    frame: &'a Bytes,
    position: usize,
    end: usize,
    /// The place that [`Walk::ensure`] judges.
    last: Span,
    /// The size that the packet announces, if that is more than there is.
    missing: Option<usize>,
    version: Version,
    observer: &'a mut O,
}

impl<'a, O: Observer> Decoder<'a, O> {
    pub(crate) fn new(frame: &'a Bytes, version: Version, observer: &'a mut O) -> Self {
        let last = Span { offset: 0, len: 0, bits: None };
        let end = frame.len();
        Self { frame, position: 0, end, last, missing: None, version, observer }
    }

    /// Shows what no field covers as one undecoded rest, so that the spans tile the packet even
    /// where it is broken.
    pub(crate) fn show_undecoded(&mut self) {
        let span =
            Span { offset: self.position, len: self.frame.len() - self.position, bits: None };
        if span.len > 0 {
            self.show(&UNDECODED, span, Value::Bytes(self.bytes_of(span)));
        }
    }

    /// The next `len` bytes as the place that is read now; `None` if the packet ends before.
    #[inline]
    fn advance(&mut self, len: usize) -> Option<Span> {
        let span = Span { offset: self.position, len, bits: None };
        if len > self.end - self.position {
            return None;
        }
        self.position += len;
        self.last = span;
        Some(span)
    }

    #[inline]
    fn show(&mut self, field: &'static Field, span: Span, value: Value<'_>) {
        if O::ACTIVE {
            self.observer.field(field, span, value);
        }
    }

    #[inline]
    fn bytes_of(&self, span: Span) -> &'a [u8] {
        &self.frame[span.offset..span.end()]
    }

    /// A field, or a length, that runs past the end of its packet.
    #[cold]
    fn overrun(&self, field: &'static Field, span: Span) -> DecodeError {
        match self.missing {
            Some(size) => DecodeError::Truncated { size, available: self.frame.len() },
            None => self.malformed(field, span, &requirements::OVERRUN),
        }
    }

    #[cold]
    fn malformed(&self, field: &'static Field, span: Span, rule: &'static Rule) -> DecodeError {
        let packet_type = self.frame.first().and_then(|&byte| PacketType::of_first_byte(byte));
        DecodeError::Malformed(Malformed { packet_type, field, span, rule })
    }

    /// The place behind the field that was read last, where another one should stand.
    fn here(&self) -> Span {
        Span { offset: self.position, len: self.end - self.position, bits: None }
    }

    fn length(&mut self, field: &'static Prefixed) -> Result<usize, DecodeError> {
        self.u16(&field.length, 0).map(usize::from)
    }

    /// The bytes that a length announced: their place, and themselves, shared.
    #[inline]
    fn content(&mut self, field: &'static Prefixed) -> Result<(Span, Bytes), DecodeError> {
        let len = self.length(field)?;
        match self.advance(len) {
            Some(span) => Ok((span, self.frame.slice(span.offset..span.end()))),
            None => Err(self.overrun(&field.length, self.last)),
        }
    }

    /// A string's error as one of the packet: counted from the packet's first byte.
    #[cold]
    fn unfit(
        &self,
        field: &'static Prefixed,
        error: &TextError,
        rule: &'static Rule,
    ) -> DecodeError {
        let offset = self.last.offset + error.range.start;
        let span = Span { offset, len: error.range.len(), bits: None };
        self.malformed(&field.content, span, rule)
    }
}

impl<O: Observer> Walk for Decoder<'_, O> {
    type Error = DecodeError;

    fn version(&self) -> Version {
        self.version
    }

    #[inline]
    fn group(&mut self, group: &'static Group, _: u8) -> Result<u8, DecodeError> {
        let Some(span) = self.advance(1) else {
            return Err(self.overrun(&group.whole, self.here()));
        };
        let byte = self.frame[span.offset];
        if O::ACTIVE {
            self.observer.group(group, span, Value::Number(byte.into()));
            for part in group.parts {
                let span = Span { bits: part.bits, ..span };
                self.observer.field(part, span, Value::Number(part.get(byte).into()));
            }
        }
        Ok(byte)
    }

    #[inline]
    fn u8(&mut self, field: &'static Field, _: u8) -> Result<u8, DecodeError> {
        let Some(span) = self.advance(1) else {
            return Err(self.overrun(field, self.here()));
        };
        let byte = self.frame[span.offset];
        self.show(field, span, Value::Number(byte.into()));
        Ok(byte)
    }

    #[inline]
    fn u16(&mut self, field: &'static Field, _: u16) -> Result<u16, DecodeError> {
        let Some(span) = self.advance(2) else {
            return Err(self.overrun(field, self.here()));
        };
        let number = u16::from_be_bytes([self.frame[span.offset], self.frame[span.offset + 1]]);
        self.show(field, span, Value::Number(number.into()));
        Ok(number)
    }

    #[inline]
    fn text(&mut self, field: &'static Prefixed, _: Text) -> Result<Text, DecodeError> {
        let (span, bytes) = self.content(field)?;
        match Text::new(bytes) {
            Ok(text) => {
                self.show(&field.content, span, Value::Text(&text));
                Ok(text)
            }
            Err(error) => {
                self.show(&field.content, span, Value::Bytes(self.bytes_of(span)));
                let ill_formed = error.rule == &rules::MQTT_1_5_3_1;
                let rule = field.well_formed.filter(|_| ill_formed).unwrap_or(error.rule);
                Err(self.unfit(field, &error, rule))
            }
        }
    }

    #[inline]
    fn binary(&mut self, field: &'static Prefixed, _: Bytes) -> Result<Bytes, DecodeError> {
        let (span, bytes) = self.content(field)?;
        if O::ACTIVE {
            let plain = Value::Bytes(self.bytes_of(span));
            let text = std::str::from_utf8(self.bytes_of(span)).ok();
            let value = text.filter(|_| field.shown_as_text).map_or(plain, Value::Text);
            self.show(&field.content, span, value);
        }
        Ok(bytes)
    }

    #[inline]
    fn rest(&mut self, field: &'static Field, _: Bytes) -> Result<Bytes, DecodeError> {
        if let Some(size) = self.missing {
            return Err(DecodeError::Truncated { size, available: self.frame.len() });
        }
        let span = self.here();
        self.position = self.end;
        self.last = span;
        if span.len > 0 {
            self.show(field, span, Value::Bytes(self.bytes_of(span)));
        }
        Ok(self.frame.slice(span.offset..span.end()))
    }

    #[inline]
    fn framed<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        match remaining_length(&self.frame[self.position..]) {
            RemainingLength::Whole { value, bytes } => {
                let span = Span { offset: self.position, len: bytes, bits: None };
                self.show(&REMAINING_LENGTH, span, Value::Number(value as u64));
                self.position += bytes;
                self.last = span;
                let end = self.position + value;
                if end > self.end {
                    self.missing = Some(end);
                } else {
                    self.end = end;
                }
                body(self)
            }
            RemainingLength::Incomplete => {
                let available = self.frame.len();
                Err(DecodeError::Truncated { size: available + 1, available })
            }
            RemainingLength::TooLong => {
                let span = Span { offset: self.position, len: 4, bits: None };
                Err(self.malformed(&REMAINING_LENGTH, span, &requirements::REMAINING_LENGTH_BYTES))
            }
        }
    }

    #[inline]
    fn when<T: Placeholder>(
        &mut self,
        condition: &Condition,
        _: Option<T>,
        part: impl FnOnce(&mut Self, T) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if !condition.holds {
            return Ok(None);
        }
        let before = self.position;
        match part(self, T::placeholder()) {
            // The packet ends where the part should begin: that breaks the rule which asks for it.
            Err(DecodeError::Malformed(malformed)) if before == self.end => {
                Err(DecodeError::Malformed(Malformed { rule: condition.missing, ..malformed }))
            }
            other => other.map(Some),
        }
    }

    fn each<T: Placeholder>(
        &mut self,
        _: Vec<T>,
        mut part: impl FnMut(&mut Self, T) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let mut values = Vec::new();
        while self.position < self.end {
            values.push(part(self, T::placeholder())?);
        }
        match self.missing {
            Some(size) => Err(DecodeError::Truncated { size, available: self.frame.len() }),
            None => Ok(values),
        }
    }

    #[inline]
    fn ensure(
        &mut self,
        ok: bool,
        field: &'static Field,
        rule: &'static Rule,
    ) -> Result<(), DecodeError> {
        if ok {
            return Ok(());
        }
        Err(self.malformed(field, Span { bits: field.bits, ..self.last }, rule))
    }

    #[inline]
    fn fit<T: Placeholder>(
        &mut self,
        field: &'static Prefixed,
        _: &[&'static Rule],
        fit: impl FnOnce() -> Result<T, TextError>,
    ) -> Result<T, DecodeError> {
        match fit() {
            Ok(value) => Ok(value),
            Err(error) => Err(self.unfit(field, &error, error.rule)),
        }
    }

    #[inline]
    fn end(&mut self, rule: &'static Rule) -> Result<(), DecodeError> {
        if let Some(size) = self.missing {
            return Err(DecodeError::Truncated { size, available: self.frame.len() });
        }
        if self.position == self.end {
            return Ok(());
        }
        Err(self.malformed(&UNDECODED, self.here(), rule))
    }
}
