//! Who watches a scenario.

use std::io::Write;

use tap::{Record, Tap};
use tracer::{Page, Printer};

/// Sees what goes over the wire, as a [`Tap`], and hears what the scenario tells in between.
pub trait Audience: Tap {
    /// A paragraph of the scenario's own words: what is about to happen.
    fn hear(&self, paragraph: &str);

    /// The scenario is over: the point to remember.
    fn conclude(&self, remember: &str);

    /// What the two ends of a connection over TLS see in it. It is seen like anything else, unless an
    /// audience knows better.
    fn within_tls(&self, record: Record) {
        self.record(record);
    }

    /// What somebody in between sees of a connection over TLS: its bytes. Nobody looks, unless an
    /// audience does.
    fn outside_tls(&self, _record: Record) {}

    /// A key of a TLS session, as a line of a key log. It comes before the bytes that it is for, and
    /// nobody keeps it, unless an audience does.
    fn session_key(&self, _line: &str) {}
}

/// A tap for what is within TLS.
#[cfg(feature = "tls")]
pub(crate) struct WithinTls(pub(crate) std::sync::Arc<dyn Audience>);

#[cfg(feature = "tls")]
impl Tap for WithinTls {
    fn record(&self, record: Record) {
        self.0.within_tls(record);
    }
}

/// An audience that reads: the packets as the [`Printer`] prints them, and the words between them
/// behind a bar, so that nobody takes them for a part of a packet.
pub struct Reader<W> {
    printer: Printer<W>,
    page: Page,
}

/// Words are easier to read on lines that are not too long.
const WIDEST_PARAGRAPH: usize = 90;

impl<W: Write> Reader<W> {
    /// Reads from this printer, on this page.
    pub fn new(printer: Printer<W>, page: Page) -> Self {
        Self { printer, page }
    }

    /// The printer.
    pub fn printer(&self) -> &Printer<W> {
        &self.printer
    }
}

impl<W: Write + Send> Tap for Reader<W> {
    fn record(&self, record: Record) {
        self.printer.record(record);
    }
}

impl<W: Write + Send> Audience for Reader<W> {
    fn hear(&self, paragraph: &str) {
        let width = self.page.width.min(WIDEST_PARAGRAPH).saturating_sub(2);
        self.printer.pause();
        for line in paragraph.lines().flat_map(|line| wrap(line, width)) {
            self.printer.say(format!("┃ {line}").trim_end());
        }
        self.printer.pause();
    }

    /// All of it once more, a line a packet, and then the point to remember.
    fn conclude(&self, remember: &str) {
        self.printer.pause();
        self.printer.recap();
        self.hear(&format!("To remember: {remember}"));
    }
}

/// Breaks a line between words. A line that begins with a space is part of a table and stays whole.
fn wrap(line: &str, width: usize) -> Vec<String> {
    if line.starts_with(' ') || line.is_empty() {
        return vec![line.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_tables_are_not() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
        assert_eq!(wrap("  a table row", 3), ["  a table row"]);
        assert_eq!(wrap("", 3), [""]);
    }
}
