//! 11-read-connect: Two clients, two versions
//!
//! Two clients connect, and both are mosquitto_sub. The first one speaks the version that was its default
//! at the time of the talk (-V mqttv31); the second one was asked for MQTT 3.1.1 (-V mqttv311), and for a
//! few things more.
//!
//!     10 25 00 06 4d 51 49 73 64 70 03 02 00 3c 00 17 6d 6f 73 71
//!     2d 66 78 73 4e 35 51 7a 54 6d 46 6e 4c 72 57 6b 79 72 65
//!
//!     10 11 00 04 4d 51 54 54 04 00 01 2c 00 05 63 61 72 6f 6c
//!
//! Read them, and put each answer in the place of its `todo!`.
//!
//! Check it:  cargo test -p ex-11-read-connect
//! Read:      connection.html#connect in the book (cargo run -p book)

/// The Protocol Name of the first one. (Letters stand in ASCII: 41 is A, 61 is a.)
pub fn first_protocol_name() -> &'static str {
    todo!("which letters are 4d 51 49 73 64 70?")
}

/// The Protocol Level of the first one.
pub fn first_protocol_level() -> u8 {
    todo!("which byte follows the Protocol Name?")
}

/// The Keep Alive of the first one, in seconds.
pub fn first_keep_alive() -> u16 {
    todo!("how long may the first client be silent?")
}

/// How many bytes the Client Identifier of the first one has.
pub fn first_client_identifier_length() -> u16 {
    todo!("how long is the name that mosquitto_sub made up?")
}

/// The Protocol Level of the second one.
pub fn second_protocol_level() -> u8 {
    todo!("which number stands for MQTT 3.1.1?")
}

/// Clean Session of the second one: 0 or 1.
pub fn second_clean_session() -> u8 {
    todo!("is the session of the second client to be kept?")
}

/// The Keep Alive of the second one, in seconds.
pub fn second_keep_alive() -> u16 {
    todo!("how long may the second client be silent?")
}

/// The Client Identifier of the second one.
pub fn second_client_identifier() -> &'static str {
    todo!("what is the second client called?")
}
