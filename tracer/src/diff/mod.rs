//! The difference of two packets, field by field and bit by bit, the cause first; and of two
//! [`conversations`].
//!
//! ```text
//!   expected ─▶ decoder ─▶ items ─┐
//!                                 ├─▶ align ─▶ steps ─▶ judge ─▶ Findings ─▶ text
//!   actual ───▶ decoder ─▶ items ─┘   (the likeliest     (mistakes, and
//!                                      mistakes)          what follows)
//! ```
//!
//! Two packets compared byte by byte are different from the first mistake to the end: one length that
//! was forgotten shifts all that follows, and the first byte that is different is the Remaining
//! Length, which is not to blame. So the expected packet, of which every field is known, is laid along
//! the actual bytes with as few mistakes as possible: [`packets`] tells these, and what only follows
//! from them comes last and says so. The actual bytes may be anything, also none.
//!
//! ```
//! use tracer::diff::{self, Kind};
//! use wire::Version;
//!
//! let expected = b"\x10\x11\0\x04MQTT\x04\x02\0\x3c\0\x05alice";
//! let forgotten = b"\x10\x0f\0\x04MQTT\x04\x02\0\x3calice";
//! let difference = diff::packets(expected, forgotten, Version::default());
//! assert_eq!(difference.findings()[0].kind, Kind::LengthMissing);
//! assert_eq!(difference.causes().count(), 1);
//! print!("{difference}");
//! ```

mod align;
mod conversation;
mod finding;
mod item;
#[cfg(feature = "json")]
mod json;
mod judge;
mod lengths;
mod names;
mod side;
mod steps;
mod text;
mod titles;
mod transitions;

use std::fmt;

use bytes::Bytes;
use wire::{Span, Version};

pub use conversation::{ClientDifference, Conversations, Slip, Step, conversations};
pub use finding::{BitsDiffer, Finding, Kind, Miscount, Role};

use crate::page::Page;
use align::{Actual, Alignment, align};
use item::{Item, items};
use side::Side;

/// How two packets differ. As text it fits 80 columns and needs no colour; [`text`](Self::text) fits
/// another page.
#[derive(Debug)]
pub struct Difference {
    expected: Side,
    actual: Side,
    findings: Vec<Finding>,
}

/// Compares the packet that was expected with the bytes that came. Either may be broken or cut off;
/// `version` is that of their connection, and a CONNECT brings its own.
pub fn packets(expected: &[u8], actual: &[u8], version: Version) -> Difference {
    let expected = Side::new(Bytes::copy_from_slice(expected), version);
    let actual = Side::new(Bytes::copy_from_slice(actual), version);
    let findings = compare(&expected, &actual);
    Difference { expected, actual, findings }
}

impl Difference {
    /// Whether the two are the same, byte by byte.
    pub fn is_equal(&self) -> bool {
        self.findings.is_empty()
    }

    /// What is different: the mistakes in the order of the wire, then what follows from them.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The mistakes alone.
    pub fn causes(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_cause())
    }

    /// The packet that was expected.
    pub fn expected(&self) -> &[u8] {
        &self.expected.bytes
    }

    /// The bytes that came.
    pub fn actual(&self) -> &[u8] {
        &self.actual.bytes
    }

    /// The difference for people, on a page like this: a line that sums it up, then each finding with
    /// the bytes that were wanted and those that came.
    pub fn text(&self, page: Page) -> String {
        text::text(self, page)
    }

    /// The difference for machines: a line of JSON for each finding.
    #[cfg(feature = "json")]
    pub fn json(&self) -> String {
        json::difference(self)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Page { width: 80, colour: None }))
    }
}

fn compare(expected: &Side, actual: &Side) -> Vec<Finding> {
    if expected.bytes == actual.bytes {
        return Vec::new();
    }
    let expected_items = items(&expected.spans);
    let actual_items = items(&actual.spans);
    if actual.bytes.is_empty() {
        let whole = Span { offset: 0, len: expected.bytes.len(), bits: None };
        let nowhere = Span { len: 0, ..whole };
        return vec![judge::cause(Kind::Nothing, whole, nowhere)];
    }
    let alignment = explain(expected, &expected_items, actual, &actual_items);
    judge::findings(expected, &expected_items, actual, &actual_items, &alignment)
}

/// The cheapest explanation: of all the bytes as the packet, or of the bytes up to the end that the
/// packet itself announces, with more behind.
fn explain(
    expected: &Side,
    expected_items: &[Item<'_>],
    actual: &Side,
    actual_items: &[Item<'_>],
) -> Alignment {
    let of = |actual| align(&expected.bytes, expected_items, actual);
    let all = actual.actual(actual_items);
    let whole = of(all);
    let announced = all.announced.filter(|&size| size < all.bytes.len());
    let Some(size) = announced else { return whole };
    let packet = of(Actual { bytes: &all.bytes[..size], ..all });
    if packet.cost.saturating_add(align::BEHIND) <= whole.cost {
        packet.followed_by(expected_items.len(), size..all.bytes.len())
    } else {
        whole
    }
}
