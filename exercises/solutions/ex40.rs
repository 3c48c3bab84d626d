//! 40-read-flows: Who sends what
//!
//! kind: reading
//! minutes: 20
//! part: core
//! sheets: day half-day ninety
//! page: quality-of-service.html#qos-2
//! misconception: PUBREL comes from the receiver, and the subscriber acknowledges to the publisher.
//! hint: Who publishes sends PUBLISH, and for each leg that is somebody else: alice on her leg, the broker
//!   on the leg to bob.
//! hint: At QoS 2 the four packets go to and fro: sender, receiver, sender, receiver. Count them for one
//!   message and one leg only, by their Packet Identifier.
//! hint: `cargo run -- scenario qos --detail line` shows trace C, with two more subscribers. Each
//!   packet with sub2 belongs to the leg of sub2, and those with pub to the other one.
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

/// The QoS of the message in trace A.
pub fn qos_of_a() -> u8 {
    // LAB: todo!("which QoS has a PUBLISH that PUBACK answers?")
    1
    // LAB-END
}

/// The QoS of alice's leg in trace B.
pub fn qos_of_b() -> u8 {
    // LAB: todo!("which QoS has a PUBLISH that nobody answers?")
    0
    // LAB-END
}

/// How many packets the leg between pub and broker takes in trace C.
pub fn packets_of_pub() -> usize {
    // LAB: todo!("count the packets of one leg")
    4
    // LAB-END
}

/// How many of the eight packets of trace C carry the message itself.
pub fn packets_with_the_message() -> usize {
    // LAB: todo!("which packets have a payload?")
    2
    // LAB-END
}

/// Who sends PUBREL on the leg between broker and sub2: "broker" or "sub2".
pub fn sends_pubrel_to_sub2() -> &'static str {
    // LAB: todo!("who sends PUBREL on the second leg?")
    "broker"
    // LAB-END
}

/// The packet by which pub learns that it need never send the message again.
pub fn never_again_after() -> &'static str {
    // LAB: todo!("after which packet is the message not sent again?")
    "PUBREC"
    // LAB-END
}

/// The Packet Identifier of the packet by which sub2 says that it has the message.
pub fn identifier_of_sub2() -> u16 {
    // LAB: todo!("which number does the second leg have?")
    2
    // LAB-END
}
