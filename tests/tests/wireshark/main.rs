//! Wireshark and the tracer see the same: name, offset, length, bits and value of every field.
//!
//! ```text
//!   records ─ capture::Writer ─▶ file ─┬─ tshark -T pdml ────────▶ fields ─┐
//!                                      └─ tracer: JSON Lines ────▶ fields ─┴─▶ the same?
//! ```
//!
//! What is captured from mosquitto goes the same way from the file on, without our writer. It is held to all
//! rules as well.
//!
//! Run it with `cargo test -p tests --test wireshark -- --ignored`.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod captured;
mod compare;
mod generated;
mod pdml;
mod shown;

use std::fs::File;
use std::path::Path;

use tracer::Page;
use tracer::capture::Reader;
use tracer::lint::{self, Lint, Remark};

use compare::{compare, compare_capture};

/// What the lint has against a capture.
fn breaches(capture: &Path, port: u16) -> String {
    let mut lint = Lint::default();
    let records = Reader::new(File::open(capture).unwrap()).port(port).map(Result::unwrap);
    let remarks = records.flat_map(|record| lint.add(record)).filter(Remark::is_breach);
    remarks.map(|remark| lint::text(&remark, Page::PLAIN)).collect()
}

#[test]
#[ignore = "needs tshark"]
fn on_generated_packets_of_all_types() {
    let agreement = compare(&generated::traffic(160));
    println!("{agreement}");
    assert!(agreement.packets >= 2_000, "{agreement}");
    assert!(agreement.unexplained.is_empty(), "{agreement}");
}

#[test]
#[ignore = "needs tshark, mosquitto, and the right to capture on the loopback"]
fn on_what_was_captured_of_mosquitto() {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("loopback.pcapng");
    let port = captured::capture(&capture);
    let agreement = compare_capture(&capture, port);
    println!("{agreement}");
    assert!(agreement.packets >= 200, "{agreement}");
    assert!(agreement.unexplained.is_empty(), "{agreement}");
    assert_eq!(breaches(&capture, port), "", "mosquitto and its clients keep every rule");
}
