//! UTF-8 strings as MQTT has them.
#![allow(clippy::inline_always)] // `decoder.rs` tells why

mod cut;

use std::cmp::Ordering;
use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::str;

use arrayvec::ArrayString;
use bytes::Bytes;
use bytestring::ByteString;

pub(crate) use cut::Cut;
use cut::{copy_without, has_any};

use crate::requirements;
use crate::rule::Rule;
use crate::rules;
use crate::walk::placeholder;

/// A UTF-8 encoded string (MQTT 3.1.1 §1.5.3): 0 to 65535 bytes, well-formed, without U+0000.
///
/// It is checked once, when it is made. A short one lies in the value itself; a long one shares the buffer
/// that it was cut from, so that a clone copies no bytes.
#[derive(Clone)]
pub struct Text(Content);

/// Where the bytes of a string are. Most Topic Names and Client Identifiers are short, and to copy so
/// few bytes costs less than to tell a shared buffer that it has one owner more, and later one less:
/// those are two atomic operations.
#[derive(Clone)]
enum Content {
    /// Here: at most [`SHORT`] bytes.
    Here(ArrayString<SHORT>),
    /// In a buffer that others share.
    Shared(ByteString),
}

/// The most bytes that a string has to itself. A [`Text`] is then 40 bytes large, and 32 if it always
/// shared.
const SHORT: usize = 32;

impl Text {
    /// The most bytes that a string can have, since its length stands in two bytes (§1.5.3).
    pub const MAX: usize = 65_535;

    /// The empty string.
    pub const EMPTY: Self = Self(Content::Here(ArrayString::new_const()));

    /// Takes these bytes as a string.
    ///
    /// # Errors
    ///
    /// Ill-formed UTF-8 breaks `[MQTT-1.5.3-1]`, U+0000 breaks `[MQTT-1.5.3-2]`, and more than
    /// 65535 bytes have no length of two bytes (§1.5.3).
    #[inline]
    pub fn new(bytes: impl Into<Bytes>) -> Result<Self, TextError> {
        let bytes = bytes.into();
        Self::cut(&bytes, bytes.len(), || bytes.clone())
    }

    /// Takes the first `len` bytes as a string that has none of the `unwanted` ones, if it is one.
    #[inline(always)]
    pub(crate) fn without<const N: usize>(
        unwanted: [u8; N],
        bytes: &[u8],
        len: usize,
        share: impl FnOnce() -> Bytes,
    ) -> Option<Self> {
        let content = if len <= SHORT {
            Content::Here(copy_without(unwanted, bytes, len)?)
        } else if len <= Self::MAX && !has_any(unwanted, &bytes[..len]) {
            Content::Shared(ByteString::try_from(share()).ok()?)
        } else {
            return None;
        };
        Some(Self(content))
    }

    /// For the constants of this package, which are short and without U+0000.
    pub(crate) const fn from_static(text: &'static str) -> Self {
        Self(Content::Shared(ByteString::from_static(text)))
    }

    /// The string's text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Content::Here(text) => text,
            Content::Shared(text) => text,
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Cut for Text {
    #[inline(always)]
    fn cut(bytes: &[u8], len: usize, share: impl Fn() -> Bytes) -> Result<Self, TextError> {
        Self::without([0], bytes, len, share).ok_or_else(|| fault(&bytes[..len]))
    }
}

/// What is wrong with bytes that are no string.
#[cold]
fn fault(bytes: &[u8]) -> TextError {
    if bytes.len() > Text::MAX {
        return TextError { rule: &requirements::STRING_LENGTH, range: Text::MAX..bytes.len() };
    }
    match str::from_utf8(bytes) {
        Ok(text) => {
            let at = text.find('\0').unwrap_or(0);
            TextError { rule: &rules::MQTT_1_5_3_2, range: at..at + 1 }
        }
        Err(error) => {
            let start = error.valid_up_to();
            let end = error.error_len().map_or(bytes.len(), |len| start + len);
            TextError { rule: &rules::MQTT_1_5_3_1, range: start..end }
        }
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl TryFrom<&str> for Text {
    type Error = TextError;

    fn try_from(text: &str) -> Result<Self, TextError> {
        Self::cut(text.as_bytes(), text.len(), || Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

placeholder!(Text, Text::EMPTY);

/// Why some bytes are no string, Topic Name or Topic Filter, and which of them are to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The rule that the bytes break.
    pub rule: &'static Rule,
    /// The bytes to blame, counted from the first byte of the string. Empty where something is
    /// missing.
    pub range: Range<usize>,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.range.is_empty() {
            write!(f, "{} {}", self.rule.sentence, self.rule)
        } else {
            write!(f, "byte {} of the text: {} {}", self.range.start, self.rule.sentence, self.rule)
        }
    }
}

impl Error for TextError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_as_large_as_it_says() {
        assert_eq!(size_of::<Text>(), 40);
        assert_eq!(size_of::<Option<Text>>(), 40);
    }

    proptest! {
        /// Short or long, from here or from there: equal, ordered and hashed by its text alone.
        #[test]
        fn texts_compare_as_their_text_does(left in "[^\\x00]{0,40}", right in "[^\\x00]{0,40}") {
            let texts = [&left, &right].map(|text| Text::new(text.clone()).unwrap());
            prop_assert_eq!(texts[0].cmp(&texts[1]), left.cmp(&right));
            prop_assert_eq!(texts[0] == texts[1], left == right);
        }
    }
}
