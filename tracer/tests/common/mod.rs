//! What the tests of the tracer share: packets to show, and ways to show them.

#![allow(dead_code)] // each test file uses its part
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction, Record, What};
use tracer::{Detail, Format, Page, Printer};
use wire::{
    Connack, Connect, ConnectReturnCode, Credentials, Delivery, Disconnect, Packet,
    PacketIdentifier, Pingreq, Pingresp, Puback, Pubcomp, Publish, Pubrec, Pubrel, Qos, Suback,
    SubackReturnCode, Subscribe, Subscription, Text, TopicFilter, TopicName, Unsuback, Unsubscribe,
    Version, Will,
};

/// The Packet Identifier of all samples.
fn identifier() -> PacketIdentifier {
    PacketIdentifier::new(10).unwrap()
}

fn filter(text: &str) -> TopicFilter {
    TopicFilter::try_from(text).unwrap()
}

/// A CONNECT with all that it can have.
pub(crate) fn connect() -> Connect {
    Connect {
        version: Version::V3_1_1,
        clean_session: true,
        keep_alive: 60,
        client_identifier: Text::try_from("alice").unwrap(),
        will: Some(Will {
            topic: TopicName::try_from("home/alice").unwrap(),
            message: Bytes::from_static(b"gone"),
            qos: Qos::AtLeastOnce,
            retain: true,
        }),
        credentials: Some(Credentials {
            user_name: Text::try_from("user").unwrap(),
            password: Some(Bytes::from_static(b"secret")),
        }),
    }
}

/// A PUBLISH at QoS 1.
pub(crate) fn publish() -> Publish {
    Publish {
        delivery: Delivery::AtLeastOnce { packet_identifier: identifier(), dup: false },
        retain: false,
        topic: TopicName::try_from("home/kitchen/temperature").unwrap(),
        payload: Bytes::from_static(b"21.5"),
    }
}

/// A packet of each type, with its name.
pub(crate) fn each_type() -> Vec<(&'static str, Packet)> {
    let packet_identifier = identifier();
    vec![
        ("connect", connect().into()),
        (
            "connack",
            Connack { session_present: true, return_code: ConnectReturnCode::ACCEPTED }.into(),
        ),
        ("publish", publish().into()),
        ("puback", Puback { packet_identifier }.into()),
        ("pubrec", Pubrec { packet_identifier }.into()),
        ("pubrel", Pubrel { packet_identifier }.into()),
        ("pubcomp", Pubcomp { packet_identifier }.into()),
        ("subscribe", subscribe().into()),
        (
            "suback",
            Suback {
                packet_identifier,
                return_codes: vec![
                    SubackReturnCode::Granted(Qos::AtLeastOnce),
                    SubackReturnCode::Failure,
                ],
            }
            .into(),
        ),
        (
            "unsubscribe",
            Unsubscribe { packet_identifier, topic_filters: vec![filter("home/#")] }.into(),
        ),
        ("unsuback", Unsuback { packet_identifier }.into()),
        ("pingreq", Pingreq.into()),
        ("pingresp", Pingresp.into()),
        ("disconnect", Disconnect.into()),
    ]
}

fn subscribe() -> Subscribe {
    let subscription =
        |text, requested_qos| Subscription { topic_filter: filter(text), requested_qos };
    Subscribe {
        packet_identifier: identifier(),
        subscriptions: vec![
            subscription("home/+/temperature", Qos::AtLeastOnce),
            subscription("$SYS/#", Qos::ExactlyOnce),
        ],
    }
}

/// The connection of the client with this number.
pub(crate) fn connection(client: u8) -> Connection {
    Connection {
        client: SocketAddr::from(([127, 0, 0, 1], 50_000 + u16::from(client))),
        server: SocketAddr::from(([127, 0, 0, 1], 1883)),
    }
}

/// A record, some microseconds after the start.
pub(crate) fn record(micros: u64, client: u8, what: What) -> Record {
    Record { time: Duration::from_micros(micros), connection: Some(connection(client)), what }
}

/// A packet that passes, some microseconds after the start.
pub(crate) fn passes(micros: u64, client: u8, direction: Direction, bytes: Bytes) -> Record {
    record(micros, client, What::Packet { direction, bytes })
}

/// The bytes of a packet.
pub(crate) fn bytes(packet: impl Into<Packet>) -> Bytes {
    packet.into().to_bytes().unwrap()
}

/// A page without colour.
pub(crate) fn page(width: usize) -> Page {
    Page { width, colour: None }
}

/// Bytes shown as a packet that belongs to no conversation.
pub(crate) fn shown(bytes: impl Into<Bytes>, detail: Detail, page: Page) -> String {
    let out = Out::default();
    let printer = Printer::apart(out.clone(), Format::Text, page, detail);
    printer.print(passes(412, 0, Direction::ToServer, bytes.into()));
    out.text()
}

/// The text as a terminal without colour would show it.
pub(crate) fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = behind.split_once('m').unwrap().1;
    }
    plain + rest
}

/// A writer that keeps what is written for whoever has a clone of it.
#[derive(Clone, Default)]
pub(crate) struct Out(Arc<Mutex<Vec<u8>>>);

impl Out {
    /// What was written.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
