//! What has to outlive the process, as records that a store keeps.
//!
//! Each record is a packet: what a session is, says a CONNECT; what it is subscribed to, SUBSCRIBEs; and
//! of each exchange that is not over, the very packet that goes out next when the session goes on. So a
//! store needs no format beyond the one of the wire, and `tracer decode` can show what is in it.
//!
//! ```text
//!   Broker::step ──▶ Output::Store(Change) ──▶ the store, before any packet of that step leaves
//!   Broker::restore ◀── Records ◀───────────── the store, after a crash as after a clean stop
//! ```

use std::collections::BTreeMap;
use std::fmt;

use delivery::Message;
use wire::{
    Connect, Credentials, Delivery, Packet, PacketIdentifier, PacketType, Publish, Pubrel, Text,
    TopicName, Version, Will,
};

/// All that a store keeps, in the order in which it is taken up again.
pub type Records = BTreeMap<Key, Packet>;

/// One record becomes another one, or is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which record.
    pub key: Key,
    /// What it is from now on; `None` if it is to be deleted, whether it is there or not.
    pub packet: Option<Packet>,
}

/// Which record. Sessions are numbered in the order in which they began, and what belongs to one of
/// them is numbered in the order in which it came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // of the fields: session, number and Packet Identifier
pub enum Key {
    /// A session that outlives its Network Connection (`[MQTT-3.1.2-4]`): a CONNECT with its Client
    /// Identifier, and with the User Name that it belongs to.
    Session(u64),
    /// A subscription: a SUBSCRIBE with one Topic Filter and the QoS that was granted.
    Subscription { session: u64, number: u64 },
    /// A message at QoS 2 that was received, and is not to be taken again until its PUBREL comes
    /// (`[MQTT-4.3.3-2]`): the PUBREC that it was answered with.
    Unreleased { session: u64, packet_identifier: PacketIdentifier },
    /// A message that waits to be sent: a PUBLISH, whose Packet Identifier means nothing yet.
    Waiting { session: u64, number: u64 },
    /// A message that was sent and is not done: the packet that is sent again, a PUBLISH with DUP 1 or
    /// a PUBREL. They are sent in the order of these numbers (`[MQTT-4.6.0-1]`).
    UnderWay { session: u64, number: u64 },
    /// The retained message of a topic: a PUBLISH with RETAIN 1.
    Retained(TopicName),
    /// The will of a client that is connected: a CONNECT with it. Where the process ended, the Network
    /// Connection ended without a DISCONNECT, and a server that fails may publish wills when it runs
    /// again (MQTT 3.1.1 §3.1.2.5).
    Will(u64),
}

/// Records that do not fit together: they are not what a broker has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreError {
    /// The record that was looked at.
    pub key: Key,
    /// What is wrong with it.
    pub problem: Misfit,
}

/// Why a record does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It holds a packet that says nothing about this.
    Packet(PacketType),
    /// It belongs to a session that is not among the records.
    NoSession,
    /// Another session has this Client Identifier.
    SecondSession,
}

impl Change {
    pub(crate) fn put(key: Key, packet: impl Into<Packet>) -> Self {
        Self { key, packet: Some(packet.into()) }
    }

    pub(crate) fn delete(key: Key) -> Self {
        Self { key, packet: None }
    }
}

/// The CONNECT of [`Key::Session`] and [`Key::Will`].
pub(crate) fn connect(client: &Text, user_name: Option<&Text>, will: Option<&Message>) -> Packet {
    let credentials = user_name.map(|name| Credentials { user_name: name.clone(), password: None });
    let will = will.cloned().map(|Message { topic, payload, qos, retain }| Will {
        topic,
        message: payload,
        qos,
        retain,
    });
    Connect {
        version: Version::V3_1_1,
        clean_session: false,
        keep_alive: 0,
        client_identifier: client.clone(),
        will,
        credentials,
    }
    .into()
}

/// The PUBLISH of a message that has no Packet Identifier, or none that counts.
pub(crate) fn message(message: &Message) -> Packet {
    publish(message, PacketIdentifier::FIRST, false)
}

/// The packet that is sent again.
pub(crate) fn again(stage: &delivery::Stage, packet_identifier: PacketIdentifier) -> Packet {
    match stage {
        delivery::Stage::Published(message) => publish(message, packet_identifier, true),
        delivery::Stage::Released => Pubrel { packet_identifier }.into(),
    }
}

fn publish(message: &Message, packet_identifier: PacketIdentifier, dup: bool) -> Packet {
    let Message { topic, payload, qos, retain } = message.clone();
    let delivery = Delivery::new(qos, Some(packet_identifier), dup);
    let delivery = delivery.unwrap_or(Delivery::AtMostOnce); // there is an identifier
    Publish { delivery, retain, topic, payload }.into()
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(session) => write!(f, "session {session}"),
            Self::Subscription { session, number } => {
                write!(f, "subscription {number} of session {session}")
            }
            Self::Unreleased { session, packet_identifier } => {
                write!(f, "received Packet Identifier {packet_identifier} of session {session}")
            }
            Self::Waiting { session, number } => {
                write!(f, "waiting message {number} of session {session}")
            }
            Self::UnderWay { session, number } => {
                write!(f, "message {number} under way of session {session}")
            }
            Self::Retained(topic) => write!(f, "retained message on {topic}"),
            Self::Will(session) => write!(f, "will of session {session}"),
        }
    }
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.key)?;
        match self.problem {
            Misfit::Packet(packet_type) => write!(f, "cannot be a {packet_type} like this one"),
            Misfit::NoSession => write!(f, "belongs to a session that is not there"),
            Misfit::SecondSession => write!(f, "has the Client Identifier of another session"),
        }
    }
}

impl std::error::Error for RestoreError {}
