//! 31-subscribe: Three wishes, three answers
//!
//! kind: codec
//! minutes: 30
//! part: core
//! sheets: day
//! page: subscribe.html#one-filter
//! rules: MQTT-3.8.1-1 MQTT-2.3.1-1 MQTT-3.8.4-4 MQTT-3.8.4-5 MQTT-3.9.3-2
//! misconception: SUBACK means that all went well, and that what was asked for was granted.
//! hint: Write the variable header and the payload first: the Packet Identifier in two bytes, then for
//!   each wish its filter as a text and its QoS as one byte. Put the fixed header in front at the end,
//!   when you know how many bytes follow it.
//! hint: The first byte is 0x82, since the flags of SUBSCRIBE have to be 0010. In SUBACK bytes 2 and 3 are
//!   the identifier, and each byte from byte 4 on answers one wish.
//! hint: `rest.extend(packet_identifier.to_be_bytes())`, then `rest.extend(text(filter))` and
//!   `rest.push(*qos)` for each. Of SUBACK, `suback[4..].iter().map(…)` gives Refused for 0x80 and
//!   Granted(code) for all others.
//!
//! One SUBSCRIBE may hold several wishes, each a Topic Filter with a QoS. One SUBACK answers them all, with
//! a code for each. Write the one, and read the other. No packet here has more than 127 bytes behind its
//! fixed header, so that the Remaining Length is one byte.

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
    // LAB: todo!("write the identifier, then each filter with its QoS, and the fixed header in front")
    let mut rest = packet_identifier.to_be_bytes().to_vec();
    for (filter, qos) in wishes {
        rest.extend(text(filter));
        rest.push(*qos);
    }
    let mut packet = vec![0x82, rest.len() as u8];
    packet.extend(rest);
    packet
    // LAB-END
}

/// The Packet Identifier of the SUBSCRIBE that this whole SUBACK packet answers.
pub fn answers_to(suback: &[u8]) -> u16 {
    // LAB: todo!("which SUBSCRIBE does it answer?")
    u16::from_be_bytes([suback[2], suback[3]])
    // LAB-END
}

/// What this whole SUBACK packet says to each wish, in their order.
pub fn answers(suback: &[u8]) -> Vec<Answer> {
    // LAB: todo!("read one code for each wish")
    let answer = |code: &u8| match code {
        0x80 => Answer::Refused,
        qos => Answer::Granted(*qos),
    };
    suback[4..].iter().map(answer).collect()
    // LAB-END
}

/// A text as MQTT writes it: its length in two bytes, and then its bytes.
pub fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat()
}
