//! Other people's codecs: each as it is, and with the checks that it leaves out.
//!
//! A codec that checks less is faster for it, so a figure of it says little about one that checks more.
//! What each leaves out is added here behind its own work, on the packet that it made or on the bytes, as a
//! user would who needs it. A test of this package holds them to it: whatever `wire` refuses, of packets
//! damaged in any way, they refuse as well.

mod core;
mod rumqttc;

pub use self::core::Cut;
pub use self::rumqttc::read;

/// Whether the flags of a packet other than PUBLISH are those that its type always has (§2.2.2).
fn has_fixed_flags(first: u8) -> bool {
    let flags = if matches!(first >> 4, 6 | 8 | 10) { 0b0010 } else { 0 };
    first & 0x0f == flags
}

/// Whether a CONNECT may have these flags (§3.1.2.3 to §3.1.2.9).
fn are_connect_flags(flags: u8) -> bool {
    let will = flags & 0b100 != 0;
    let will_bits_fit = if will { flags & 0b1_1000 != 0b1_1000 } else { flags & 0b11_1000 == 0 };
    flags & 1 == 0 && flags & 0b1100_0000 != 0b0100_0000 && will_bits_fit
}

/// Whether there is no U+0000 in a string that is known to be UTF-8.
fn is_text(text: &str) -> bool {
    memchr::memchr(0, text.as_bytes()).is_none()
}

fn is_topic_name(text: &str) -> bool {
    !text.is_empty() && memchr::memchr3(0, b'+', b'#', text.as_bytes()).is_none()
}

fn is_topic_filter(text: &str) -> bool {
    ::rumqttc::valid_filter(text) && is_text(text)
}
