//! 40-read-flows: Who sends what
//!
//! Three messages, each on one leg or two; `cargo run -- scenario qos --detail line` plays them and more.
//! Which QoS, and who sends what?
//!
//!     A   alice ──PUBLISH──────────▶ broker
//!         alice ◀───────────PUBACK── broker
//!
//!     B   alice ──PUBLISH──────────▶ broker
//!           bob ◀──────────PUBLISH── broker
//!
//!     C     pub ──PUBLISH──────────▶ broker  identifier 3
//!          sub2 ◀──────────PUBLISH── broker  identifier 2
//!           pub ◀───────────PUBREC── broker  identifier 3
//!          sub2 ──PUBREC───────────▶ broker  identifier 2
//!          sub2 ◀───────────PUBREL── broker  identifier 2
//!           pub ──PUBREL───────────▶ broker  identifier 3
//!           pub ◀──────────PUBCOMP── broker  identifier 3
//!          sub2 ──PUBCOMP──────────▶ broker  identifier 2
//!
//! Check it:  cargo test -p ex-40-read-flows
//! Read:      quality-of-service.html#qos-2 in the book (cargo run -p book)

/// The QoS of the message in trace A.
pub fn qos_of_a() -> u8 {
    todo!("which QoS has a PUBLISH that PUBACK answers?")
}

/// The QoS of alice's leg in trace B.
pub fn qos_of_b() -> u8 {
    todo!("which QoS has a PUBLISH that nobody answers?")
}

/// How many packets the leg between pub and broker takes in trace C.
pub fn packets_of_pub() -> usize {
    todo!("count the packets of one leg")
}

/// How many of the eight packets of trace C carry the message itself.
pub fn packets_with_the_message() -> usize {
    todo!("which packets have a payload?")
}

/// Who sends PUBREL on the leg between broker and sub2: "broker" or "sub2".
pub fn sends_pubrel_to_sub2() -> &'static str {
    todo!("who sends PUBREL on the second leg?")
}

/// The packet by which pub learns that it need never send the message again.
pub fn never_again_after() -> &'static str {
    todo!("after which packet is the message not sent again?")
}

/// The Packet Identifier of the packet by which sub2 says that it has the message.
pub fn identifier_of_sub2() -> u16 {
    todo!("which number does the second leg have?")
}
