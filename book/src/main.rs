//! Builds the book.
//!
//! ```text
//!   chapters/*.md ──▶ preprocessor ──▶ mdBook ──▶ book/book/*.html
//!                        │
//!                        └─ a fence that says which packet ──▶ scenario ──▶ tracer ──▶ HTML
//! ```
//!
//! Authors write which scenario and which packet to show, never bytes: what the reader sees was sent
//! by the real broker and client cores, and explained by the one description of the wire format.

mod command;
mod directive;
mod html;
mod layout;
mod packet_view;
mod preprocessor;
mod rules_table;
mod sequence;
mod trace;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
