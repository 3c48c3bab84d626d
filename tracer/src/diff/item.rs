//! The expected packet as a row of items that can be there, be missing, or be different.
//!
//! An item is what somebody writes in one go: a byte with all its bits, a number, a string together
//! with its length.

use std::ops::Range;

use wire::{Field, Part, Spanned, Spans, Value};

/// Something that stands in a packet.
#[derive(Clone, Debug)]
pub(super) struct Item<'s> {
    pub(super) shape: Shape<'s>,
    /// Its bytes in the packet.
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Shape<'s> {
    /// A byte, with the fields that share it, if several do.
    Byte { whole: &'s Spanned, parts: Vec<&'s Spanned> },
    /// A number of two bytes.
    Number(&'s Spanned),
    /// How many bytes follow in the packet.
    RemainingLength(&'s Spanned),
    /// A string or binary data behind its length.
    Counted { length: &'s Spanned, content: &'s Spanned },
    /// All that is left of the packet.
    Rest(&'s Spanned),
}

impl<'s> Item<'s> {
    /// The field by whose name the item goes.
    pub(super) fn spanned(&self) -> &'s Spanned {
        match &self.shape {
            Shape::Byte { whole: spanned, .. }
            | Shape::Number(spanned)
            | Shape::RemainingLength(spanned)
            | Shape::Counted { content: spanned, .. }
            | Shape::Rest(spanned) => spanned,
        }
    }

    pub(super) fn field(&self) -> &'static Field {
        self.spanned().field
    }
}

/// The items of a packet, from the fields that the decoder saw in it.
pub(super) fn items(spans: &Spans) -> Vec<Item<'_>> {
    let seen: Vec<&Spanned> = spans.iter().collect();
    let mut items = Vec::new();
    let mut rest = &seen[..];
    while let Some((first, behind)) = rest.split_first() {
        let (shape, taken) = shape(first, behind);
        let end = match &shape {
            Shape::Counted { content, .. } => content.span.end(),
            _ => first.span.end(),
        };
        items.push(Item { shape, range: first.span.offset..end });
        rest = &behind[taken..];
    }
    items
}

/// The shape that begins with this field, and how many of the fields behind it belong to it.
fn shape<'s>(first: &'s Spanned, behind: &[&'s Spanned]) -> (Shape<'s>, usize) {
    if first.is_group {
        let parts: Vec<_> =
            behind.iter().copied().take_while(|part| part.span.bits.is_some()).collect();
        let taken = parts.len();
        return (Shape::Byte { whole: first, parts }, taken);
    }
    if is_remaining_length(first) {
        return (Shape::RemainingLength(first), 0);
    }
    if let Some(content) = behind.first().filter(|next| counts(first, next)) {
        return (Shape::Counted { length: first, content }, 1);
    }
    let shape = match (first.value(&[]), first.span.len) {
        (Value::Number(_), 2) => Shape::Number(first),
        (Value::Number(_), _) => Shape::Byte { whole: first, parts: Vec::new() },
        _ => Shape::Rest(first),
    };
    (shape, 0)
}

/// The only field of the fixed header that has its bytes for itself.
pub(super) fn is_remaining_length(spanned: &Spanned) -> bool {
    let Spanned { field, is_group, .. } = spanned;
    field.part == Part::FixedHeader && field.bits.is_none() && !is_group
}

/// Whether a field is the length of the one behind it.
fn counts(length: &Spanned, content: &Spanned) -> bool {
    length.field.key.strip_suffix("_length") == Some(content.field.key)
}
