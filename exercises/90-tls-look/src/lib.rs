//! 90-tls-look: What somebody in between sees
//!
//! In exercises/90-tls-look/wire.txt is all that somebody saw who stood between a client and a broker. He
//! has no key. The client called the broker by its name, spoke TLS 1.3 with it, and then MQTT: a CONNECT
//! of 19 bytes, a PUBLISH, and a PINGREQ. Say what can be seen. (`cargo run -- scenario tls --detail line`
//! makes such a connection for you, and shows its records.)
//!
//! Check it:  cargo test -p ex-90-tls-look
//! Read:      tls.html#what-somebody-in-between-sees in the book (cargo run -p book)

/// The type of the very first record: the number in its first byte.
pub fn first_record_type() -> u8 {
    todo!("which number does the first byte on the wire have?")
}

/// By which name the client called the broker.
pub fn server_name() -> &'static str {
    todo!("which name can be read in the first record?")
}

/// The type of the records in which there is MQTT.
pub fn mqtt_record_type() -> u8 {
    todo!("which type have the records of the encrypted part?")
}

/// The number of the record in which there is the CONNECT, as wire.txt counts them.
pub fn connect_record() -> u8 {
    todo!("which record of the client has the right length for a CONNECT of 19 bytes?")
}

/// How many bytes the PUBLISH has.
pub fn publish_size() -> u16 {
    todo!("how long is the packet that the client sent behind its CONNECT?")
}

/// Whether the topic of the PUBLISH can be read.
pub fn is_topic_readable() -> bool {
    todo!("can the topic be read?")
}

/// The number of the record in which there is the PINGREQ.
pub fn pingreq_record() -> u8 {
    todo!("which record of the client can be nothing but a packet of two bytes?")
}
