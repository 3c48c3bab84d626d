//! 01-fixed-header: The first byte
//!
//! Every packet begins with one byte: its type in the high four bits, its flags in the low four. Write
//! that byte, read it back, and say which flags a receiver may accept.
//!
//! Check it:  cargo test -p ex-01-fixed-header
//! Read:      packet-format.html#the-first-byte in the book (cargo run -p book)

/// PUBLISH, the one type that uses its flags itself.
pub const PUBLISH: u8 = 3;
/// PUBREL, the third packet of a delivery at QoS 2.
pub const PUBREL: u8 = 6;
/// SUBSCRIBE, by which a client asks for messages.
pub const SUBSCRIBE: u8 = 8;
/// UNSUBSCRIBE, by which it gives them up.
pub const UNSUBSCRIBE: u8 = 10;

/// The first byte of a packet. `packet_type` is 1 to 14, `flags` is 0 to 15.
pub fn first_byte(packet_type: u8, flags: u8) -> u8 {
    todo!("put the type into the high four bits and the flags into the low four")
}

/// The type of the packet that begins with this byte.
pub fn packet_type(byte: u8) -> u8 {
    todo!("take the high four bits as a number of their own")
}

/// Whether a packet may begin with this byte. Types 0 and 15 are none; for all others look at the flags.
pub fn flags_are_allowed(byte: u8) -> bool {
    todo!("say which flags each type may have")
}
