//! Whoever wants to see the fields while a packet is decoded.

use crate::field::{Field, Group, Span, Value};

/// Sees every field that is decoded, in the order of the wire. `()` sees nothing and costs nothing.
pub trait Observer {
    /// Whether there is anybody to look. Where it is false the decoder does not even prepare what
    /// it would show.
    const ACTIVE: bool = true;

    /// A byte that holds several fields; those follow as calls of [`field`](Self::field).
    fn group(&mut self, group: &'static Group, span: Span, value: Value<'_>);

    /// A field: each bit of the packet is in exactly one of them.
    fn field(&mut self, field: &'static Field, span: Span, value: Value<'_>);
}

impl Observer for () {
    const ACTIVE: bool = false;

    fn group(&mut self, _: &'static Group, _: Span, _: Value<'_>) {}

    fn field(&mut self, _: &'static Field, _: Span, _: Value<'_>) {}
}
