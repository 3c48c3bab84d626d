//! 30-publish: A message on its way
//!
//! A message travels in a PUBLISH. Write one at any QoS, and find the payload in one that has come: no
//! field says how long it is.
//!
//! Check it:  cargo test -p ex-30-publish
//! Read:      publish.html#at-qos-0-there-is-no-packet-identifier in the book (cargo run -p book)

/// A message and how it travels. Topic and payload have at most 100 bytes together, so that one byte of
/// Remaining Length is enough.
pub struct Publish {
    pub topic: &'static str,
    pub payload: &'static [u8],
    /// 0, 1 or 2.
    pub qos: u8,
    /// Whether this packet was sent before. At QoS 0 that is never so.
    pub dup: bool,
    /// Whether the broker is to keep the message.
    pub retain: bool,
    /// The number that an acknowledgement would repeat.
    pub packet_identifier: u16,
}

/// The first byte of this PUBLISH.
pub fn first_byte(publish: &Publish) -> u8 {
    todo!("put type, DUP, QoS and RETAIN into one byte")
}

/// The whole packet.
pub fn packet(publish: &Publish) -> Vec<u8> {
    todo!("write the topic, the Packet Identifier where there is one, and the payload")
}

/// The payload of a whole and good PUBLISH whose Remaining Length has one byte.
pub fn payload(packet: &[u8]) -> &[u8] {
    todo!("find where the payload begins")
}
