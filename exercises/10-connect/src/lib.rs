//! 10-connect: The first packet of every connection
//!
//! Whoever speaks first in MQTT sends a CONNECT. Write one: its variable header, which says what is
//! spoken and how, and its payload, which is the Client Identifier alone here: no will, no User Name.
//!
//! Check it:  cargo test -p ex-10-connect
//! Read:      connection.html#connect in the book (cargo run -p book)

/// The variable header of a CONNECT of MQTT 3.1.1: Protocol Name, Protocol Level, Connect Flags and Keep
/// Alive, which is in seconds. Of the flags, Clean Session alone may be set.
pub fn variable_header(clean_session: bool, keep_alive: u16) -> Vec<u8> {
    todo!("write the ten bytes of the variable header")
}

/// A whole CONNECT. The Client Identifier has at most 100 bytes, so that one byte of Remaining Length is
/// enough.
pub fn connect(client_identifier: &str, clean_session: bool, keep_alive: u16) -> Vec<u8> {
    todo!("write fixed header, variable header and payload")
}
