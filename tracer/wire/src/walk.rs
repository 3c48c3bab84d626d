//! The one idea of this package: a packet's layout is a function, and there is one for each packet.
//!
//! `Connect::walk`, `Publish::walk` and their kin name the fields of their packet in the order of the
//! wire. They do not know whether they are being read or written: that is the business of the pass
//! that they are given, an implementation of [`Walk`].
//!
//! - The *decoder* ignores the value that a step hands to it, takes the value from the bytes and
//!   gives that back.
//! - The *encoder* writes the value that a step hands to it, and gives back as much of it as the steps
//!   behind it look at: numbers and strings.
//! - The *outline* writes nothing and reads nothing: it notes the field, for the tables of the book.
//!
//! So there is no second place that could disagree about a layout: `walk(values in) → values out`,
//! and in between each step is one field. Rules are checked right behind the field that they judge,
//! by [`ensure`](Walk::ensure), in the encoder just as in the decoder.

use bytes::Bytes;

use crate::field::{Field, Group, Prefixed};
use crate::rule::Rule;
use crate::text::{Cut, Text};
use crate::version::Version;

/// A pass over the layout of a packet.
pub(crate) trait Walk: Sized {
    /// What stops the pass: a broken rule, most of all.
    type Error;

    /// The version that governs the connection; a CONNECT brings its own.
    fn version(&self) -> Version;

    /// A byte that holds several fields.
    fn group(&mut self, group: &'static Group, byte: u8) -> Result<u8, Self::Error>;

    /// A byte that is one field.
    fn u8(&mut self, field: &'static Field, number: u8) -> Result<u8, Self::Error>;

    /// A two-byte integer, high byte first (§1.5.2).
    fn u16(&mut self, field: &'static Field, number: u16) -> Result<u16, Self::Error>;

    /// A UTF-8 string behind its length (§1.5.3).
    fn text(&mut self, field: &'static Prefixed, text: &Text) -> Result<Text, Self::Error>;

    /// A string of a narrower type, such as a Topic Name. `rules` are those that make it so, as they are
    /// told for this field; a wildcard in a Topic Name breaks the first.
    fn topic<T: Cut + Placeholder>(
        &mut self,
        field: &'static Prefixed,
        rules: &[&'static Rule],
        topic: &T,
    ) -> Result<T, Self::Error>;

    /// Bytes of any value behind their length.
    fn binary(&mut self, field: &'static Prefixed, bytes: &Bytes) -> Result<Bytes, Self::Error>;

    /// All that is left of the packet: nothing is read behind it.
    fn rest(&mut self, field: &'static Field, bytes: &Bytes) -> Result<Bytes, Self::Error>;

    /// The Remaining Length, and then `body`, which it counts (§2.2.3).
    fn framed<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, Self::Error>,
    ) -> Result<T, Self::Error>;

    /// A part that is there only on a condition.
    fn when<T: Placeholder>(
        &mut self,
        condition: &Condition,
        value: Option<&T>,
        part: impl FnOnce(&mut Self, &T) -> Result<T, Self::Error>,
    ) -> Result<Option<T>, Self::Error>;

    /// A part that comes again and again up to the end of the packet, and at least once: none at all
    /// breaks `rule`, of which `field` is told.
    fn each<T: Placeholder>(
        &mut self,
        field: &'static Field,
        rule: &'static Rule,
        values: &[T],
        part: impl FnMut(&mut Self, &T) -> Result<T, Self::Error>,
    ) -> Result<Vec<T>, Self::Error>;

    /// Holds the field that was read last to a rule.
    fn ensure(
        &mut self,
        ok: bool,
        field: &'static Field,
        rule: &'static Rule,
    ) -> Result<(), Self::Error>;

    /// The packet ends here: bytes that are left break `rule`.
    fn end(&mut self, rule: &'static Rule) -> Result<(), Self::Error>;
}

/// When a part of a packet is there.
pub(crate) struct Condition {
    /// Whether it is there in this packet.
    pub(crate) holds: bool,
    /// The condition in words, for the tables of the book: `User Name Flag is 1`. Empty for always.
    pub(crate) words: &'static str,
    /// The rule that a packet breaks which ends before a part that has to be there.
    pub(crate) missing: &'static Rule,
    /// The rule that a packet breaks which has the part though the condition does not hold.
    pub(crate) surplus: Option<&'static Rule>,
}

/// A value that the decoder hands to a step where the encoder hands the one to write, and that the encoder
/// gives back where the decoder gives the one that it read. It never leaves the walk.
pub(crate) trait Placeholder: Sized + 'static {
    /// One to give back.
    fn placeholder() -> Self;

    /// One to hand to a step, which only looks at it.
    fn lent() -> &'static Self;
}

/// What stands in as a placeholder for values of a type.
macro_rules! placeholder {
    ($type:ty, $value:expr) => {
        impl crate::walk::Placeholder for $type {
            #[inline]
            fn placeholder() -> Self {
                $value
            }

            fn lent() -> &'static Self {
                static PLACEHOLDER: $type = $value;
                &PLACEHOLDER
            }
        }
    };
}

pub(crate) use placeholder;

placeholder!(Bytes, Bytes::new());
