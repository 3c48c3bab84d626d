//! The pass that writes: a packet in, bytes out.

use bytes::{BufMut, Bytes, BytesMut};

use crate::error::EncodeError;
use crate::field::{Field, Group, Prefixed};
use crate::frame::{MAX_REMAINING_LENGTH, remaining_length_bytes};
use crate::requirements;
use crate::rule::Rule;
use crate::text::{Cut, Text};
use crate::version::Version;
use crate::walk::{Condition, Placeholder, Walk};

/// Writes one packet to the end of `buffer`.
pub(crate) struct Encoder<'a> {
    buffer: &'a mut BytesMut,
}

impl<'a> Encoder<'a> {
    pub(crate) fn new(buffer: &'a mut BytesMut) -> Self {
        Self { buffer }
    }

    #[inline]
    fn prefixed(&mut self, field: &'static Prefixed, bytes: &[u8]) -> Result<(), EncodeError> {
        let Ok(length) = u16::try_from(bytes.len()) else {
            return Err(EncodeError::Broken {
                field: &field.content,
                rule: &requirements::STRING_LENGTH,
            });
        };
        self.buffer.put_u16(length);
        self.buffer.put_slice(bytes);
        Ok(())
    }
}

impl Walk for Encoder<'_> {
    type Error = EncodeError;

    #[inline]
    fn version(&self) -> Version {
        Version::V3_1_1 // a packet's bytes are the same in 3.1, but for CONNECT, which tells its own
    }

    #[inline]
    fn group(&mut self, _: &'static Group, byte: u8) -> Result<u8, EncodeError> {
        self.buffer.put_u8(byte);
        Ok(byte)
    }

    #[inline]
    fn u8(&mut self, _: &'static Field, number: u8) -> Result<u8, EncodeError> {
        self.buffer.put_u8(number);
        Ok(number)
    }

    #[inline]
    fn u16(&mut self, _: &'static Field, number: u16) -> Result<u16, EncodeError> {
        self.buffer.put_u16(number);
        Ok(number)
    }

    #[inline]
    fn text(&mut self, field: &'static Prefixed, text: &Text) -> Result<Text, EncodeError> {
        self.prefixed(field, text.as_bytes())?;
        Ok(text.clone())
    }

    /// A topic was held to its rules when it was made.
    #[inline]
    fn topic<T: Cut + Placeholder>(
        &mut self,
        field: &'static Prefixed,
        _: &[&'static Rule],
        topic: &T,
    ) -> Result<T, EncodeError> {
        self.prefixed(field, topic.as_bytes())?;
        Ok(T::placeholder())
    }

    #[inline]
    fn binary(&mut self, field: &'static Prefixed, bytes: &Bytes) -> Result<Bytes, EncodeError> {
        self.prefixed(field, bytes)?;
        Ok(Bytes::new())
    }

    #[inline]
    fn rest(&mut self, _: &'static Field, bytes: &Bytes) -> Result<Bytes, EncodeError> {
        self.buffer.put_slice(bytes);
        Ok(Bytes::new())
    }

    /// Nobody computes a length in advance: the body is written behind one byte that is kept for
    /// its length, and moves up by the one to three bytes more that a longer length takes.
    #[inline]
    fn framed<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, EncodeError>,
    ) -> Result<T, EncodeError> {
        let length_at = self.buffer.len();
        self.buffer.put_u8(0);
        let start = self.buffer.len();
        let value = body(self)?;
        let end = self.buffer.len();
        let remaining_length = end - start;
        if remaining_length > MAX_REMAINING_LENGTH {
            return Err(EncodeError::TooLarge { remaining_length });
        }
        let (length, count) = remaining_length_bytes(remaining_length);
        self.buffer[length_at] = length[0];
        if count > 1 {
            self.buffer.put_bytes(0, count - 1);
            self.buffer.copy_within(start..end, length_at + count);
            self.buffer[start..length_at + count].copy_from_slice(&length[1..count]);
        }
        Ok(value)
    }

    #[inline]
    fn when<T: Placeholder>(
        &mut self,
        _: &Condition,
        value: Option<&T>,
        part: impl FnOnce(&mut Self, &T) -> Result<T, EncodeError>,
    ) -> Result<Option<T>, EncodeError> {
        value.map(|value| part(self, value)).transpose()
    }

    #[inline]
    fn each<T: Placeholder>(
        &mut self,
        field: &'static Field,
        rule: &'static Rule,
        values: &[T],
        mut part: impl FnMut(&mut Self, &T) -> Result<T, EncodeError>,
    ) -> Result<Vec<T>, EncodeError> {
        self.ensure(!values.is_empty(), field, rule)?;
        for value in values {
            part(self, value)?;
        }
        Ok(Vec::new())
    }

    #[inline]
    fn ensure(
        &mut self,
        ok: bool,
        field: &'static Field,
        rule: &'static Rule,
    ) -> Result<(), EncodeError> {
        if ok { Ok(()) } else { Err(EncodeError::Broken { field, rule }) }
    }

    #[inline]
    fn end(&mut self, _: &'static Rule) -> Result<(), EncodeError> {
        Ok(())
    }
}
