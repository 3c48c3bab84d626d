//! The blocks of a pcapng file, as bytes (draft-ietf-opsawg-pcapng).
//!
//! Written here and not by a crate: pcap-file 2.0.0 writes the time stamps of packets 1000 times too
//! large, and pcap-parser is for reading. Each function appends one block to a buffer:
//!
//! ```text
//!   type (4)  length (4)  body  padding to 4  options  length (4)      little-endian throughout
//! ```

use std::net::IpAddr;
use std::time::Duration;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const NAME_RESOLUTION: u32 = 4;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
const DECRYPTION_SECRETS: u32 = 10;

const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;
const LENGTH_UNKNOWN: u64 = u64::MAX;
const LINKTYPE_ETHERNET: u16 = 1;
const NANOSECONDS: u8 = 9;

/// The numbers of options count anew in each kind of block, but for these two (§3.5).
const OPTION_END: u16 = 0;
const OPTION_COMMENT: u16 = 1;

/// Section Header Block (§4.1): opens the file, and says who wrote it.
pub(super) fn section_header(out: &mut Vec<u8>) {
    const USER_APPLICATION: u16 = 4;
    let start = begin(out, SECTION_HEADER);
    out.extend_from_slice(&BYTE_ORDER_MAGIC.to_le_bytes());
    out.extend_from_slice(&1_u16.to_le_bytes()); // major version
    out.extend_from_slice(&0_u16.to_le_bytes()); // minor version
    out.extend_from_slice(&LENGTH_UNKNOWN.to_le_bytes());
    let application = concat!("MQTT on the Road, tracer ", env!("CARGO_PKG_VERSION"));
    option(out, USER_APPLICATION, application.as_bytes());
    option(out, OPTION_END, &[]);
    end(out, start);
}

/// Interface Description Block (§4.2): Ethernet frames with time stamps in nanoseconds.
pub(super) fn interface(out: &mut Vec<u8>) {
    const NAME: u16 = 2;
    const TIME_STAMP_RESOLUTION: u16 = 9;
    let start = begin(out, INTERFACE_DESCRIPTION);
    out.extend_from_slice(&LINKTYPE_ETHERNET.to_le_bytes());
    out.extend_from_slice(&[0; 2]); // reserved
    out.extend_from_slice(&[0; 4]); // frames of any length
    option(out, NAME, b"mqtt");
    option(out, TIME_STAMP_RESOLUTION, &[NANOSECONDS]);
    option(out, OPTION_END, &[]);
    end(out, start);
}

/// Name Resolution Block (§4.5): how this address is called.
pub(super) fn name(out: &mut Vec<u8>, address: IpAddr, name: &str) {
    const IPV4: u16 = 1;
    const IPV6: u16 = 2;
    let start = begin(out, NAME_RESOLUTION);
    let name = name.as_bytes();
    match address {
        IpAddr::V4(address) => option_of(out, IPV4, &[&address.octets(), name, &[0]]),
        IpAddr::V6(address) => option_of(out, IPV6, &[&address.octets(), name, &[0]]),
    }
    option(out, OPTION_END, &[]); // the end of the records looks like that of options
    end(out, start);
}

/// Enhanced Packet Block (§4.3): a frame, and when it passed. `frame` appends the frame; an empty
/// comment is left out.
pub(super) fn enhanced_packet(
    out: &mut Vec<u8>,
    time: Duration,
    comments: &[&str],
    frame: impl FnOnce(&mut Vec<u8>),
) {
    const INTERFACE: u32 = 0;
    let start = out.len();
    let [high, low] = time_stamp(time);
    // The lengths of block and frame are told when they are known.
    let head = [ENHANCED_PACKET, 0, INTERFACE, high, low, 0, 0].map(u32::to_le_bytes);
    out.extend_from_slice(head.as_flattened());
    let content = out.len();
    frame(out);
    let length = length_since(out, content).to_le_bytes();
    out[content - 8..content - 4].copy_from_slice(&length); // captured
    out[content - 4..content].copy_from_slice(&length); // as it passed
    pad(out);
    let options = out.len();
    for comment in comments.iter().filter(|comment| !comment.is_empty()) {
        option(out, OPTION_COMMENT, floor(comment, usize::from(u16::MAX)).as_bytes());
    }
    if out.len() > options {
        option(out, OPTION_END, &[]);
    }
    end(out, start);
}

/// Decryption Secrets Block (§4.7): session keys of TLS, as lines of a key log. It has to stand before
/// the frames that they are for.
pub(super) fn decryption_secrets(out: &mut Vec<u8>, lines: &str) {
    const TLS_KEY_LOG: u32 = 0x544c_534b;
    let start = begin(out, DECRYPTION_SECRETS);
    out.extend_from_slice(&TLS_KEY_LOG.to_le_bytes());
    out.extend_from_slice(&u32::try_from(lines.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(lines.as_bytes());
    pad(out);
    end(out, start);
}

/// Interface Statistics Block (§4.6): how much was recorded, and how much was lost.
pub(super) fn statistics(out: &mut Vec<u8>, time: Duration, received: u64, dropped: u64) {
    const RECEIVED: u16 = 4;
    const DROPPED: u16 = 5;
    let start = begin(out, INTERFACE_STATISTICS);
    out.extend_from_slice(&0_u32.to_le_bytes()); // the interface
    out.extend_from_slice(time_stamp(time).map(u32::to_le_bytes).as_flattened());
    option(out, RECEIVED, &received.to_le_bytes());
    option(out, DROPPED, &dropped.to_le_bytes());
    option(out, OPTION_END, &[]);
    end(out, start);
}

fn begin(out: &mut Vec<u8>, kind: u32) -> usize {
    let start = out.len();
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&[0; 4]); // the length, told by `end`
    start
}

fn end(out: &mut Vec<u8>, start: usize) {
    let length = (length_since(out, start) + 4).to_le_bytes();
    out[start + 4..start + 8].copy_from_slice(&length);
    out.extend_from_slice(&length);
}

/// In nanoseconds, the upper half first. They last until the year 2554; later moments stay there.
fn time_stamp(time: Duration) -> [u32; 2] {
    let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    [low_half(nanoseconds >> 32), low_half(nanoseconds)]
}

#[allow(clippy::cast_possible_truncation)] // the upper half stands beside it
fn low_half(number: u64) -> u32 {
    number as u32
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    option_of(out, code, &[value]);
}

/// An option whose value stands in several places.
fn option_of(out: &mut Vec<u8>, code: u16, parts: &[&[u8]]) {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let length = u16::try_from(length).unwrap_or(u16::MAX);
    out.extend_from_slice(&code.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    for part in parts {
        out.extend_from_slice(part);
    }
    pad(out);
}

/// Every block begins at a multiple of four, counted from the first of the buffer.
fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(4), 0);
}

fn length_since(out: &[u8], start: usize) -> u32 {
    u32::try_from(out.len() - start).unwrap_or(u32::MAX)
}

/// The beginning of a text that has at most so many bytes, and no half character.
fn floor(text: &str, limit: usize) -> &str {
    let fits = (0..=limit.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..fits.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_its_length_at_both_ends_and_is_padded() {
        let mut out = Vec::new();
        name(&mut out, [127, 0, 0, 1].into(), "ann");
        let expected = [
            [4, 0, 0, 0],   // Name Resolution Block
            [28, 0, 0, 0],  // 28 bytes
            [1, 0, 8, 0],   // an IPv4 record of 8 bytes
            [127, 0, 0, 1], // the address
            *b"ann\0",      // the name
            [0, 0, 0, 0],   // the end of the records
            [28, 0, 0, 0],  // 28 bytes
        ];
        assert_eq!(out, expected.concat());
    }

    #[test]
    fn keys_are_padded_and_their_length_is_not() {
        let mut out = Vec::new();
        decryption_secrets(&mut out, "A 0 1\n");
        let expected = [
            [10, 0, 0, 0], // Decryption Secrets Block
            [28, 0, 0, 0], // 28 bytes
            *b"KSLT",      // a TLS key log
            [6, 0, 0, 0],  // of 6 bytes
            *b"A 0 ",
            [b'1', b'\n', 0, 0],
            [28, 0, 0, 0], // 28 bytes
        ];
        assert_eq!(out, expected.concat());
    }

    #[test]
    fn a_time_stamp_is_the_number_of_nanoseconds() {
        let [high, low] = time_stamp(Duration::new(1_700_000_000, 123_456_789)).map(u64::from);
        assert_eq!(high << 32 | low, 1_700_000_000_123_456_789);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(floor("häm", 2), "h");
        assert_eq!(floor("häm", 3), "hä");
        assert_eq!(floor("häm", 9), "häm");
    }
}
