//! Which packet of a scenario an author means. It is told by what it is, not by its number: a packet
//! more at the beginning of a scenario then changes no chapter.

use std::fmt;

use crate::options::Options;
use crate::play::{Passed, Played};

/// The `nth` packet of this type in the scenario, among those from and to these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) scenario: String,
    packet_type: String,
    from: Option<String>,
    to: Option<String>,
    /// From 1.
    nth: usize,
}

impl Selector {
    pub(crate) fn read(options: &mut Options<'_>) -> Result<Self, String> {
        Ok(Self {
            scenario: options.needed("scenario")?,
            packet_type: options.needed("type")?,
            from: options.optional("from")?,
            to: options.optional("to")?,
            nth: options.optional("nth")?.unwrap_or(1),
        })
    }

    /// The same, but this one of them.
    pub(crate) fn nth(&self, nth: usize) -> Self {
        Self { nth, ..self.clone() }
    }

    /// The packet that is meant.
    pub(crate) fn pick<'p>(&self, played: &'p Played) -> Result<&'p Passed, String> {
        let is_it = |end: &Option<String>, name: &str| end.as_ref().is_none_or(|end| end == name);
        played
            .packets()
            .filter(|passed| passed.type_name() == self.packet_type)
            .filter(|passed| is_it(&self.from, passed.from()) && is_it(&self.to, passed.to()))
            .nth(self.nth.wrapping_sub(1))
            .ok_or_else(|| format!("scenario {} has no such packet: {self}", self.scenario))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} number {}", self.packet_type, self.nth)?;
        if let Some(from) = &self.from {
            write!(f, " from {from}")?;
        }
        match &self.to {
            Some(to) => write!(f, " to {to}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(words: &str) -> Result<u64, String> {
        let mut options = Options::read(words.split(' ')).unwrap();
        let selector = Selector::read(&mut options)?;
        let played = Played::of(&selector.scenario)?;
        selector.pick(&played).map(|passed| passed.number)
    }

    #[test]
    fn a_packet_is_found_by_what_it_is() {
        assert_eq!(picked("scenario=first-packets type=CONNECT"), Ok(1));
        let first = picked("scenario=first-packets type=CONNECT from=alice");
        assert_eq!(first, picked("scenario=first-packets type=CONNECT nth=2"));
        let message = "scenario first-packets has no such packet: PUBREC number 1 to bob";
        assert_eq!(picked("scenario=first-packets type=PUBREC to=bob"), Err(message.to_owned()));
        assert!(picked("scenario=first-packets type=CONNECT nth=0").is_err());
    }
}
