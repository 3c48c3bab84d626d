//! What the decoder does at each step of a walk.

use bytes::Bytes;

use super::Decoder;
use crate::error::{DecodeError, Malformed};
use crate::field::{Field, Group, Prefixed, Span, UNDECODED, Value};
use crate::frame::{Frame, REMAINING_LENGTH, RemainingLength, remaining_length};
use crate::observer::Observer;
use crate::requirements;
use crate::rule::Rule;
use crate::text::{Cut, Text};
use crate::version::Version;
use crate::walk::{Condition, Placeholder, Walk};

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
