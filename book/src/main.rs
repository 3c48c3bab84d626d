//! Builds the book, and serves it.
//!
//! ```text
//!   chapters/*.md ──▶ preprocessor ──▶ mdBook ──▶ book/book/*.html ──▶ any host, or a folder
//!                        │                             │
//!   a fence that says which packet ─▶ page             └─▶ serve: the loopback, live reload,
//!      └─ scenario ──▶ tracer ──▶ HTML                        Run, Flip a bit, Decode mine
//! ```
//!
//! Authors write which scenario and which packet to show, never bytes: what the reader sees was sent
//! by the real broker and client cores, and explained by the one description of the wire format.

mod answer;
mod capture;
mod command;
mod compare;
mod console;
mod directive;
mod exercises_page;
mod fields_page;
mod flip;
mod growth;
mod html;
mod inline;
mod ladder;
mod layout;
mod live;
mod options;
mod packet_view;
mod page;
mod place;
mod play;
mod preprocessor;
mod question;
mod rules_page;
mod select;
mod sequence;
mod serve;
mod source;
mod state;
mod tables;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
