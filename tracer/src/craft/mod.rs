//! Packets made on purpose, right or wrong.
//!
//! ```text
//!   packet ── change("mqtt.conflag.reserved=1") ──▶ bytes      fields by their names, in bytes or bits
//!   JSON line, edited ── from_json ───────────────▶ bytes      the same, for fields that were edited
//! ```
//!
//! No layout is known here: [`wire::amend`] cuts and joins at the places that the decoder saw.

mod change;
mod error;
mod json_line;

use bytes::Bytes;

pub use change::{Change, change};
pub use error::CraftError;
pub use json_line::from_json;

use crate::hex_input::parse_hex;

/// The bytes that somebody wrote: as they stand, or as hex behind `hex:`.
///
/// # Errors
///
/// [`CraftError::Hex`] where no hex follows `hex:`.
///
/// ```
/// assert_eq!(tracer::craft::written_bytes("hi").unwrap(), "hi");
/// assert_eq!(tracer::craft::written_bytes("hex:c3 28").unwrap(), &b"\xc3\x28"[..]);
/// ```
pub fn written_bytes(text: &str) -> Result<Bytes, CraftError> {
    match text.strip_prefix("hex:") {
        Some(hex) => parse_hex(hex).map(Bytes::from).map_err(CraftError::Hex),
        None => Ok(Bytes::copy_from_slice(text.as_bytes())),
    }
}
