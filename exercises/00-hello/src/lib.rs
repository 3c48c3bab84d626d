//! 00-hello: Two bytes are a packet
//!
//! A client sent these two bytes, and nothing else:
//!
//!     c0 00
//!
//! Read them, and put each answer in the place of its `todo!`.
//!
//! Check it:  cargo test -p ex-00-hello
//! Read:      packet-format.html#the-first-byte in the book (cargo run -p book)

/// The number of the packet's type: the high four bits of byte 0.
pub fn packet_type() -> u8 {
    todo!("which number stands in the high four bits of c0?")
}

/// The name of this type, as the standard writes it.
pub fn name() -> &'static str {
    todo!("what is the packet of this type called?")
}

/// How many bytes follow byte 1.
pub fn remaining_length() -> u32 {
    todo!("what does byte 1 say?")
}

/// How many bytes the whole packet has.
pub fn size() -> usize {
    todo!("how many bytes does it take to ask: are you there?")
}
