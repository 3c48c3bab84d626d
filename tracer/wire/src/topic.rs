//! Topic Names, Topic Filters, and which of them belong together (MQTT 3.1.1 §4.7).

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use crate::rules;
use crate::text::{Cut, Text, TextError};
use crate::walk::placeholder;

/// A Topic Name: the label of a message. At least one character, no wildcards.
///
/// ```
/// use wire::TopicName;
///
/// assert!(TopicName::new("kitchen/temperature").is_ok());
/// assert_eq!(TopicName::new("kitchen/+").unwrap_err().rule.id, "MQTT-4.7.1-1");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicName(Text);

impl TopicName {
    /// Takes this text as a Topic Name.
    ///
    /// # Errors
    ///
    /// An empty text breaks `[MQTT-4.7.3-1]`, a wildcard `[MQTT-4.7.1-1]`; text that is no UTF-8
    /// string at all fails as [`Text::new`] does.
    pub fn new(text: impl Into<Bytes>) -> Result<Self, TextError> {
        Self::from_text(Text::new(text)?)
    }

    /// Takes this string as a Topic Name.
    ///
    /// # Errors
    ///
    /// An empty string breaks `[MQTT-4.7.3-1]`, a wildcard `[MQTT-4.7.1-1]`.
    #[inline]
    pub fn from_text(text: Text) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError { rule: &rules::MQTT_4_7_3_1, range: 0..0 });
        }
        match text.bytes().position(|byte| byte == b'+' || byte == b'#') {
            Some(at) => Err(TextError { rule: &rules::MQTT_4_7_1_1, range: at..at + 1 }),
            None => Ok(Self(text)),
        }
    }

    /// The topic levels, from left to right: what stands between the `/`. They may be empty.
    pub fn levels(&self) -> impl Iterator<Item = &str> {
        self.split('/')
    }

    /// Whether the name begins with `$`, so that no filter that begins with a wildcard matches it
    /// (`[MQTT-4.7.2-1]`).
    pub fn begins_with_dollar(&self) -> bool {
        self.starts_with('$')
    }
}

impl Cut for TopicName {
    /// All that it is held to takes one look. Where that finds something wrong, two more find out what.
    #[allow(clippy::inline_always)] // `decoder.rs` tells why
    #[inline(always)]
    fn cut(bytes: &[u8], len: usize, share: impl Fn() -> Bytes) -> Result<Self, TextError> {
        match Text::without([0, b'+', b'#'], bytes, len, &share) {
            Some(text) if len > 0 => Ok(Self(text)),
            _ => Self::from_text(Text::cut(bytes, len, share)?),
        }
    }
}

/// A Topic Filter: which topics a subscription asks for. `+` stands for one level, `#` at the end for
/// any number of them.
///
/// ```
/// use wire::{TopicFilter, TopicName};
///
/// let filter = TopicFilter::new("kitchen/#").unwrap();
/// assert!(filter.matches(&TopicName::new("kitchen/oven/door").unwrap()));
/// assert!(filter.matches(&TopicName::new("kitchen").unwrap()));
/// assert_eq!(TopicFilter::new("kitchen#").unwrap_err().rule.id, "MQTT-4.7.1-2");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicFilter(Text);

impl TopicFilter {
    /// Takes this text as a Topic Filter.
    ///
    /// # Errors
    ///
    /// An empty text breaks `[MQTT-4.7.3-1]`, a `#` that is not alone on the last level
    /// `[MQTT-4.7.1-2]`, a `+` that is not alone on its level `[MQTT-4.7.1-3]`; text that is no
    /// UTF-8 string at all fails as [`Text::new`] does.
    pub fn new(text: impl Into<Bytes>) -> Result<Self, TextError> {
        Self::from_text(Text::new(text)?)
    }

    /// Takes this string as a Topic Filter.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), but for what makes a string.
    pub fn from_text(text: Text) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError { rule: &rules::MQTT_4_7_3_1, range: 0..0 });
        }
        let bytes = text.as_bytes();
        let starts_level = |at: usize| at == 0 || bytes[at - 1] == b'/';
        let ends_level = |at: usize| at + 1 == bytes.len() || bytes[at + 1] == b'/';
        for (at, byte) in bytes.iter().enumerate() {
            let range = at..at + 1;
            match byte {
                b'#' if !starts_level(at) || at + 1 != bytes.len() => {
                    return Err(TextError { rule: &rules::MQTT_4_7_1_2, range });
                }
                b'+' if !starts_level(at) || !ends_level(at) => {
                    return Err(TextError { rule: &rules::MQTT_4_7_1_3, range });
                }
                _ => {}
            }
        }
        Ok(Self(text))
    }

    /// The topic levels of the filter, from left to right; `+` and `#` stand alone on theirs.
    pub fn levels(&self) -> impl Iterator<Item = &str> {
        self.split('/')
    }

    /// Whether there is a `+` or `#` in the filter.
    pub fn has_wildcard(&self) -> bool {
        self.bytes().any(|byte| byte == b'+' || byte == b'#')
    }

    /// Whether a message with this Topic Name belongs to this filter: level by level, character by
    /// character (`[MQTT-4.7.3-4]`), and wildcards at the front never reach into topics that begin
    /// with `$` (`[MQTT-4.7.2-1]`).
    pub fn matches(&self, topic: &TopicName) -> bool {
        if topic.begins_with_dollar() && (self.starts_with('+') || self.starts_with('#')) {
            return false;
        }
        let mut levels = topic.levels();
        for filter in self.levels() {
            if filter == "#" {
                return true; // the level before it and all below: `a/#` matches `a` as well
            }
            match levels.next() {
                Some(level) if filter == "+" || filter == level => {}
                _ => return false,
            }
        }
        levels.next().is_none()
    }
}

impl Cut for TopicFilter {
    fn cut(bytes: &[u8], len: usize, share: impl Fn() -> Bytes) -> Result<Self, TextError> {
        Self::from_text(Text::cut(bytes, len, share)?)
    }
}

macro_rules! text_like {
    ($($name:ident)*) => {$(
        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<&str> for $name {
            type Error = TextError;

            fn try_from(text: &str) -> Result<Self, TextError> {
                Self::from_text(Text::try_from(text)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self)
            }
        }

        impl $name {
            /// None that could be sent: it stands in for one that is still to be read.
            pub(crate) const EMPTY: Self = Self(Text::EMPTY);
        }

        placeholder!($name, $name::EMPTY);
    )*};
}

text_like!(TopicName TopicFilter);

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(filter: &str, topic: &str) -> bool {
        TopicFilter::try_from(filter).unwrap().matches(&TopicName::try_from(topic).unwrap())
    }

    #[test]
    fn filters_match_as_the_standard_says() {
        let yes = [
            ("a/#", "a"),
            ("a/#", "a/b"),
            ("a/#", "a/b/c"),
            ("a/#", "a/"),
            ("#", "a/b"),
            ("#", "/"),
            ("+", "a"),
            ("a/+", "a/b"),
            ("a/+", "a/"),
            ("+/+", "/a"),
            ("/+", "/a"),
            ("+/b", "a/b"),
            ("+/b", "/b"),
            ("$SYS/#", "$SYS"),
            ("$SYS/#", "$SYS/x"),
            ("$SYS/+", "$SYS/x"),
            ("a//b", "a//b"),
            ("a/+/b", "a//b"),
            ("A b", "A b"),
        ];
        for (filter, topic) in yes {
            assert!(matches(filter, topic), "{filter} matches {topic}");
        }
        let no = [
            ("a/#", "ab"),
            ("a/#", "b/a"),
            ("#", "$SYS/x"),
            ("#", "$SYS"),
            ("+", "a/b"),
            ("+", "/a"),
            ("+", "$x"),
            ("a/+", "a"),
            ("a/+", "a/b/c"),
            ("+/b", "$a/b"),
            ("a", "A"),
            ("a/b", "a/b/"),
            ("a", "a "),
            ("\u{e9}", "e\u{301}"),
        ];
        for (filter, topic) in no {
            assert!(!matches(filter, topic), "{filter} does not match {topic}");
        }
    }

    #[test]
    fn misplaced_wildcards_name_rule_and_byte() {
        let broken = [
            ("", "MQTT-4.7.3-1", 0..0),
            ("a#", "MQTT-4.7.1-2", 1..2),
            ("a/#/b", "MQTT-4.7.1-2", 2..3),
            ("##", "MQTT-4.7.1-2", 0..1),
            ("a+", "MQTT-4.7.1-3", 1..2),
            ("+a/b", "MQTT-4.7.1-3", 0..1),
            ("a/++", "MQTT-4.7.1-3", 2..3),
        ];
        for (filter, rule, range) in broken {
            let error = TopicFilter::try_from(filter).unwrap_err();
            assert_eq!((error.rule.id, error.range), (rule, range), "{filter}");
        }
        for filter in ["#", "+", "/", "a/#", "+/+/#", "a/+/b", "/+"] {
            assert!(TopicFilter::try_from(filter).is_ok(), "{filter}");
        }
    }
}
