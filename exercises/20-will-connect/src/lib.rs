//! 20-will-connect: A message for the case of death
//!
//! A client leaves its will with the broker in its CONNECT: in four bits of the Connect Flags, and in two
//! fields of the payload. Write both. The rest of the packet is there already.
//!
//! Check it:  cargo test -p ex-20-will-connect
//! Read:      last-will.html#the-will-in-connect in the book (cargo run -p book)

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
    todo!("set Clean Session, and with a will: Will Flag, Will QoS and Will Retain")
}

/// The payload of its CONNECT.
pub fn payload(client_identifier: &str, will: Option<&Will>) -> Vec<u8> {
    todo!("write the Client Identifier and the fields of the will: in which order?")
}

/// A field of the payload: the length of what it holds in two bytes, and then that.
pub fn field(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}
