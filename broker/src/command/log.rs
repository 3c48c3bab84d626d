//! What a broker says that nobody traces: a line on standard error for each thing that happens.

use std::io::{self, Write};

use tap::{Record, Side, Tap, What};

/// A line for each Network Connection that comes and goes, and for each event.
pub(super) struct Log;

impl Tap for Log {
    fn record(&self, record: Record) {
        let client = record.connection.map(|connection| connection.client);
        let mut line = match (record.what, client) {
            (What::Opened { .. }, Some(client)) => format!("{client} connected"),
            (What::Closed { by: Side::Client }, Some(client)) => format!("{client} is gone"),
            (What::Closed { by: Side::Server }, Some(client)) => format!("{client} closed"),
            (What::Event(sentence), _) => printable(&sentence),
            _ => return,
        };
        // In one write, which nobody else's line can divide.
        line.push('\n');
        // Where standard error is closed, nobody is left to tell.
        let _ = io::stderr().write_all(line.as_bytes());
    }
}

/// The sentence without the control characters that a client may have in its name: no client commands
/// the terminal.
fn printable(sentence: &str) -> String {
    sentence.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_command_the_terminal() {
        assert_eq!(printable("\u{1b}[2J\nalice, größer"), "\u{fffd}[2J\u{fffd}alice, größer");
    }
}
