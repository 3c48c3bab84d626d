//! 02-remaining-length: Seven bits a byte
//!
//! kind: codec
//! minutes: 40
//! part: core
//! page: packet-format.html#remaining-length
//! misconception: The Remaining Length is a number of two bytes, and says how long the packet is.
//! hint: `number % 128` is what the next byte carries, `number / 128` is what is left for those behind it.
//!   While something is left, the byte has bit 7 set: `| 0x80`.
//! hint: decode goes the same way back: `byte & 0x7f` is worth 1 in the first byte, 128 in the second,
//!   128 * 128 in the third. `<< (7 * index)` multiplies by that. A byte below 0x80 is the last one.
//! hint: In decode, look at the first four bytes one by one: add each one's seven bits, and return the
//!   Number at the first byte below 0x80. If none was, there were fewer than four, and NeedMore is the
//!   answer, or four with bit 7 set, which is TooLong.
//!
//! Behind the first byte of each packet stands how many bytes remain, seven bits in each byte. Write that
//! number, put it into a packet, and read it back from bytes that may not all have come yet.

/// The Remaining Length as bytes: one to four of them. `number` is 0 to 268 435 455.
pub fn encode(mut number: u32) -> Vec<u8> {
    // LAB: todo!("write seven bits a byte, the lowest ones first")
    let mut bytes = Vec::new();
    loop {
        let low = (number % 128) as u8;
        number /= 128;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
    // LAB-END
}

/// A whole packet: its first byte, the Remaining Length, and the rest.
pub fn packet(first_byte: u8, rest: &[u8]) -> Vec<u8> {
    // LAB: todo!("put the three together: what does the Remaining Length count?")
    let mut bytes = vec![first_byte];
    bytes.extend(encode(rest.len() as u32));
    bytes.extend(rest);
    bytes
    // LAB-END
}

/// What stands where a Remaining Length should be.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// The number, and how many bytes it has itself.
    Number { value: u32, size: usize },
    /// The beginning of one: more bytes have to come.
    NeedMore,
    /// Something that no packet has: it goes on behind its fourth byte.
    TooLong,
}

/// Reads the Remaining Length at the beginning of these bytes. Others may follow it.
pub fn decode(bytes: &[u8]) -> Found {
    // LAB: todo!("read the number back: which byte is its last one?")
    let mut value = 0;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            return Found::Number { value, size: index + 1 };
        }
    }
    if bytes.len() < 4 { Found::NeedMore } else { Found::TooLong }
    // LAB-END
}
