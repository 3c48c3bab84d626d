//! 90-tls-look: What somebody in between sees
//!
//! kind: reading
//! minutes: 15
//! part: core
//! sheets: ninety
//! page: tls.html#what-somebody-in-between-sees
//! misconception: A connection begins in clear and goes over to TLS; and TLS hides everything, or only the
//!   passwords.
//! hint: Each record begins with five bytes. The first one is its type: 20, 22 or 23, which is 14, 16 or 17
//!   in hex. The last two of the five are the length of the rest.
//! hint: In the first record there is a name that you can read. Behind the two records of type 20 all is
//!   encrypted, and has type 23; each of these is 17 bytes longer than what is in it.
//! hint: The CONNECT has 19 bytes, so its record has the length 36, which is 00 24. The record of a PINGREQ,
//!   which has 2 bytes, has the length 19, which is 00 13. The one between them is the PUBLISH.
//!
//! In exercises/90-tls-look/wire.txt is all that somebody saw who stood between a client and a broker. He
//! has no key. The client called the broker by its name, spoke TLS 1.3 with it, and then MQTT: a CONNECT
//! of 19 bytes, a PUBLISH, and a PINGREQ. Say what can be seen. (`cargo run -- scenario tls --detail line`
//! makes such a connection for you, and shows its records.)

/// The type of the very first record: the number in its first byte.
pub fn first_record_type() -> u8 {
    // LAB: todo!("which number does the first byte on the wire have?")
    22
    // LAB-END
}

/// By which name the client called the broker.
pub fn server_name() -> &'static str {
    // LAB: todo!("which name can be read in the first record?")
    "broker.example"
    // LAB-END
}

/// The type of the records in which there is MQTT.
pub fn mqtt_record_type() -> u8 {
    // LAB: todo!("which type have the records of the encrypted part?")
    23
    // LAB-END
}

/// The number of the record in which there is the CONNECT, as wire.txt counts them.
pub fn connect_record() -> u8 {
    // LAB: todo!("which record of the client has the right length for a CONNECT of 19 bytes?")
    7
    // LAB-END
}

/// How many bytes the PUBLISH has.
pub fn publish_size() -> u16 {
    // LAB: todo!("how long is the packet that the client sent behind its CONNECT?")
    17
    // LAB-END
}

/// Whether the topic of the PUBLISH can be read.
pub fn is_topic_readable() -> bool {
    // LAB: todo!("can the topic be read?")
    false
    // LAB-END
}

/// The number of the record in which there is the PINGREQ.
pub fn pingreq_record() -> u8 {
    // LAB: todo!("which record of the client can be nothing but a packet of two bytes?")
    11
    // LAB-END
}
