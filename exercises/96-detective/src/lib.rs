//! 96-detective: Six faults in half a minute
//!
//! A broker that seems to work was recorded for half a minute. Look at what it did:
//!
//!     cargo run -p tracer -- read exercises/96-detective/capture.pcapng --detail line
//!
//! shows a line for each packet; without `--detail line` each has its number, and all of its fields. The
//! broker made six faults, one for each question below. Give the number of the packet that shows it.
//!
//! Check it:  cargo test -p ex-96-detective
//! Read:      rules.html in the book (cargo run -p book)

/// Keep Alive: a packet that could not have come if the broker had done its duty.
pub fn keep_alive() -> u8 {
    todo!("after which silence should there be no packet of this client any more?")
}

/// Last will: a message that should not have been published.
pub fn will() -> u8 {
    todo!("whose will was published, and should not have been?")
}

/// Subscribe: an answer that is not one to the whole question.
pub fn subscribe() -> u8 {
    todo!("which SUBACK does not fit its SUBSCRIBE?")
}

/// QoS: a packet that was sent again, and should not have been.
pub fn qos() -> u8 {
    todo!("which PUBLISH came once too often?")
}

/// Retained messages: a flag that says that a message was kept, when it was fresh.
pub fn retain() -> u8 {
    todo!("which PUBLISH has a flag that it should not have?")
}

/// Sessions: a session that there cannot be.
pub fn session() -> u8 {
    todo!("which CONNACK speaks of a session that is gone?")
}
