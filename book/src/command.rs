//! The command line: build the book, or preprocess it for an installed mdBook.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mdbook_driver::MDBook;
use mdbook_driver::errors::Result;
use mdbook_preprocessor::{Preprocessor, parse_input};

use crate::preprocessor::Lab;

#[derive(Parser)]
#[command(
    name = "book",
    version,
    about = "Builds the book of the lab",
    after_help = "\
Examples:
  cargo run -p book -- build                 the book as HTML, in book/book
  cargo run -p book -- build --to site       … in another folder"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
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
    let result = match Arguments::parse().command {
        Command::Build { to } => build(to),
        Command::Preprocess { question: Some(Question::Supports { renderer }) } => {
            let is_supported = Lab.supports_renderer(&renderer).unwrap_or(false);
            return if is_supported { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Command::Preprocess { question: None } => preprocess(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "book: {error:#}"); // else nobody is left to tell
            ExitCode::FAILURE
        }
    }
}

fn build(to: Option<PathBuf>) -> Result<()> {
    let mut book = MDBook::load(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    if let Some(to) = to {
        book.config.build.build_dir = std::path::absolute(to)?;
    }
    book.with_preprocessor(Lab);
    book.build()?;
    let index = book.build_dir_for("html").join("index.html");
    writeln!(io::stdout(), "the book is at {}", index.display())?;
    Ok(())
}

fn preprocess() -> Result<()> {
    let (context, book) = parse_input(io::stdin())?;
    let book = Lab.run(&context, book)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(())
}
