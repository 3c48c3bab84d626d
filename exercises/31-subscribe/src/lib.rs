//! 31-subscribe: Three wishes, three answers
//!
//! One SUBSCRIBE may hold several wishes, each a Topic Filter with a QoS. One SUBACK answers them all, with
//! a code for each. Write the one, and read the other. No packet here has more than 127 bytes behind its
//! fixed header, so that the Remaining Length is one byte.
//!
//! Check it:  cargo test -p ex-31-subscribe
//! Read:      subscribe.html#one-filter in the book (cargo run -p book)

/// The broker's answer to one wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The subscription stands, and its messages come at this QoS at the most.
    Granted(u8),
    /// There is no such subscription.
    Refused,
}

/// A whole SUBSCRIBE packet. Each wish is a Topic Filter and the QoS that is asked for.
pub fn subscribe(packet_identifier: u16, wishes: &[(&str, u8)]) -> Vec<u8> {
    todo!("write the identifier, then each filter with its QoS, and the fixed header in front")
}

/// The Packet Identifier of the SUBSCRIBE that this whole SUBACK packet answers.
pub fn answers_to(suback: &[u8]) -> u16 {
    todo!("which SUBSCRIBE does it answer?")
}

/// What this whole SUBACK packet says to each wish, in their order.
pub fn answers(suback: &[u8]) -> Vec<Answer> {
    todo!("read one code for each wish")
}

/// A text as MQTT writes it: its length in two bytes, and then its bytes.
pub fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat()
}
