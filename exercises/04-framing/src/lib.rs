//! 04-framing: TCP knows no packets
//!
//! You are what stands between a broker and its sockets. TCP brings bytes as they come: half a packet,
//! three packets at once. Give the broker whole packets. Behind you is the lab's own broker, and its
//! clients will talk to it through your code.
//!
//! Check it:  cargo test -p ex-04-framing
//! Read:      packet-format.html#a-stream-of-bytes in the book (cargo run -p book)

/// Makes packets of the bytes of one Network Connection.
#[derive(Default)]
pub struct Framer {
    /// What has come, and is no whole packet yet.
    pub buffer: Vec<u8>,
}

impl Framer {
    /// These bytes came. Gives the packets that are whole now, in their order.
    pub fn received(&mut self, chunk: &[u8]) -> Vec<Vec<u8>> {
        todo!("keep the bytes, and take out every packet that is whole")
    }
}

/// The size of the packet that begins with these bytes: fixed header and all. None if its Remaining
/// Length has not come yet. (One that goes on behind four bytes ends there, for the broker to refuse.)
pub fn packet_size(bytes: &[u8]) -> Option<usize> {
    let mut remaining_length = 0;
    for (index, byte) in bytes.iter().skip(1).take(4).enumerate() {
        remaining_length |= usize::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            return Some(1 + index + 1 + remaining_length);
        }
    }
    (bytes.len() >= 5).then_some(5)
}
