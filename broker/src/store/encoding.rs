//! How a record stands in the store: its key, and the bytes of its packet.
//!
//! A retained message has its topic as key, in a keyspace of its own. In the other keyspace a key is
//! what it is about (one byte), the session, and a number (eight bytes each, the highest first), so that
//! records of one kind and one session stand side by side, in their order.

use broker_core::Key;
use bytes::Bytes;
use wire::{DecodeError, EncodeError, Packet, PacketIdentifier, TopicName, Version};

/// The version of all that is said here. It changes when a store of before cannot be read any more.
pub(super) const FORMAT: &str = "MQTT broker store, format 1\n";

const SESSION: u8 = 1;
const SUBSCRIPTION: u8 = 2;
const UNRELEASED: u8 = 3;
const WAITING: u8 = 4;
const UNDER_WAY: u8 = 5;
const WILL: u8 = 6;

/// A key as it stands in one of the two keyspaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Sessions([u8; 17]),
    Retained(Bytes),
}

pub(super) fn place(key: Key) -> Place {
    let (about, session, number) = match key {
        Key::Session(session) => (SESSION, session, 0),
        Key::Subscription { session, number } => (SUBSCRIPTION, session, number),
        Key::Unreleased { session, packet_identifier } => {
            (UNRELEASED, session, packet_identifier.number().into())
        }
        Key::Waiting { session, number } => (WAITING, session, number),
        Key::UnderWay { session, number } => (UNDER_WAY, session, number),
        Key::Will(session) => (WILL, session, 0),
        Key::Retained(topic) => {
            return Place::Retained(Bytes::copy_from_slice(topic.as_bytes()));
        }
    };
    let mut bytes = [about; 17];
    bytes[1..9].copy_from_slice(&session.to_be_bytes());
    bytes[9..].copy_from_slice(&number.to_be_bytes());
    Place::Sessions(bytes)
}

/// The key that stands in the keyspace of sessions like this; `None` if there is none.
pub(super) fn session_key(bytes: &[u8]) -> Option<Key> {
    let (&about, numbers) = bytes.split_first()?;
    let (session, number) = numbers.split_first_chunk()?;
    let (session, number) = (u64::from_be_bytes(*session), number.try_into().ok()?);
    let number = u64::from_be_bytes(number);
    Some(match about {
        SESSION => Key::Session(session),
        SUBSCRIPTION => Key::Subscription { session, number },
        UNRELEASED => {
            let packet_identifier = PacketIdentifier::new(number.try_into().ok()?)?;
            Key::Unreleased { session, packet_identifier }
        }
        WAITING => Key::Waiting { session, number },
        UNDER_WAY => Key::UnderWay { session, number },
        WILL => Key::Will(session),
        _ => return None,
    })
}

/// The key that stands in the keyspace of retained messages like this; `None` if there is none.
pub(super) fn retained_key(bytes: &[u8]) -> Option<Key> {
    TopicName::new(Bytes::copy_from_slice(bytes)).ok().map(Key::Retained)
}

pub(super) fn value(packet: &Packet) -> Result<Bytes, EncodeError> {
    packet.to_bytes()
}

pub(super) fn packet(bytes: &[u8]) -> Result<Packet, DecodeError> {
    Packet::decode(&Bytes::copy_from_slice(bytes), Version::V3_1_1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = Key> {
        let numbers = || (any::<u64>(), any::<u64>());
        prop_oneof![
            any::<u64>().prop_map(Key::Session),
            any::<u64>().prop_map(Key::Will),
            numbers().prop_map(|(session, number)| Key::Subscription { session, number }),
            numbers().prop_map(|(session, number)| Key::Waiting { session, number }),
            numbers().prop_map(|(session, number)| Key::UnderWay { session, number }),
            (any::<u64>(), 1..u16::MAX).prop_map(|(session, identifier)| Key::Unreleased {
                session,
                packet_identifier: PacketIdentifier::new(identifier).unwrap(),
            }),
            "[a-z/$]{1,9}".prop_map(|topic| Key::Retained(TopicName::try_from(&*topic).unwrap())),
        ]
    }

    fn key_of(place: &Place) -> Option<Key> {
        match place {
            Place::Sessions(bytes) => session_key(bytes),
            Place::Retained(bytes) => retained_key(bytes),
        }
    }

    proptest! {
        #[test]
        fn a_key_is_read_as_it_was_written(key in key()) {
            prop_assert_eq!(key_of(&place(key.clone())), Some(key));
        }

        #[test]
        fn any_bytes_are_a_key_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..20)) {
            if let Some(key) = session_key(&bytes) {
                let exact = matches!(key, Key::Session(_) | Key::Will(_));
                prop_assert!(exact || place(key) == Place::Sessions(bytes.try_into().unwrap()));
            }
        }
    }
}
