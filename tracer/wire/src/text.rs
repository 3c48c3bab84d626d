//! UTF-8 strings as MQTT has them.

use std::error::Error;
use std::fmt;
use std::ops::{Deref, Range};
use std::str::Utf8Error;

use bytes::Bytes;
use bytestring::ByteString;

use crate::requirements;
use crate::rule::Rule;
use crate::rules;
use crate::walk::Placeholder;

/// A UTF-8 encoded string (MQTT 3.1.1 §1.5.3): 0 to 65535 bytes, well-formed, without U+0000.
///
/// It is checked once, when it is made, and shares the buffer that it was cut from: a clone copies
/// no bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(ByteString);

impl Text {
    /// The most bytes that a string can have, since its length stands in two bytes (§1.5.3).
    pub const MAX: usize = 65_535;

    /// The empty string.
    pub const EMPTY: Self = Self::from_static("");

    /// Takes these bytes as a string.
    ///
    /// # Errors
    ///
    /// Ill-formed UTF-8 breaks `[MQTT-1.5.3-1]`, U+0000 breaks `[MQTT-1.5.3-2]`, and more than
    /// 65535 bytes have no length of two bytes (§1.5.3).
    #[inline]
    pub fn new(bytes: impl Into<Bytes>) -> Result<Self, TextError> {
        let bytes = bytes.into();
        if bytes.len() > Self::MAX {
            let range = Self::MAX..bytes.len();
            return Err(TextError { rule: &requirements::STRING_LENGTH, range });
        }
        let length = bytes.len();
        match ByteString::try_from(bytes) {
            Ok(text) => match memchr::memchr(0, text.as_bytes()) {
                None => Ok(Self(text)),
                Some(at) => Err(TextError { rule: &rules::MQTT_1_5_3_2, range: at..at + 1 }),
            },
            Err(error) => Err(ill_formed(error, length)),
        }
    }

    /// For the constants of this package, which are short and without U+0000.
    pub(crate) const fn from_static(text: &'static str) -> Self {
        Self(ByteString::from_static(text))
    }

    /// The string's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The string's bytes, shared.
    pub fn into_bytes(self) -> Bytes {
        self.0.into_bytes()
    }
}

/// The bytes to blame for what is no UTF-8 in a string of this length.
#[cold]
fn ill_formed(error: Utf8Error, length: usize) -> TextError {
    let start = error.valid_up_to();
    let end = error.error_len().map_or(length, |len| start + len);
    TextError { rule: &rules::MQTT_1_5_3_1, range: start..end }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for Text {
    type Error = TextError;

    fn try_from(text: &str) -> Result<Self, TextError> {
        Self::new(Bytes::copy_from_slice(text.as_bytes()))
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

impl Placeholder for Text {
    fn placeholder() -> Self {
        Self::EMPTY
    }
}

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
