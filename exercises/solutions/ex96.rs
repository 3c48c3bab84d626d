//! 96-detective: Six faults in half a minute
//!
//! kind: reading
//! minutes: 30
//! part: extra
//! page: rules.html
//! rules: MQTT-3.1.2-24 MQTT-3.14.4-3 MQTT-3.8.4-5 MQTT-4.3.3-1 MQTT-3.3.1-9 MQTT-3.2.2-1
//! misconception: If it works, it is right.
//! hint: Read the line of each client for itself, from its CONNECT to its end: `--detail line` shows the
//!   whole story on one page. For each fault there is something like it in the capture that is lawful.
//! hint: Compare: what carol promises in her CONNECT with the times of her packets; how the connections of
//!   alice and dave end; how many filters a SUBSCRIBE has and how many codes its SUBACK; who was subscribed
//!   already when home/door was published; what bob had answered before his connection ended; what bob
//!   asks for each time he connects.
//! hint: `cargo run -p tracer -- lint exercises/96-detective/capture.pcapng` finds them as well, and says
//!   which rule each of them breaks.
//!
//! A broker that seems to work was recorded for half a minute. Look at what it did:
//!
//!     cargo run -p tracer -- read exercises/96-detective/capture.pcapng --detail line
//!
//! shows a line for each packet; without `--detail line` each has its number, and all of its fields. The
//! broker made six faults, one for each question below. Give the number of the packet that shows it.

/// Keep Alive: a packet that could not have come if the broker had done its duty.
pub fn keep_alive() -> u8 {
    // LAB: todo!("after which silence should there be no packet of this client any more?")
    39
    // LAB-END
}

/// Last will: a message that should not have been published.
pub fn will() -> u8 {
    // LAB: todo!("whose will was published, and should not have been?")
    42
    // LAB-END
}

/// Subscribe: an answer that is not one to the whole question.
pub fn subscribe() -> u8 {
    // LAB: todo!("which SUBACK does not fit its SUBSCRIBE?")
    4
    // LAB-END
}

/// QoS: a packet that was sent again, and should not have been.
pub fn qos() -> u8 {
    // LAB: todo!("which PUBLISH came once too often?")
    30
    // LAB-END
}

/// Retained messages: a flag that says that a message was kept, when it was fresh.
pub fn retain() -> u8 {
    // LAB: todo!("which PUBLISH has a flag that it should not have?")
    8
    // LAB-END
}

/// Sessions: a session that there cannot be.
pub fn session() -> u8 {
    // LAB: todo!("which CONNACK speaks of a session that is gone?")
    46
    // LAB-END
}
