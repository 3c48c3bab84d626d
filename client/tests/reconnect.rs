//! The client that connects again: what goes on with the session, and what its program is told.
//!
//! The servers here are played by the test, packet by packet, for only then it is known what is on its
//! way when the Network Connection breaks.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::num::NonZeroU16;
use std::time::Duration;

use bytes::BytesMut;
use client::{Backoff, Client, Notice, Notices, Options};
use client_core::Why;
use delivery::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wire::{
    Connack, ConnectReturnCode, Delivery, Packet, Puback, Qos, Suback, SubackReturnCode, Text,
    TopicFilter, TopicName, Unsuback, Version, take_frame,
};

/// How long anything may take before a test fails. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that the test plays.
struct Played(TcpListener);

/// One of its Network Connections.
struct Link {
    socket: TcpStream,
    input: BytesMut,
}

impl Played {
    async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// A client that keeps its session, and connects again at once.
    fn options(&self) -> Options {
        let port = self.0.local_addr().unwrap().port();
        let mut options = Options::new("127.0.0.1", port, Text::try_from("alice").unwrap());
        options.configuration.clean_session = false;
        let wait = Duration::from_millis(1);
        options.reconnect = Some(Backoff { first: wait, longest: wait });
        options
    }

    /// Takes the next CONNECT, and answers it.
    async fn let_in(&self, session_present: bool) -> Link {
        self.answer(session_present, ConnectReturnCode::ACCEPTED).await
    }

    async fn answer(&self, session_present: bool, return_code: ConnectReturnCode) -> Link {
        let (socket, _) = self.0.accept().await.unwrap();
        let mut link = Link { socket, input: BytesMut::new() };
        assert!(matches!(link.next().await, Packet::Connect(_)));
        link.send(Connack { session_present, return_code }).await;
        link
    }
}

impl Link {
    async fn next(&mut self) -> Packet {
        loop {
            if let Some(frame) = take_frame(&mut self.input, 1 << 20).unwrap() {
                return Packet::decode(&frame, Version::V3_1_1).unwrap();
            }
            let reading = self.socket.read_buf(&mut self.input);
            let read = tokio::time::timeout(PATIENCE, reading).await.expect("a packet comes");
            assert!(read.unwrap() > 0, "the client closed");
        }
    }

    async fn send(&mut self, packet: impl Into<Packet>) {
        let mut bytes = BytesMut::new();
        packet.into().encode(&mut bytes).unwrap();
        self.socket.write_all(&bytes).await.unwrap();
    }

    /// The next packet, which is a PUBLISH at QoS 1: its payload, and whether it says DUP.
    async fn published(&mut self) -> (String, Delivery) {
        match self.next().await {
            Packet::Publish(it) => (String::from_utf8(it.payload.to_vec()).unwrap(), it.delivery),
            other => panic!("awaited a PUBLISH, got {other:?}"),
        }
    }

    async fn acknowledge(&mut self, delivery: Delivery) {
        let Delivery::AtLeastOnce { packet_identifier, .. } = delivery else {
            panic!("{delivery:?} is not at QoS 1")
        };
        self.send(Puback { packet_identifier }).await;
    }
}

async fn next(notices: &mut Notices) -> Notice {
    let notice = tokio::time::timeout(PATIENCE, notices.next()).await.expect("a notice comes");
    notice.expect("the client goes on")
}

fn message(payload: &'static str) -> Message {
    let topic = TopicName::new("a").unwrap();
    Message { topic, payload: payload.into(), qos: Qos::AtLeastOnce, retain: false }
}

/// Connects to a server that lets it in.
async fn connected(server: &Played, options: Options) -> (Client, Notices, Link) {
    let (connected, link) = tokio::join!(Client::connect(options), server.let_in(false));
    let (client, notices) = connected.unwrap();
    (client, notices, link)
}

#[tokio::test]
async fn what_was_on_its_way_is_sent_again_and_its_publisher_hears_of_it() {
    let server = Played::start().await;
    let (client, mut notices, mut link) = connected(&server, server.options()).await;
    let publishing = client.publish(message("hello"));
    let (_, Delivery::AtLeastOnce { packet_identifier, dup: false }) = link.published().await
    else {
        panic!("the first time DUP is 0");
    };
    drop(link);
    let mut link = server.let_in(true).await;
    assert_eq!(next(&mut notices).await, Notice::Disconnected(Why::Closed));
    assert_eq!(next(&mut notices).await, Notice::Reconnected { session_present: true });
    let again = Delivery::AtLeastOnce { packet_identifier, dup: true };
    assert_eq!(link.published().await, ("hello".to_owned(), again));
    link.acknowledge(again).await;
    publishing.await.unwrap();
}

#[tokio::test]
async fn what_is_asked_while_there_is_no_connection_is_done_on_the_next() {
    let server = Played::start().await;
    let (client, mut notices, link) = connected(&server, server.options()).await;
    drop(link);
    assert_eq!(next(&mut notices).await, Notice::Disconnected(Why::Closed));
    let publishing = client.publish(message("hello"));
    let subscribing = client.subscribe(TopicFilter::new("a").unwrap(), Qos::AtLeastOnce);
    let serving = async {
        let mut link = server.let_in(false).await;
        let Packet::Subscribe(subscribe) = link.next().await else { panic!("not a SUBSCRIBE") };
        let return_codes = vec![SubackReturnCode::Granted(Qos::AtLeastOnce)];
        let packet_identifier = subscribe.packet_identifier;
        link.send(Suback { packet_identifier, return_codes }).await;
        let (payload, delivery) = link.published().await;
        link.acknowledge(delivery).await;
        (link, payload)
    };
    let (granted, (_link, payload)) = tokio::join!(subscribing, serving);
    assert_eq!(granted.unwrap(), SubackReturnCode::Granted(Qos::AtLeastOnce));
    assert_eq!(payload, "hello");
    publishing.await.unwrap();
    assert_eq!(next(&mut notices).await, Notice::Reconnected { session_present: false });
}

#[tokio::test]
async fn no_more_is_on_its_way_than_the_window_has_room_for() {
    let server = Played::start().await;
    let mut options = server.options();
    options.configuration.in_flight = NonZeroU16::new(2).unwrap();
    let (client, _notices, mut link) = connected(&server, options).await;
    let publishing = ["one", "two", "three"].map(|payload| client.publish(message(payload)));
    let unsubscribing = client.unsubscribe(vec![TopicFilter::new("a").unwrap()]);
    let serving = async {
        let (one, first) = link.published().await;
        let (two, second) = link.published().await;
        assert_eq!([one, two], ["one", "two"]);
        let Packet::Unsubscribe(unsubscribe) = link.next().await else { panic!("the third waits") };
        link.send(Unsuback { packet_identifier: unsubscribe.packet_identifier }).await;
        link.acknowledge(first).await;
        let (three, third) = link.published().await;
        assert_eq!(three, "three");
        link.acknowledge(second).await;
        link.acknowledge(third).await;
    };
    let (unsubscribed, ()) = tokio::join!(unsubscribing, serving);
    unsubscribed.unwrap();
    for published in publishing {
        published.await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_away_or_refuses_is_tried_again() {
    let server = Played::start().await;
    let address = server.0.local_addr().unwrap();
    let (_client, mut notices, link) = connected(&server, server.options()).await;
    drop(server);
    drop(link);
    assert_eq!(next(&mut notices).await, Notice::Disconnected(Why::Closed));
    let Notice::Unreachable(why) = next(&mut notices).await else { panic!("nobody listens") };
    assert!(why.contains("cargo run -p broker"), "{why}");
    let server = Played(TcpListener::bind(address).await.unwrap());
    drop(server.answer(false, ConnectReturnCode::SERVER_UNAVAILABLE).await);
    let refused = loop {
        match next(&mut notices).await {
            Notice::Unreachable(_) => {}
            notice => break notice,
        }
    };
    assert_eq!(refused, Notice::Refused(ConnectReturnCode::SERVER_UNAVAILABLE));
    let _link = server.let_in(false).await;
    assert_eq!(next(&mut notices).await, Notice::Reconnected { session_present: false });
}

#[tokio::test]
async fn a_client_takes_leave_while_it_is_on_its_way_back() {
    let server = Played::start().await;
    let mut options = server.options();
    let hour = Duration::from_secs(60 * 60);
    options.reconnect = Some(Backoff { first: hour, longest: hour });
    let (client, mut notices, link) = connected(&server, options).await;
    drop(link);
    assert_eq!(next(&mut notices).await, Notice::Disconnected(Why::Closed));
    tokio::time::timeout(PATIENCE, client.disconnect()).await.expect("it does not wait an hour");
    assert_eq!(notices.next().await, None);
}
