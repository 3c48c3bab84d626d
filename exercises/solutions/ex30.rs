//! 30-publish: A message on its way
//!
//! kind: codec
//! minutes: 30
//! part: core
//! page: publish.html#at-qos-0-there-is-no-packet-identifier
//! rules: MQTT-2.3.1-1 MQTT-2.3.1-5 MQTT-3.3.1-2
//! misconception: Every PUBLISH has a Packet Identifier, and its payload has a length.
//! first: type, DUP
//! hint: The first byte: type 3 in the high four bits, then DUP in bit 3, the QoS in bits 2 and 1, RETAIN
//!   in bit 0.
//! hint: Behind the fixed header come the topic, with its length in front, and above QoS 0 the Packet
//!   Identifier. All that is left of the packet is payload, as it is.
//! hint: To read it back: the topic has `packet[2] * 256 + packet[3]` bytes and begins at byte 4. Behind it
//!   stand two bytes more, if `(packet[0] >> 1) & 0b11` is not 0, and then the payload.
//!
//! A message travels in a PUBLISH. Write one at any QoS, and find the payload in one that has come: no
//! field says how long it is.

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
    // LAB: todo!("put type, DUP, QoS and RETAIN into one byte")
    3 << 4 | u8::from(publish.dup) << 3 | publish.qos << 1 | u8::from(publish.retain)
    // LAB-END
}

/// The whole packet.
pub fn packet(publish: &Publish) -> Vec<u8> {
    // LAB: todo!("write the topic, the Packet Identifier where there is one, and the payload")
    let mut rest = (publish.topic.len() as u16).to_be_bytes().to_vec();
    rest.extend(publish.topic.bytes());
    if publish.qos > 0 {
        rest.extend(publish.packet_identifier.to_be_bytes());
    }
    rest.extend(publish.payload);
    let mut packet = vec![first_byte(publish), rest.len() as u8];
    packet.extend(rest);
    packet
    // LAB-END
}

/// The payload of a whole and good PUBLISH whose Remaining Length has one byte.
pub fn payload(packet: &[u8]) -> &[u8] {
    // LAB: todo!("find where the payload begins")
    let topic = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
    let qos = packet[0] >> 1 & 0b11;
    let packet_identifier = if qos > 0 { 2 } else { 0 };
    &packet[4 + topic + packet_identifier..]
    // LAB-END
}
