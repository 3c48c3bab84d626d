//! 04-framing: TCP knows no packets
//!
//! kind: behaviour
//! minutes: 20
//! part: core
//! page: packet-format.html#a-stream-of-bytes
//! misconception: One read from the socket gives one packet.
//! checks with: broker-core bytes lab wire
//! hint: What has come and is no whole packet yet has to wait somewhere for the rest. That is what `buffer`
//!   is for: append each chunk to it first.
//! hint: Then take packets from its beginning for as long as there is a whole one: the buffer may hold
//!   none, one, or several. `buffer.drain(..size)` takes the first bytes out.
//! hint: `while let Some(size) = packet_size(&self.buffer)`, and inside: stop if the buffer has fewer bytes
//!   than that; otherwise `packets.push(self.buffer.drain(..size).collect())`.
//!
//! You are what stands between a broker and its sockets. TCP brings bytes as they come: half a packet,
//! three packets at once. Give the broker whole packets. Behind you is the lab's own broker, and its
//! clients will talk to it through your code.

/// Makes packets of the bytes of one Network Connection.
#[derive(Default)]
pub struct Framer {
    /// What has come, and is no whole packet yet.
    pub buffer: Vec<u8>,
}

impl Framer {
    /// These bytes came. Gives the packets that are whole now, in their order.
    pub fn received(&mut self, chunk: &[u8]) -> Vec<Vec<u8>> {
        // LAB: todo!("keep the bytes, and take out every packet that is whole")
        self.buffer.extend(chunk);
        let mut packets = Vec::new();
        while let Some(size) = packet_size(&self.buffer) {
            if self.buffer.len() < size {
                break;
            }
            packets.push(self.buffer.drain(..size).collect());
        }
        packets
        // LAB-END
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
