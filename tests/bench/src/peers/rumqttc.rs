//! The codec of `rumqttc`.

use std::hint::black_box;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{Connect, Packet, Publish, Subscribe};
use wire::{MAX_PACKET, frame_size};

use super::{are_connect_flags, has_fixed_flags, is_text, is_topic_filter, is_topic_name};

/// Takes a packet off the front of a stream, has the compiler believe that it is of use, and drops it.
/// Whether it is accepted, by the codec alone or by what it leaves out as well.
#[inline]
pub fn read<const STRICT: bool>(stream: &mut BytesMut) -> bool {
    let size = stream.len();
    let first = stream.first().copied().unwrap_or(0);
    let lost = if STRICT { lost_bytes(first, stream) } else { None };
    let decoded = Packet::read(stream, MAX_PACKET);
    match black_box(&decoded) {
        Ok(_) if !STRICT => true,
        Ok(Packet::Publish(publish)) => is_publish(first, publish),
        Ok(packet) => {
            has_fixed_flags(first)
                && size - stream.len() == packet.size()
                && is_fit(packet, &lost.unwrap_or_default())
        }
        Err(_) => false,
    }
}

/// What follows the fixed header of the rare packets that have reserved bits: they are not in the packet
/// that is made of it, nor in the stream by then.
fn lost_bytes(first: u8, stream: &[u8]) -> Option<Vec<u8>> {
    let has_reserved_bits = matches!(first >> 4, 1 | 2 | 8);
    let size = has_reserved_bits.then(|| frame_size(stream))?.ok()??;
    let frame = stream.get(..size)?;
    let length = frame[1..].iter().position(|&byte| byte < 0x80)? + 1;
    Some(frame[1 + length..].to_vec())
}

fn is_publish(first: u8, publish: &Publish) -> bool {
    let is_acknowledged = first & 0b0110 != 0;
    is_topic_name(&publish.topic) && (is_acknowledged || !publish.dup)
}

#[inline]
fn is_fit(packet: &Packet, lost: &[u8]) -> bool {
    match packet {
        Packet::Connect(connect) => is_connect(connect, lost),
        Packet::ConnAck(_) => lost[0] <= 1,
        Packet::PubAck(packet) => packet.pkid != 0,
        Packet::PubRec(packet) => packet.pkid != 0,
        Packet::PubRel(packet) => packet.pkid != 0,
        Packet::PubComp(packet) => packet.pkid != 0,
        Packet::Subscribe(packet) => packet.pkid != 0 && is_subscribe(packet, lost),
        Packet::SubAck(packet) => packet.pkid != 0,
        Packet::Unsubscribe(packet) => {
            packet.pkid != 0
                && !packet.topics.is_empty()
                && packet.topics.iter().all(|filter| is_topic_filter(filter))
        }
        Packet::UnsubAck(packet) => packet.pkid != 0,
        Packet::Publish(_) | Packet::PingReq | Packet::PingResp | Packet::Disconnect => true,
    }
}

/// The flags stand behind a Protocol Name of four characters and the Protocol Level.
fn is_connect(connect: &Connect, lost: &[u8]) -> bool {
    are_connect_flags(lost[2 + 4 + 1])
        && is_text(&connect.client_id)
        && connect.last_will.as_ref().is_none_or(|will| is_topic_name(&will.topic))
        && connect.login.as_ref().is_none_or(|login| is_text(&login.username))
}

fn is_subscribe(packet: &Subscribe, lost: &[u8]) -> bool {
    let mut at = 2;
    packet.filters.iter().all(|filter| {
        at += 2 + filter.path.len() + 1;
        is_topic_filter(&filter.path) && lost[at - 1] <= 2
    })
}
