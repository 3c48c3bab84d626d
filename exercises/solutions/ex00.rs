//! 00-hello: Two bytes are a packet
//!
//! kind: reading
//! minutes: 10
//! part: core
//! sheets: day half-day ninety
//! page: packet-format.html#the-first-byte
//! misconception: MQTT is a text protocol, and one needs a broker to look at it.
//! hint: Write both bytes in binary: c0 is 1100 0000. Each packet begins with its type, and the type has
//!   four of these bits.
//! hint: The high four bits of byte 0 are the type, 1100. The low four are flags. Byte 1 says how many
//!   bytes follow.
//! hint: 1100 is 12 in decimal. `cargo run -p tracer -- decode c0 00` shows all of it, field by field.
//!
//! A client sent these two bytes, and nothing else:
//!
//!     c0 00
//!
//! Read them, and put each answer in the place of its `todo!`.

/// The number of the packet's type: the high four bits of byte 0.
pub fn packet_type() -> u8 {
    // LAB: todo!("which number stands in the high four bits of c0?")
    12
    // LAB-END
}

/// The name of this type, as the standard writes it.
pub fn name() -> &'static str {
    // LAB: todo!("what is the packet of this type called?")
    "PINGREQ"
    // LAB-END
}

/// How many bytes follow byte 1.
pub fn remaining_length() -> u32 {
    // LAB: todo!("what does byte 1 say?")
    0
    // LAB-END
}

/// How many bytes the whole packet has.
pub fn size() -> usize {
    // LAB: todo!("how many bytes does it take to ask: are you there?")
    2
    // LAB-END
}
