//! 01-fixed-header: The first byte
//!
//! kind: codec
//! minutes: 20
//! part: core
//! sheets: day half-day
//! page: packet-format.html#the-first-byte
//! rules: MQTT-2.2.2-1 MQTT-2.2.2-2
//! misconception: The four flags of the first byte are free to use.
//! hint: A byte has two halves of four bits. `<< 4` moves a number into the high half, `>> 4` moves it
//!   back, and `|` puts the two halves together.
//! hint: PUBLISH alone uses its flags. For all other types they are reserved, which does not mean 0:
//!   PUBREL, SUBSCRIBE and UNSUBSCRIBE have to send 0010.
//! hint: first_byte is `(packet_type << 4) | flags`. flags_are_allowed is a `match packet_type(byte)`
//!   that compares `byte & 0x0f` with 0b0010 or with 0.
//!
//! Every packet begins with one byte: its type in the high four bits, its flags in the low four. Write
//! that byte, read it back, and say which flags a receiver may accept.

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
    // LAB: todo!("put the type into the high four bits and the flags into the low four")
    (packet_type << 4) | flags
    // LAB-END
}

/// The type of the packet that begins with this byte.
pub fn packet_type(byte: u8) -> u8 {
    // LAB: todo!("take the high four bits as a number of their own")
    byte >> 4
    // LAB-END
}

/// Whether a packet may begin with this byte. Types 0 and 15 are none; for all others look at the flags.
pub fn flags_are_allowed(byte: u8) -> bool {
    // LAB: todo!("say which flags each type may have")
    let flags = byte & 0x0f;
    match packet_type(byte) {
        0 | 15 => false,
        PUBLISH => true,
        PUBREL | SUBSCRIBE | UNSUBSCRIBE => flags == 0b0010,
        _ => flags == 0,
    }
    // LAB-END
}
