//! 10-connect: The first packet of every connection
//!
//! kind: codec
//! minutes: 25
//! part: core
//! sheets: day half-day
//! page: connection.html#connect
//! rules: MQTT-3.1.2-3 MQTT-3.1.3-3
//! misconception: The text MQTT and the Client Identifier stand in the packet as they are.
//! hint: The variable header of CONNECT always has the same ten bytes here: 00 04, M, Q, T, T, the level,
//!   one byte of flags, and two bytes for the Keep Alive. `keep_alive.to_be_bytes()` gives these two.
//! hint: Every text has its length in front, two bytes, and an empty one has them too. Clean Session is
//!   bit 1 of the flags, 0b0000_0010; bit 0 is reserved.
//! hint: connect: the body is `variable_header(…)`, then the two bytes of the identifier's length, then
//!   its own bytes. The packet is `vec![0x10, body.len() as u8]`, and then the body.
//!
//! Whoever speaks first in MQTT sends a CONNECT. Write one: its variable header, which says what is
//! spoken and how, and its payload, which is the Client Identifier alone here: no will, no User Name.

/// The variable header of a CONNECT of MQTT 3.1.1: Protocol Name, Protocol Level, Connect Flags and Keep
/// Alive, which is in seconds. Of the flags, Clean Session alone may be set.
pub fn variable_header(clean_session: bool, keep_alive: u16) -> Vec<u8> {
    // LAB: todo!("write the ten bytes of the variable header")
    let mut bytes = vec![0x00, 0x04, b'M', b'Q', b'T', b'T'];
    bytes.push(4);
    bytes.push(if clean_session { 0b0000_0010 } else { 0 });
    bytes.extend(keep_alive.to_be_bytes());
    bytes
    // LAB-END
}

/// A whole CONNECT. The Client Identifier has at most 100 bytes, so that one byte of Remaining Length is
/// enough.
pub fn connect(client_identifier: &str, clean_session: bool, keep_alive: u16) -> Vec<u8> {
    // LAB: todo!("write fixed header, variable header and payload")
    let mut body = variable_header(clean_session, keep_alive);
    body.extend((client_identifier.len() as u16).to_be_bytes());
    body.extend(client_identifier.bytes());
    let mut packet = vec![0x10, body.len() as u8];
    packet.extend(body);
    packet
    // LAB-END
}
