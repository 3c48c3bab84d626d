//! Conversations, written down packet by packet.

#![allow(dead_code)] // each test file uses its part
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::time::Duration;

use bytes::Bytes;
use tap::{Direction, Record, Side, What};
use wire::{
    Connect, Delivery, Packet, PacketIdentifier, Publish, Qos, Subscribe, Subscription, Text,
    TopicFilter, TopicName, Unsubscribe, Version,
};

use crate::common::connection;

/// What passes between clients, each known by its number, and a server. A millisecond lies between one
/// packet and the next.
#[derive(Clone, Default)]
pub(crate) struct Talk {
    now: Duration,
    records: Vec<Record>,
}

impl Talk {
    /// The connection of this client is opened.
    pub(crate) fn open(self, client: u8) -> Self {
        self.add(client, What::Opened { client_name: None })
    }

    /// The client sends a packet.
    pub(crate) fn up(self, client: u8, packet: impl Into<Packet>) -> Self {
        self.passes(client, Direction::ToServer, packet.into().to_bytes().unwrap())
    }

    /// The server sends a packet to this client.
    pub(crate) fn down(self, client: u8, packet: impl Into<Packet>) -> Self {
        self.passes(client, Direction::ToClient, packet.into().to_bytes().unwrap())
    }

    /// The client sends a packet that was made from another one.
    pub(crate) fn sends(self, client: u8, bytes: Bytes) -> Self {
        self.passes(client, Direction::ToServer, bytes)
    }

    /// The client sends these bytes.
    pub(crate) fn raw_up(self, client: u8, bytes: &'static [u8]) -> Self {
        self.passes(client, Direction::ToServer, Bytes::from_static(bytes))
    }

    /// The server sends this client a packet that was made from another one.
    pub(crate) fn gets(self, client: u8, bytes: Bytes) -> Self {
        self.passes(client, Direction::ToClient, bytes)
    }

    /// The server sends these bytes to this client.
    pub(crate) fn raw_down(self, client: u8, bytes: &'static [u8]) -> Self {
        self.passes(client, Direction::ToClient, Bytes::from_static(bytes))
    }

    /// One end closes the connection of this client.
    pub(crate) fn close(self, client: u8, by: Side) -> Self {
        self.add(client, What::Closed { by })
    }

    /// Something passes that is not seen: on the connection of this client, or of anybody.
    pub(crate) fn miss(mut self, client: Option<u8>) -> Self {
        let connection = client.map(connection);
        self.records.push(Record { time: self.now, connection, what: What::Missing });
        self
    }

    /// So many seconds pass.
    pub(crate) fn after(mut self, seconds: u64) -> Self {
        self.now += Duration::from_secs(seconds);
        self
    }

    /// All that happened.
    pub(crate) fn records(self) -> Vec<Record> {
        self.records
    }

    fn passes(self, client: u8, direction: Direction, bytes: Bytes) -> Self {
        self.add(client, What::Packet { direction, bytes })
    }

    fn add(mut self, client: u8, what: What) -> Self {
        self.now += Duration::from_millis(1);
        let connection = Some(connection(client));
        self.records.push(Record { time: self.now, connection, what });
        self
    }
}

/// The CONNECT of this client, with a clean session.
pub(crate) fn connect(name: &str) -> Connect {
    Connect {
        version: Version::V3_1_1,
        clean_session: true,
        keep_alive: 600,
        client_identifier: Text::try_from(name).unwrap(),
        will: None,
        credentials: None,
    }
}

/// A PUBLISH on the topic `t`. At QoS 0 it has no number.
pub(crate) fn publish(qos: Qos, number: u16, dup: bool) -> Publish {
    Publish {
        delivery: Delivery::new(qos, PacketIdentifier::new(number), dup).unwrap(),
        retain: false,
        topic: TopicName::try_from("t").unwrap(),
        payload: Bytes::from_static(b"x"),
    }
}

/// A SUBSCRIBE to these filters.
pub(crate) fn subscribe(number: u16, filters: &[(&str, Qos)]) -> Subscribe {
    let subscription = |&(filter, requested_qos): &(&str, Qos)| Subscription {
        topic_filter: TopicFilter::try_from(filter).unwrap(),
        requested_qos,
    };
    Subscribe {
        packet_identifier: PacketIdentifier::new(number).unwrap(),
        subscriptions: filters.iter().map(subscription).collect(),
    }
}

/// An UNSUBSCRIBE from this filter.
pub(crate) fn unsubscribe(number: u16, filter: &str) -> Unsubscribe {
    Unsubscribe {
        packet_identifier: PacketIdentifier::new(number).unwrap(),
        topic_filters: vec![TopicFilter::try_from(filter).unwrap()],
    }
}
