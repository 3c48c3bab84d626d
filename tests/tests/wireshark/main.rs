//! Wireshark and the tracer see the same: name, offset, length, bits and value of every field.
//!
//! ```text
//!   records ─ capture::Writer ─▶ file ─┬─ tshark -T pdml ────────▶ fields ─┐
//!                                      └─ tracer: JSON Lines ────▶ fields ─┴─▶ the same?
//! ```
//!
//! Run it with `cargo test -p tests --test wireshark -- --ignored`.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod compare;
mod generated;
mod pdml;
mod shown;

use compare::compare;

#[test]
#[ignore = "needs tshark"]
fn on_generated_packets_of_all_types() {
    let agreement = compare(&generated::traffic(160));
    println!("{agreement}");
    assert!(agreement.packets >= 2_000, "{agreement}");
    assert!(agreement.unexplained.is_empty(), "{agreement}");
}
