//! Generators of packets for property tests, here and in other packages (feature `strategies`).
//!
//! ```text
//!   packet ─────▶ a packet that encodes: each of the fourteen types, every optional part, edge sizes
//!   any_value ──▶ whatever the types can hold: also what `Packet::encode` refuses
//!   damaged ────▶ the bytes of a packet after an accident: flipped bits, cut, more bytes, a wrong length
//!
//!   tiles, identity ◀── whatever bytes: what has to hold of them
//! ```
//!
//! Strings are empty, short in any script, and now and then 65535 bytes long; Remaining Lengths are
//! small, and now and then on either side of the step to one more byte.
//!
//! ```
//! use proptest::prelude::*;
//! use wire::{Packet, Version, strategies};
//!
//! proptest!(|(packet in strategies::packet())| {
//!     let bytes = packet.clone().to_bytes()?;
//!     prop_assert_eq!(Packet::decode(&bytes, Version::V3_1_1)?, packet);
//! });
//! ```

mod damage;
mod oracles;
mod values;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub use damage::damaged;
pub use oracles::{identity, tiles};
pub use values::{
    binary, packet_identifier, payload, qos, text, topic_filter, topic_name, version,
};

use crate::{
    Connack, Connect, ConnectReturnCode, Credentials, Delivery, Disconnect, ForeignConnect, Packet,
    PacketIdentifier, PacketType, Pingreq, Pingresp, Puback, Pubcomp, Publish, Pubrec, Pubrel, Qos,
    Suback, SubackReturnCode, Subscribe, Subscription, Unsuback, Unsubscribe, Version, Will,
};

/// Any packet that encodes, each type as often as the others.
pub fn packet() -> impl Strategy<Value = Packet> {
    proptest::sample::select(PacketType::ALL.as_slice()).prop_flat_map(packet_of)
}

/// A packet of this type that encodes. A CONNECT may be a [`ForeignConnect`].
pub fn packet_of(packet_type: PacketType) -> BoxedStrategy<Packet> {
    match packet_type {
        PacketType::Connect => prop_oneof![
            4 => connect().prop_map(Packet::from),
            1 => foreign_connect().prop_map(Packet::from),
        ]
        .boxed(),
        PacketType::Connack => connack().prop_map(Packet::from).boxed(),
        PacketType::Publish => publish().prop_map(Packet::from).boxed(),
        PacketType::Puback => acknowledgement(|packet_identifier| Puback { packet_identifier }),
        PacketType::Pubrec => acknowledgement(|packet_identifier| Pubrec { packet_identifier }),
        PacketType::Pubrel => acknowledgement(|packet_identifier| Pubrel { packet_identifier }),
        PacketType::Pubcomp => acknowledgement(|packet_identifier| Pubcomp { packet_identifier }),
        PacketType::Subscribe => subscribe(1).prop_map(Packet::from).boxed(),
        PacketType::Suback => suback(1).prop_map(Packet::from).boxed(),
        PacketType::Unsubscribe => unsubscribe(1).prop_map(Packet::from).boxed(),
        PacketType::Unsuback => acknowledgement(|packet_identifier| Unsuback { packet_identifier }),
        PacketType::Pingreq => Just(Pingreq.into()).boxed(),
        PacketType::Pingresp => Just(Pingresp.into()).boxed(),
        PacketType::Disconnect => Just(Disconnect.into()).boxed(),
    }
}

/// Any packet that the types can hold: also a list without entries and a Will Message or Password that
/// is too long, which [`Packet::encode`] refuses.
pub fn any_value() -> impl Strategy<Value = Packet> {
    prop_oneof![
        4 => packet(),
        1 => subscribe(0).prop_map(Packet::from),
        1 => suback(0).prop_map(Packet::from),
        1 => unsubscribe(0).prop_map(Packet::from),
        1 => (connect(), will(), values::around_the_limit()).prop_map(|(connect, will, message)| {
            Connect { will: Some(Will { message, ..will }), ..connect }.into()
        }),
        1 => (connect(), text(), values::around_the_limit()).prop_map(
            |(connect, user_name, password)| {
                let credentials = Credentials { user_name, password: Some(password) };
                Connect { credentials: Some(credentials), ..connect }.into()
            }
        ),
    ]
}

/// A CONNECT of a version that the lab speaks, with and without each optional part.
pub fn connect() -> impl Strategy<Value = Connect> {
    let credentials = (text(), option::of(binary()))
        .prop_map(|(user_name, password)| Credentials { user_name, password });
    (version(), any::<bool>(), any::<u16>(), text(), option::of(will()), option::of(credentials))
        .prop_map(|(version, clean_session, keep_alive, client_identifier, will, credentials)| {
            Connect { version, clean_session, keep_alive, client_identifier, will, credentials }
        })
}

/// A will.
pub fn will() -> impl Strategy<Value = Will> {
    (topic_name(), binary(), qos(), any::<bool>()).prop_map(|(topic, message, qos, retain)| Will {
        topic,
        message,
        qos,
        retain,
    })
}

/// A CONNECT of a protocol that the lab does not speak: another name, another level, or both.
pub fn foreign_connect() -> impl Strategy<Value = ForeignConnect> {
    let name = prop_oneof![
        Just(Version::V3_1.protocol_name_text()),
        Just(Version::V3_1_1.protocol_name_text()),
        text(),
    ];
    let level = prop_oneof![3..=5_u8, any::<u8>()];
    (name, level, payload())
        .prop_filter("the lab speaks this version", |(name, level, _)| {
            Version::of(name, *level).is_none()
        })
        .prop_map(|(protocol_name, protocol_level, rest)| ForeignConnect {
            protocol_name,
            protocol_level,
            rest,
        })
}

/// A CONNACK, with any code.
pub fn connack() -> impl Strategy<Value = Connack> {
    (any::<bool>(), prop_oneof![0..=5_u8, any::<u8>()]).prop_map(|(session_present, code)| {
        Connack { session_present, return_code: ConnectReturnCode(code) }
    })
}

/// A PUBLISH at any QoS. Some have as much payload as it takes to make the Remaining Length the largest
/// of so many bytes, or the smallest of one more.
pub fn publish() -> impl Strategy<Value = Publish> {
    let delivery =
        (qos(), packet_identifier(), any::<bool>()).prop_map(|(qos, packet_identifier, dup)| {
            match qos {
                Qos::AtMostOnce => Delivery::AtMostOnce,
                Qos::AtLeastOnce => Delivery::AtLeastOnce { packet_identifier, dup },
                Qos::ExactlyOnce => Delivery::ExactlyOnce { packet_identifier, dup },
            }
        });
    let remaining_length = prop_oneof![
        8 => Just(None),
        2 => proptest::sample::select(&[127_usize, 128, 16_383, 16_384][..]).prop_map(Some),
    ];
    (delivery, any::<bool>(), topic_name(), payload(), remaining_length).prop_map(
        |(delivery, retain, topic, payload, remaining_length)| {
            let identifier = 2 * usize::from(delivery.packet_identifier().is_some());
            let header = 2 + topic.len() + identifier;
            let fill = remaining_length.and_then(|length| length.checked_sub(header));
            let payload = fill.map_or(payload, |length| Bytes::from(vec![b'.'; length]));
            Publish { delivery, retain, topic, payload }
        },
    )
}

/// A SUBSCRIBE of at least so many Topic Filters; it takes one to encode.
pub fn subscribe(at_least: usize) -> impl Strategy<Value = Subscribe> {
    let subscription = (topic_filter(), qos())
        .prop_map(|(topic_filter, requested_qos)| Subscription { topic_filter, requested_qos });
    (packet_identifier(), vec(subscription, at_least..5)).prop_map(
        |(packet_identifier, subscriptions)| Subscribe { packet_identifier, subscriptions },
    )
}

/// A SUBACK of at least so many return codes; it takes one to encode.
pub fn suback(at_least: usize) -> impl Strategy<Value = Suback> {
    let return_code = prop_oneof![
        3 => qos().prop_map(SubackReturnCode::Granted),
        1 => Just(SubackReturnCode::Failure),
    ];
    (packet_identifier(), vec(return_code, at_least..10))
        .prop_map(|(packet_identifier, return_codes)| Suback { packet_identifier, return_codes })
}

/// An UNSUBSCRIBE of at least so many Topic Filters; it takes one to encode.
pub fn unsubscribe(at_least: usize) -> impl Strategy<Value = Unsubscribe> {
    (packet_identifier(), vec(topic_filter(), at_least..5)).prop_map(
        |(packet_identifier, topic_filters)| Unsubscribe { packet_identifier, topic_filters },
    )
}

fn acknowledgement<P: Into<Packet> + 'static>(
    make: fn(PacketIdentifier) -> P,
) -> BoxedStrategy<Packet> {
    packet_identifier().prop_map(move |identifier| make(identifier).into()).boxed()
}
