//! A client, its clock, and a server that is played by the test. Names of tests say what the client does
//! and which rule asks for it.

mod receiving;
mod sessions;

use std::num::NonZeroU16;
use std::time::Duration;

use bytes::Bytes;
use delivery::Message;
use wire::{
    Connack, Connect, ConnectReturnCode, DecodeError, Delivery, Disconnect, Packet,
    PacketIdentifier, PacketType, Pingreq, Pingresp, Puback, Pubcomp, Publish, Pubrec, Pubrel, Qos,
    Suback, SubackReturnCode, Subscription, Text, TopicFilter, TopicName, Unsuback, Version, rules,
};

use crate::{Client, Configuration, Event, Input, Output, Request, Token, Why};

struct World {
    client: Client,
    now: Duration,
}

fn kept() -> Configuration {
    let name = Text::try_from("alice").unwrap();
    Configuration { clean_session: false, ..Configuration::new(name) }
}

impl World {
    fn with(configuration: Configuration) -> Self {
        Self { client: Client::new(configuration), now: Duration::ZERO }
    }

    /// A client that was let in.
    fn connected(configuration: Configuration) -> Self {
        let mut world = Self::with(configuration);
        world.connect(false);
        world
    }

    /// Opens a Network Connection and lets the client in; tells what it does then.
    fn connect(&mut self, session_present: bool) -> Vec<Output> {
        assert!(matches!(self.step(Input::Opened)[..], [.., Output::Send(Packet::Connect(_))]));
        let mut outputs = self.receive(accepted(session_present));
        assert_eq!(outputs.remove(0), event(Event::Connected { session_present }));
        outputs
    }

    fn step(&mut self, input: Input) -> Vec<Output> {
        let mut outputs = Vec::new();
        self.client.step(self.now, input, &mut outputs);
        outputs
    }

    fn receive(&mut self, packet: impl Into<Packet>) -> Vec<Output> {
        self.step(Input::Received(packet.into()))
    }

    fn ask(&mut self, request: Request) -> Vec<Output> {
        self.step(Input::Request(request))
    }

    fn publish(&mut self, qos: Qos, number: u64) -> Vec<Output> {
        self.ask(Request::Publish { message: message(qos), token: Token(number) })
    }

    fn subscribe(&mut self, number: u64) -> Vec<Output> {
        let topic_filter = TopicFilter::new("t/#").unwrap();
        let subscription = Subscription { topic_filter, requested_qos: Qos::AtLeastOnce };
        self.ask(Request::Subscribe { subscriptions: vec![subscription], token: Token(number) })
    }

    /// Lets time pass up to the next deadline.
    fn wait(&mut self) -> Vec<Output> {
        self.now = self.client.deadline().unwrap();
        let mut outputs = Vec::new();
        self.client.tick(self.now, &mut outputs);
        outputs
    }
}

fn accepted(session_present: bool) -> Connack {
    Connack { session_present, return_code: ConnectReturnCode::ACCEPTED }
}

fn message(qos: Qos) -> Message {
    let topic = TopicName::new("t").unwrap();
    Message { topic, payload: Bytes::from_static(b"hello"), qos, retain: false }
}

fn publish(delivery: Delivery) -> Packet {
    let Message { topic, payload, .. } = message(Qos::AtMostOnce);
    Publish { delivery, retain: false, topic, payload }.into()
}

fn number(number: u16) -> PacketIdentifier {
    PacketIdentifier::new(number).unwrap()
}

fn at_least_once(identifier: u16, dup: bool) -> Packet {
    publish(Delivery::AtLeastOnce { packet_identifier: number(identifier), dup })
}

fn exactly_once(identifier: u16, dup: bool) -> Packet {
    publish(Delivery::ExactlyOnce { packet_identifier: number(identifier), dup })
}

fn send(packet: impl Into<Packet>) -> Output {
    Output::Send(packet.into())
}

fn event(event: Event) -> Output {
    Output::Event(event)
}

fn disconnected(why: Why) -> [Output; 2] {
    [event(Event::Disconnected(why)), Output::Close]
}

#[test]
fn connect_comes_first_mqtt_3_1_0_1_and_what_was_asked_waits_for_connack() {
    let mut world = World::with(kept());
    assert_eq!(world.publish(Qos::AtLeastOnce, 1), []);
    let opened = world.step(Input::Opened);
    assert!(
        matches!(&opened[..], [Output::Send(Packet::Connect(connect))] if !connect.clean_session)
    );
    assert_eq!(world.subscribe(2), []);
    let outputs = world.receive(accepted(false));
    assert!(matches!(outputs[1], Output::Send(Packet::Subscribe(_))));
    assert_eq!(outputs[2], send(at_least_once(2, false)));
}

#[test]
fn a_server_that_does_not_begin_with_connack_is_left_mqtt_3_2_0_1() {
    let mut world = World::with(kept());
    world.step(Input::Opened);
    let violation =
        Why::Violation { packet_type: PacketType::Pingresp, rule: &rules::MQTT_3_2_0_1 };
    assert_eq!(world.receive(Pingresp), disconnected(violation));
}

#[test]
fn a_session_that_nobody_can_have_kept_is_refused_mqtt_3_2_2_1() {
    let mut world = World::with(Configuration { clean_session: true, ..kept() });
    world.step(Input::Opened);
    let violation = Why::Violation { packet_type: PacketType::Connack, rule: &rules::MQTT_3_2_2_1 };
    assert_eq!(world.receive(accepted(true)), disconnected(violation));
}

#[test]
fn what_only_a_client_sends_is_a_violation_mqtt_4_8_0_1() {
    let mut world = World::connected(kept());
    let violation = Why::Violation { packet_type: PacketType::Pingreq, rule: &rules::MQTT_4_8_0_1 };
    assert_eq!(world.receive(Pingreq), disconnected(violation));
}

#[test]
fn a_malformed_packet_ends_the_connection_mqtt_2_2_2_2_mqtt_4_8_0_1() {
    let mut world = World::connected(kept());
    let error = Packet::decode(&Bytes::from_static(b"\xd1\0"), Version::V3_1_1).unwrap_err();
    assert!(matches!(&error, DecodeError::Malformed(it) if it.rule == &rules::MQTT_2_2_2_2));
    let outputs = world.step(Input::Malformed(error.clone()));
    assert_eq!(outputs, disconnected(Why::Malformed(error)));
}

#[test]
fn a_packet_above_the_limit_ends_the_connection_mqtt_4_8_0_2() {
    let mut world = World::connected(kept());
    let error = DecodeError::TooLarge { size: 1_000_000, limit: 1000 };
    let outputs = world.step(Input::Malformed(error.clone()));
    assert_eq!(outputs, disconnected(Why::Malformed(error)));
}

#[test]
fn a_refusal_ends_the_connection() {
    let mut world = World::with(kept());
    world.step(Input::Opened);
    let code = ConnectReturnCode::NOT_AUTHORIZED;
    let refused = world.receive(Connack { session_present: false, return_code: code });
    assert_eq!(refused, [event(Event::Refused(code)), Output::Close]);
    assert_eq!(world.step(Input::Closed), [], "it is over already");
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let mut world = World::with(kept());
    world.step(Input::Opened);
    let waited = Duration::from_secs(10);
    assert_eq!(world.wait(), disconnected(Why::NoConnack { waited }));

    let mut world = World::connected(kept());
    assert_eq!(world.wait(), [send(Pingreq)], "[MQTT-3.1.2-23]");
    assert_eq!(world.wait(), disconnected(Why::NoPingresp { waited }));
}

#[test]
fn a_silent_client_pings_and_one_that_speaks_does_not_mqtt_3_1_2_23() {
    let mut world = World::connected(kept());
    world.now = Duration::from_secs(50);
    world.publish(Qos::AtMostOnce, 1);
    assert_eq!(world.client.deadline(), Some(Duration::from_secs(107)));
    assert_eq!(world.wait(), [send(Pingreq)]);
    assert_eq!(world.receive(Pingresp), [event(Event::Alive)]);
    assert_eq!(world.client.deadline(), Some(Duration::from_secs(107 + 57)));
}

#[test]
fn disconnect_is_the_last_packet_mqtt_3_14_4_2_and_the_connection_is_closed_mqtt_3_14_4_1() {
    let mut world = World::connected(kept());
    let outputs = world.ask(Request::Disconnect);
    let why = Event::Disconnected(Why::Requested);
    assert_eq!(outputs, [send(Disconnect), event(why), Output::Close]);
    assert_eq!(world.publish(Qos::AtLeastOnce, 1), []);
    assert_eq!(world.receive(Pingresp), []);
}

/// With a Packet Identifier that its answers repeat (`[MQTT-2.3.1-6]`), and DUP 0.
#[test]
fn messages_are_published_at_each_qos_mqtt_4_3_1_1_mqtt_4_3_2_1_mqtt_4_3_3_1() {
    let mut world = World::connected(kept());
    let sent = send(publish(Delivery::AtMostOnce));
    assert_eq!(world.publish(Qos::AtMostOnce, 1), [sent, event(Event::Published(Token(1)))]);

    assert_eq!(world.publish(Qos::AtLeastOnce, 2), [send(at_least_once(1, false))]);
    let packet_identifier = number(1);
    let done = [event(Event::Published(Token(2)))];
    assert_eq!(world.receive(Puback { packet_identifier }), done);

    assert_eq!(world.publish(Qos::ExactlyOnce, 3), [send(exactly_once(2, false))]);
    let packet_identifier = number(2);
    assert_eq!(world.receive(Pubrec { packet_identifier }), [send(Pubrel { packet_identifier })]);
    let done = [event(Event::Published(Token(3)))];
    assert_eq!(world.receive(Pubcomp { packet_identifier }), done);
    assert!(world.client.is_idle());
}

#[test]
fn messages_at_qos_0_that_found_no_way_out_are_told_as_dropped() {
    let in_flight = NonZeroU16::MIN;
    let mut world = World::connected(Configuration { in_flight, ..kept() });
    world.publish(Qos::AtLeastOnce, 1);
    assert_eq!(world.publish(Qos::AtLeastOnce, 2), [], "the window is full");
    assert_eq!(world.publish(Qos::AtMostOnce, 3), [], "order is kept [MQTT-4.6.0-1]");
    let gone = [event(Event::Dropped(Token(3))), event(Event::Disconnected(Why::Closed))];
    assert_eq!(world.step(Input::Closed), gone);
}

#[test]
fn a_subscribe_without_an_answer_is_asked_again_on_the_next_connection() {
    let mut world = World::connected(kept());
    let first = world.subscribe(1);
    assert!(matches!(&first[..], [Output::Send(Packet::Subscribe(_))]));
    world.step(Input::Closed);
    let again = world.connect(false);
    let [Output::Send(Packet::Subscribe(subscribe))] = &again[..] else { panic!("{again:?}") };
    let packet_identifier = subscribe.packet_identifier;
    let return_codes = vec![SubackReturnCode::Failure];
    let answer = Suback { packet_identifier, return_codes: return_codes.clone() };
    let told = [event(Event::Subscribed { token: Token(1), return_codes })];
    assert_eq!(world.receive(answer), told);
    assert!(world.client.is_idle());
}

#[test]
fn a_suback_has_one_code_for_each_filter_mqtt_3_8_4_5() {
    let mut world = World::connected(kept());
    world.subscribe(1);
    let return_codes = vec![SubackReturnCode::Failure; 2];
    let violation = Why::Violation { packet_type: PacketType::Suback, rule: &rules::MQTT_3_8_4_5 };
    let outputs = world.receive(Suback { packet_identifier: number(1), return_codes });
    assert_eq!(outputs, disconnected(violation));
}

#[test]
fn answers_to_nothing_do_no_harm() {
    let mut world = World::connected(kept());
    let packet_identifier = number(7);
    let answers: [Packet; 5] = [
        Puback { packet_identifier }.into(),
        Pubrec { packet_identifier }.into(),
        Pubcomp { packet_identifier }.into(),
        Unsuback { packet_identifier }.into(),
        Suback { packet_identifier, return_codes: vec![SubackReturnCode::Failure] }.into(),
    ];
    for answer in answers {
        let outputs = world.receive(answer);
        assert!(matches!(outputs[..], [Output::Event(Event::Unexpected(_))]), "{outputs:?}");
    }
    assert!(world.client.is_connected());
}
