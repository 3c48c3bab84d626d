//! Scripted clients on a virtual clock: the broker with everything around it that a test needs.
//!
//! A test tells what clients do, and looks at what each of them gets. Names of tests say what the
//! broker does and which rule asks for it.

mod access;
mod connecting;
mod limits;
mod messages;
mod random;
mod replaying;
mod restoring;
mod retaining;
mod sessions;
mod storing;
mod subscribing;
mod wills;

use std::time::Duration;

use bytes::Bytes;
use wire::{
    Connack, Connect, ConnectReturnCode, Delivery, Packet, PacketIdentifier, Puback, Pubcomp,
    Publish, Pubrec, Pubrel, Qos, Suback, SubackReturnCode, Subscribe, Subscription, Text,
    TopicFilter, TopicName, Unsuback, Unsubscribe, Version, Will,
};

use crate::{Admission, Broker, Configuration, ConnectionId, Input, Output, Records};

/// A broker, its clock, and what it put out and nobody looked at yet.
pub(crate) struct World {
    pub(crate) broker: Broker,
    pub(crate) now: Duration,
    outputs: Vec<Output>,
    last_connection: u64,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Configuration::default())
    }

    pub(crate) fn with(configuration: Configuration) -> Self {
        Self {
            broker: Broker::new(configuration),
            now: Duration::ZERO,
            outputs: Vec::new(),
            last_connection: 0,
        }
    }

    /// A broker that stores, and goes on from these records. What it put out is not looked at yet.
    pub(crate) fn restored(configuration: Configuration, records: Records) -> Self {
        let mut outputs = Vec::new();
        let broker = Broker::restore(configuration, records, &mut outputs).unwrap();
        Self { broker, now: Duration::ZERO, outputs, last_connection: 0 }
    }

    /// A Network Connection without a CONNECT.
    pub(crate) fn open(&mut self) -> ConnectionId {
        self.last_connection += 1;
        let id = ConnectionId(self.last_connection);
        self.broker.step(self.now, id, Input::Opened, &mut self.outputs);
        id
    }

    /// A client that is let in, on a new Network Connection. Its CONNACK was looked at.
    pub(crate) fn client(&mut self, connect: Connect) -> ConnectionId {
        let id = self.open();
        self.send(id, Packet::from(connect));
        let at = self
            .outputs
            .iter()
            .position(|output| matches!(output, Output::Send(to, Packet::Connack(_)) if *to == id));
        match self.outputs.remove(at.expect("a CONNACK")) {
            Output::Send(_, Packet::Connack(connack)) => {
                assert_eq!(connack.return_code, ConnectReturnCode::ACCEPTED);
            }
            _ => unreachable!(),
        }
        id
    }

    pub(crate) fn send(&mut self, id: ConnectionId, packet: impl Into<Packet>) {
        let input = Input::Received(packet.into());
        self.broker.step(self.now, id, input, &mut self.outputs);
    }

    /// A CONNECT of which the caller knows already whether its credentials are good.
    pub(crate) fn examined(&mut self, id: ConnectionId, connect: Connect, admission: Admission) {
        let input = Input::Examined(connect, admission);
        self.broker.step(self.now, id, input, &mut self.outputs);
    }

    pub(crate) fn malformed(&mut self, id: ConnectionId, bytes: &'static [u8]) {
        let error = Packet::decode(&Bytes::from_static(bytes), Version::V3_1_1).unwrap_err();
        self.broker.step(self.now, id, Input::Malformed(error), &mut self.outputs);
    }

    /// The Network Connection is gone, from outside.
    pub(crate) fn cut(&mut self, id: ConnectionId) {
        self.broker.step(self.now, id, Input::Closed, &mut self.outputs);
    }

    /// The client can take more; false if there is no more for it.
    pub(crate) fn ready(&mut self, id: ConnectionId) -> bool {
        let before = self.outputs.len();
        self.outputs.retain(|output| *output != Output::More(id));
        let is_more = self.outputs.len() < before;
        if is_more {
            self.broker.step(self.now, id, Input::Ready, &mut self.outputs);
        }
        is_more
    }

    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
        self.broker.tick(self.now, &mut self.outputs);
    }

    /// Subscribes; the SUBACK was looked at, what followed was not.
    pub(crate) fn subscribe(&mut self, id: ConnectionId, filter: &str, qos: Qos) {
        self.send(id, subscribe(1, &[(filter, qos)]));
        let suback = Packet::Suback(Suback {
            packet_identifier: number(1),
            return_codes: vec![SubackReturnCode::Granted(qos)],
        });
        let at = self.outputs.iter().position(|it| *it == Output::Send(id, suback.clone()));
        self.outputs.remove(at.expect("a SUBACK that grants what was asked for"));
    }

    /// The packets that this client was sent, since the last look. Those of others stay.
    pub(crate) fn packets(&mut self, id: ConnectionId) -> Vec<Packet> {
        let (mine, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.outputs)
            .into_iter()
            .partition(|output| matches!(output, Output::Send(to, _) if *to == id));
        self.outputs = others;
        mine.into_iter()
            .filter_map(|output| match output {
                Output::Send(_, packet) => Some(packet),
                _ => None,
            })
            .collect()
    }

    /// The messages that this client was sent, as `topic payload QoS`, with flags: `a x 1 dup retain`.
    pub(crate) fn messages(&mut self, id: ConnectionId) -> Vec<String> {
        self.packets(id)
            .into_iter()
            .map(|packet| match packet {
                Packet::Publish(publish) => told(&publish),
                other => format!("{}", other.packet_type()),
            })
            .collect()
    }

    /// Whether the broker closed this Network Connection since the last look.
    pub(crate) fn is_closed(&mut self, id: ConnectionId) -> bool {
        let before = self.outputs.len();
        self.outputs.retain(|output| *output != Output::Close(id));
        self.outputs.len() < before
    }

    /// The sentences since the last look.
    pub(crate) fn events(&mut self) -> Vec<String> {
        let (events, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.outputs)
            .into_iter()
            .partition(|output| matches!(output, Output::Event(..)));
        self.outputs = others;
        events
            .into_iter()
            .filter_map(|output| match output {
                Output::Event(_, event) => Some(event.to_string()),
                _ => None,
            })
            .collect()
    }

    /// All of it, in the order in which the broker wants it done.
    pub(crate) fn outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }
}

fn told(publish: &Publish) -> String {
    let payload = String::from_utf8_lossy(&publish.payload);
    let dup = if publish.delivery.dup() { " dup" } else { "" };
    let retain = if publish.retain { " retain" } else { "" };
    format!("{} {payload} {}{dup}{retain}", publish.topic, publish.delivery.qos().level())
}

/// A CONNECT with Clean Session 1, without Keep Alive and will.
pub(crate) fn clean(name: &str) -> Connect {
    Connect {
        version: Version::V3_1_1,
        clean_session: true,
        keep_alive: 0,
        client_identifier: Text::try_from(name).unwrap(),
        will: None,
        credentials: None,
    }
}

/// The same with Clean Session 0.
pub(crate) fn kept(name: &str) -> Connect {
    Connect { clean_session: false, ..clean(name) }
}

pub(crate) fn will(topic: &str, qos: Qos, retain: bool) -> Will {
    let topic = TopicName::try_from(topic).unwrap();
    Will { topic, message: Bytes::from_static(b"gone"), qos, retain }
}

pub(crate) fn number(identifier: u16) -> PacketIdentifier {
    PacketIdentifier::new(identifier).unwrap()
}

/// A PUBLISH with RETAIN 0, DUP 0 and Packet Identifier 9.
pub(crate) fn publish(topic: &str, payload: &str, qos: Qos) -> Publish {
    Publish {
        delivery: Delivery::new(qos, Some(number(9)), false).unwrap(),
        retain: false,
        topic: TopicName::try_from(topic).unwrap(),
        payload: Bytes::copy_from_slice(payload.as_bytes()),
    }
}

pub(crate) fn retained(topic: &str, payload: &str, qos: Qos) -> Publish {
    Publish { retain: true, ..publish(topic, payload, qos) }
}

pub(crate) fn subscribe(identifier: u16, filters: &[(&str, Qos)]) -> Subscribe {
    let subscriptions = filters
        .iter()
        .map(|(filter, qos)| Subscription {
            topic_filter: TopicFilter::try_from(*filter).unwrap(),
            requested_qos: *qos,
        })
        .collect();
    Subscribe { packet_identifier: number(identifier), subscriptions }
}

pub(crate) fn unsubscribe(identifier: u16, filters: &[&str]) -> Unsubscribe {
    let topic_filters =
        filters.iter().map(|filter| TopicFilter::try_from(*filter).unwrap()).collect();
    Unsubscribe { packet_identifier: number(identifier), topic_filters }
}

pub(crate) fn connack(session_present: bool, code: ConnectReturnCode) -> Packet {
    Connack { session_present, return_code: code }.into()
}

macro_rules! numbered {
    ($($function:ident $packet:ident)*) => {$(
        pub(crate) fn $function(identifier: u16) -> Packet {
            $packet { packet_identifier: number(identifier) }.into()
        }
    )*};
}

numbered! { puback Puback pubrec Pubrec pubrel Pubrel pubcomp Pubcomp unsuback Unsuback }
