//! The command line: serve the book, build it, or preprocess it for an installed mdBook.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use mdbook_driver::MDBook;
use mdbook_driver::errors::Result;
use mdbook_preprocessor::{Preprocessor, parse_input};

use crate::place;
use crate::preprocessor::Lab;
use crate::serve::serve;

/// Where the sources of the book are.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[derive(Parser)]
#[command(
    name = "book",
    version,
    about = "Serves the book of the lab, or builds it",
    long_about = "Serves the book of the lab, or builds it.\n\nWithout a command it builds the book, \
                  serves it on the loopback, opens it in the browser, and builds it anew when a chapter \
                  changes.",
    after_help = "\
Examples:
  cargo run -p book                          read the book, and run scenarios in it
  cargo run -p book -- --open keep-alive     … at a field, a packet, a rule or a chapter
  cargo run -p book -- --open MQTT-3.1.2-24
  cargo run -p book -- build                 the book as HTML, in book/book
  cargo run -p book -- build --to site       … in another folder",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Args)]
struct Serve {
    /// Where to begin: a chapter, a packet, a field or a rule
    #[arg(long, value_name = "PLACE", conflicts_with = "no_open")]
    open: Option<String>,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    /// The port of the loopback; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 3000)]
    port: u16,
    /// Where to build to [default: book/book]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Build the book as HTML that needs no server and no network
    Build {
        /// Where to [default: book/book]
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
    },
    /// What an installed mdBook calls: the book as JSON from standard input to standard output
    Preprocess {
        #[command(subcommand)]
        question: Option<Question>,
    },
}

#[derive(Subcommand)]
enum Question {
    /// Whether a renderer is supported: exit code 0 if so, 1 if not
    Supports { renderer: String },
}

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let Arguments { command, serve } = Arguments::parse();
    let result = match command {
        None => serve.run(),
        Some(Command::Build { to }) => build_and_tell(to.as_deref()),
        Some(Command::Preprocess { question: Some(Question::Supports { renderer }) }) => {
            let is_supported = Lab.supports_renderer(&renderer).unwrap_or(false);
            return if is_supported { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Some(Command::Preprocess { question: None }) => preprocess(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "book: {error:#}"); // else nobody is left to tell
            if error.is::<place::Unknown>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

impl Serve {
    fn run(self) -> Result<()> {
        let folder = build(self.to.as_deref())?;
        let place = self.open.as_deref().map(|wanted| place::find(&folder, wanted)).transpose()?;
        serve(folder, self.port, |address| {
            let url = format!("http://{address}/{}", place.unwrap_or_default());
            writeln!(io::stdout(), "the book is at {url}\nCtrl-C ends it")?;
            if !self.no_open && opener::open_browser(&url).is_err() {
                writeln!(io::stdout(), "no browser could be opened: open the address yourself")?;
            }
            Ok(())
        })
    }
}

/// Builds the book into this folder, or where `book.toml` says, and tells where that is.
pub(crate) fn build(to: Option<&Path>) -> Result<PathBuf> {
    let mut book = MDBook::load(ROOT)?;
    if let Some(to) = to {
        book.config.build.build_dir = std::path::absolute(to)?;
    }
    book.with_preprocessor(Lab);
    book.build()?;
    Ok(book.build_dir_for("html"))
}

fn build_and_tell(to: Option<&Path>) -> Result<()> {
    let index = build(to)?.join("index.html");
    writeln!(io::stdout(), "the book is at {}", index.display())?;
    Ok(())
}

fn preprocess() -> Result<()> {
    let (context, book) = parse_input(io::stdin())?;
    let book = Lab.run(&context, book)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(())
}
