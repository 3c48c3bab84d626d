//! The observer that remembers.

use crate::field::{Field, Group, Span, Value};
use crate::observer::Observer;

/// Every field of a packet, with its place and value. Use one again for the next packet after
/// [`clear`](Self::clear): it keeps its memory.
#[derive(Debug, Default)]
pub struct Spans(Vec<Spanned>);

/// A field that was seen in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned {
    /// Which field.
    pub field: &'static Field,
    /// Where it stands.
    pub span: Span,
    /// Whether it is a byte whose fields follow: those own the bits then.
    pub is_group: bool,
    content: Content,
}

/// A value without its bytes, which the packet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Number(u64),
    Text,
    Bytes,
}

impl Spanned {
    /// Whether the field has this bit of this byte, 7 the most significant. Of a byte whose fields follow
    /// they have the bits, and it has none.
    pub fn owns(&self, byte: usize, bit: u8) -> bool {
        let is_here = self.span.offset <= byte && byte < self.span.end();
        let has_bit = self.span.bits.is_none_or(|bits| bits.low <= bit && bit <= bits.high);
        is_here && has_bit && !self.is_group
    }

    /// Whether it holds a number, and neither text nor bytes.
    pub fn is_number(&self) -> bool {
        matches!(self.content, Content::Number(_))
    }

    /// What stands in the field. `frame` is the packet that it was seen in.
    pub fn value<'f>(&self, frame: &'f [u8]) -> Value<'f> {
        let bytes = frame.get(self.span.offset..self.span.end()).unwrap_or_default();
        match self.content {
            Content::Number(number) => Value::Number(number),
            Content::Bytes => Value::Bytes(bytes),
            Content::Text => std::str::from_utf8(bytes).map_or(Value::Bytes(bytes), Value::Text),
        }
    }
}

impl Spans {
    /// All that was seen, in the order of the wire, a byte before the fields that share it.
    pub fn iter(&self) -> impl Iterator<Item = &Spanned> {
        self.0.iter()
    }

    /// The fields alone: together they own each bit of the packet once.
    pub fn fields(&self) -> impl Iterator<Item = &Spanned> {
        self.0.iter().filter(|spanned| !spanned.is_group)
    }

    /// Forgets everything, for the next packet.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn push(&mut self, field: &'static Field, span: Span, value: Value<'_>, is_group: bool) {
        let content = match value {
            Value::Number(number) => Content::Number(number),
            Value::Text(_) => Content::Text,
            Value::Bytes(_) => Content::Bytes,
        };
        self.0.push(Spanned { field, span, is_group, content });
    }
}

impl Observer for Spans {
    fn group(&mut self, group: &'static Group, span: Span, value: Value<'_>) {
        self.push(&group.whole, span, value, true);
    }

    fn field(&mut self, field: &'static Field, span: Span, value: Value<'_>) {
        self.push(field, span, value, false);
    }
}
