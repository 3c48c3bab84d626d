//! 20-will-connect: A message for the case of death
//!
//! kind: codec
//! minutes: 25
//! part: core
//! page: last-will.html#the-will-in-connect
//! rules: MQTT-3.1.2-9 MQTT-3.1.2-11 MQTT-3.1.3-1
//! misconception: The will is a packet of its own, and its fields may stand anywhere in CONNECT.
//! first: Will Flag
//! hint: The Connect Flags from the highest bit to the lowest: User Name, Password, Will Retain, two bits
//!   of Will QoS, Will Flag, Clean Session, and one that is reserved.
//! hint: Will Flag is 0b100. The QoS is a number of two bits, which has to be moved up by three. Without a
//!   will all four bits stay 0. In the payload the will comes behind the Client Identifier, its topic
//!   first, and both fields have a length.
//! hint: `0b100 | (will.qos << 3) | (u8::from(will.retain) << 5)`, and Clean Session beside it. The payload is
//!   field(identifier), then field(topic), then field(message).
//!
//! A client leaves its will with the broker in its CONNECT: in four bits of the Connect Flags, and in two
//! fields of the payload. Write both. The rest of the packet is there already.

/// What the broker is to publish when the client is gone.
pub struct Will {
    /// Where.
    pub topic: &'static str,
    /// The message: any bytes.
    pub message: &'static [u8],
    /// At which QoS, 0 to 2.
    pub qos: u8,
    /// Whether the broker is to keep it for those who come later.
    pub retain: bool,
}

/// The Connect Flags of a client that has no User Name and no Password.
pub fn connect_flags(clean_session: bool, will: Option<&Will>) -> u8 {
    // LAB: todo!("set Clean Session, and with a will: Will Flag, Will QoS and Will Retain")
    let clean_session = u8::from(clean_session) << 1;
    match will {
        None => clean_session,
        Some(will) => clean_session | 1 << 2 | will.qos << 3 | u8::from(will.retain) << 5,
    }
    // LAB-END
}

/// The payload of its CONNECT.
pub fn payload(client_identifier: &str, will: Option<&Will>) -> Vec<u8> {
    // LAB: todo!("write the Client Identifier and the fields of the will: in which order?")
    let mut bytes = field(client_identifier.as_bytes());
    if let Some(will) = will {
        bytes.extend(field(will.topic.as_bytes()));
        bytes.extend(field(will.message));
    }
    bytes
    // LAB-END
}

/// A field of the payload: the length of what it holds in two bytes, and then that.
pub fn field(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}
