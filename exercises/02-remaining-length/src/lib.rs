//! 02-remaining-length: Seven bits a byte
//!
//! Behind the first byte of each packet stands how many bytes remain, seven bits in each byte. Write that
//! number, put it into a packet, and read it back from bytes that may not all have come yet.
//!
//! Check it:  cargo test -p ex-02-remaining-length
//! Read:      packet-format.html#remaining-length in the book (cargo run -p book)

/// The Remaining Length as bytes: one to four of them. `number` is 0 to 268 435 455.
pub fn encode(mut number: u32) -> Vec<u8> {
    todo!("write seven bits a byte, the lowest ones first")
}

/// A whole packet: its first byte, the Remaining Length, and the rest.
pub fn packet(first_byte: u8, rest: &[u8]) -> Vec<u8> {
    todo!("put the three together: what does the Remaining Length count?")
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
    todo!("read the number back: which byte is its last one?")
}
