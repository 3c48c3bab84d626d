//! 11-read-connect: Two clients, two versions
//!
//! kind: reading
//! minutes: 15
//! part: core
//! sheets: ninety
//! page: connection.html#connect
//! misconception: The talk's mosquitto_sub spoke MQTT 3.1.1.
//! hint: Both packets begin in the same way: the fixed header of two bytes, then a text, which is two bytes
//!   of length and that many letters. Behind it stand the level, the flags and the Keep Alive.
//! hint: Letters are easy to find: 4d is M, 51 is Q, 54 is T, 61 is a. Numbers of two bytes have the more
//!   significant one first: 01 2c is 1 * 256 + 44. Clean Session is bit 1 of the flags.
//! hint: Let the lab read them: `cargo run -p tracer -- decode`, and behind it the bytes of one of the two.
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

/// The Protocol Name of the first one. (Letters stand in ASCII: 41 is A, 61 is a.)
pub fn first_protocol_name() -> &'static str {
    // LAB: todo!("which letters are 4d 51 49 73 64 70?")
    "MQIsdp"
    // LAB-END
}

/// The Protocol Level of the first one.
pub fn first_protocol_level() -> u8 {
    // LAB: todo!("which byte follows the Protocol Name?")
    3
    // LAB-END
}

/// The Keep Alive of the first one, in seconds.
pub fn first_keep_alive() -> u16 {
    // LAB: todo!("how long may the first client be silent?")
    60
    // LAB-END
}

/// How many bytes the Client Identifier of the first one has.
pub fn first_client_identifier_length() -> u16 {
    // LAB: todo!("how long is the name that mosquitto_sub made up?")
    23
    // LAB-END
}

/// The Protocol Level of the second one.
pub fn second_protocol_level() -> u8 {
    // LAB: todo!("which number stands for MQTT 3.1.1?")
    4
    // LAB-END
}

/// Clean Session of the second one: 0 or 1.
pub fn second_clean_session() -> u8 {
    // LAB: todo!("is the session of the second client to be kept?")
    0
    // LAB-END
}

/// The Keep Alive of the second one, in seconds.
pub fn second_keep_alive() -> u16 {
    // LAB: todo!("how long may the second client be silent?")
    300
    // LAB-END
}

/// The Client Identifier of the second one.
pub fn second_client_identifier() -> &'static str {
    // LAB: todo!("what is the second client called?")
    "carol"
    // LAB-END
}
