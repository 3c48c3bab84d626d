//! The `key=value` words of a directive.

use std::collections::BTreeMap;
use std::str::FromStr;

/// What was written, until somebody asks for it.
#[derive(Debug)]
pub(crate) struct Options<'w>(BTreeMap<&'w str, &'w str>);

impl<'w> Options<'w> {
    pub(crate) fn read(words: impl Iterator<Item = &'w str>) -> Result<Self, String> {
        words
            .map(|word| word.split_once('=').ok_or_else(|| format!("'{word}' is not key=value")))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(crate) fn needed<T: FromStr>(&mut self, key: &str) -> Result<T, String> {
        self.optional(key)?.ok_or_else(|| format!("{key}=… is missing"))
    }

    pub(crate) fn optional<T: FromStr>(&mut self, key: &str) -> Result<Option<T>, String> {
        let Some(value) = self.0.remove(key) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| format!("'{value}' is no {key}"))
    }

    /// As [`needed`](Self::needed), but it stays there for the next one who asks.
    pub(crate) fn peek(&self, key: &str) -> Result<String, String> {
        let value = self.0.get(key).ok_or_else(|| format!("{key}=… is missing"))?;
        Ok((*value).to_owned())
    }

    /// Nothing may be left that nobody asked for.
    pub(crate) fn finish(self) -> Result<(), String> {
        self.0.keys().next().map_or(Ok(()), |key| Err(format!("'{key}' is not known here")))
    }
}
