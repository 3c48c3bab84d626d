//! How commands print: the options that all of them share, and how they end.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use clap::{Args, ValueEnum};

use crate::{Detail, Format, Page, Palette, Printer};

/// The options on how packets are shown. Flatten them into the arguments of a command.
#[derive(Args, Clone, Debug)]
pub struct OutputOptions {
    /// How much of each packet is shown
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "fields",
        global = true,
        value_parser = PossibleValuesParser::new(Detail::ALL.map(|(_, name)| name))
            .try_map(|name| name.parse::<Detail>())
    )]
    pub detail: Detail,
    /// The form of the output: for people, or one JSON object a line
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        global = true,
        value_parser = PossibleValuesParser::new(Format::ALL.map(|(_, name)| name))
            .try_map(|name| name.parse::<Format>())
    )]
    pub format: Format,
    /// When to use colour; auto means on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: Color,
    /// How many columns a line may have [default: as many as the terminal has]
    #[arg(long, value_name = "COLUMNS", global = true)]
    pub width: Option<usize>,
    /// For a room: bright, bold colours, and at most 80 columns. With --step also at most 24 lines at a time
    #[arg(long, global = true)]
    pub projector: bool,
    /// Show long values to their last byte
    #[arg(long, global = true)]
    pub full: bool,
}

/// Columns that can be read at the other end of a room, at the most.
const PROJECTOR: usize = 80;

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl OutputOptions {
    /// The page that these options ask for, on standard output.
    pub fn page(&self) -> Page {
        self.page_on(&io::stdout())
    }

    /// The page that these options ask for, on this stream.
    pub fn page_on(&self, stream: &impl IsTerminal) -> Page {
        let terminal = stream.is_terminal();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = match self.color {
            Color::Auto => terminal && !no_color,
            Color::Always => true,
            Color::Never => false,
        };
        let columns = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = self.width.or_else(|| columns().filter(|_| terminal));
        let width = width.unwrap_or(Page::PLAIN.width);
        let (palette, width) = if self.projector {
            (Palette::Projector, width.min(PROJECTOR))
        } else {
            (Palette::Usual, width)
        };
        Page { width, colour: colour.then_some(palette) }
    }

    /// A printer of a conversation to `out`, as these options ask for.
    pub fn printer<W: Write>(&self, out: W) -> Printer<W> {
        Printer::new(out, self.format, self.page(), self.detail).full(self.full)
    }

    /// A printer of packets that belong to no conversation, as these options ask for.
    pub fn printer_apart<W: Write>(&self, out: W) -> Printer<W> {
        Printer::apart(out, self.format, self.page(), self.detail).full(self.full)
    }
}

/// How a command ended that could not do all that it was asked.
#[derive(Debug)]
pub enum Failure {
    /// What was checked is wrong: exit code 1. What is wrong was said already, or is said here.
    Wrong(Option<String>),
    /// The command was used wrongly: exit code 2.
    Usage(String),
    /// Output could not be written.
    Output(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(None) => Ok(()),
            Self::Wrong(Some(message)) | Self::Usage(message) => f.write_str(message),
            Self::Output(error) => write!(f, "cannot write the output: {error}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Reads an address to listen on or to connect to, for clap: `IP:PORT` or `localhost:PORT`.
///
/// # Errors
///
/// What is wanted, in a sentence.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let is_here = text.starts_with("localhost:");
    let found = is_here.then(|| text.to_socket_addrs().ok()).flatten();
    // IPv4 first, as everywhere in the lab.
    let mut found: Vec<_> = found.into_iter().flatten().collect();
    found.sort_by_key(SocketAddr::is_ipv6);
    found.first().copied().ok_or_else(|| {
        "an address has a port, as 127.0.0.1:1883, [::1]:1883 or, for all of this machine's, \
         0.0.0.0:1883"
            .to_owned()
    })
}

/// Tells on standard error what went wrong, and with which exit code the command ends. A reader that
/// went away, as in `… | head`, is no failure.
pub fn exit_code(command: &str, result: Result<(), Failure>) -> ExitCode {
    let failure = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return ExitCode::SUCCESS;
        }
        Err(failure) => failure,
    };
    let message = failure.to_string();
    if !message.is_empty() {
        // Where standard error is closed, nobody is left to tell.
        let _ = writeln!(io::stderr(), "{command}: {message}");
    }
    match failure {
        Failure::Usage(_) => ExitCode::from(2),
        Failure::Wrong(_) | Failure::Output(_) => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_port() {
        for good in ["127.0.0.1:1883", "[::1]:1883", "localhost:1883"] {
            assert_eq!(address(good).unwrap().port(), 1883, "{good}");
        }
        for wrong in ["foo", "1883", "127.0.0.1", "localhost", "::1", ""] {
            assert!(address(wrong).unwrap_err().contains("127.0.0.1:1883"), "{wrong}");
        }
    }
}
