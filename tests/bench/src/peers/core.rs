//! The codec of `mqtt-protocol-core`.

use std::hint::black_box;
use std::sync::Arc;

use mqtt_protocol_core::mqtt::packet::v3_1_1 as core;

use super::{are_connect_flags, has_fixed_flags, is_text, is_topic_filter, is_topic_name};

/// A packet as `mqtt-protocol-core` wants it: without its fixed header, and in an `Arc`.
pub struct Cut {
    first: u8,
    body: Arc<[u8]>,
}

impl Cut {
    /// Cuts a whole packet; `None` if it has no fixed header.
    pub fn new(frame: &[u8]) -> Option<Self> {
        let length = frame.get(1..)?.iter().take(4).position(|&byte| byte < 0x80)? + 1;
        Some(Self { first: frame[0], body: frame[1 + length..].into() })
    }

    /// Decodes the packet, has the compiler believe that it is of use, and drops it. Whether it is
    /// accepted, by the codec alone or by what it leaves out as well.
    #[inline]
    pub fn decode<const STRICT: bool>(&self) -> bool {
        let (first, body) = (self.first, &self.body[..]);
        if STRICT && first >> 4 != 3 && !has_fixed_flags(first) {
            return false;
        }
        let ends = |read| !STRICT || read == body.len();
        let has_identifier = |number: u16| !STRICT || number != 0;
        match first >> 4 {
            1 => seen(&core::Connect::parse(body), |packet, read| {
                ends(read) && (!STRICT || is_connect(body, packet))
            }),
            2 => {
                seen(&core::Connack::parse(body), |_, read| ends(read) && (!STRICT || body[0] <= 1))
            }
            3 => seen(&core::Publish::parse(first & 0x0f, Arc::clone(&self.body)), |packet, _| {
                !STRICT || is_publish(first, packet)
            }),
            4 => seen(&core::Puback::parse(body), |_, _| ends(2)),
            5 => seen(&core::Pubrec::parse(body), |_, _| ends(2)),
            6 => seen(&core::Pubrel::parse(body), |_, _| ends(2)),
            7 => seen(&core::Pubcomp::parse(body), |_, _| ends(2)),
            8 => seen(&core::Subscribe::parse(body), |packet, _| {
                has_identifier(packet.packet_id()) && (!STRICT || is_subscribe(packet))
            }),
            9 => seen(&core::Suback::parse(body), |packet, _| has_identifier(packet.packet_id())),
            10 => seen(&core::Unsubscribe::parse(body), |packet, _| {
                let fits =
                    || packet.entries().iter().all(|filter| is_topic_filter(filter.as_str()));
                has_identifier(packet.packet_id()) && (!STRICT || fits())
            }),
            11 => seen(&core::Unsuback::parse(body), |packet, read| {
                ends(read) && has_identifier(packet.packet_id())
            }),
            12 => seen(&core::Pingreq::parse(body), |_, read| ends(read)),
            13 => seen(&core::Pingresp::parse(body), |_, read| ends(read)),
            14 => seen(&core::Disconnect::parse(body), |_, read| ends(read)),
            _ => false,
        }
    }
}

/// Looks at a packet where it lies: moving it would be counted too.
#[inline]
fn seen<T, E>(decoded: &Result<(T, usize), E>, fits: impl FnOnce(&T, usize) -> bool) -> bool {
    match black_box(decoded) {
        Ok((packet, read)) => fits(packet, *read),
        Err(_) => false,
    }
}

fn is_publish(first: u8, packet: &core::Publish) -> bool {
    let is_acknowledged = first & 0b0110 != 0;
    is_topic_name(packet.topic_name())
        && packet.packet_id() != Some(0)
        && (is_acknowledged || first & 0b1000 == 0)
}

/// The flags stand behind a Protocol Name of four characters and the Protocol Level.
fn is_connect(body: &[u8], packet: &core::Connect) -> bool {
    are_connect_flags(body[7])
        && is_text(packet.client_id())
        && packet.will_topic().is_none_or(is_topic_name)
        && packet.user_name().is_none_or(is_text)
}

fn is_subscribe(packet: &core::Subscribe) -> bool {
    packet
        .entries()
        .iter()
        .all(|entry| is_topic_filter(entry.topic_filter()) && entry.sub_opts().to_buffer()[0] <= 2)
}
