//! The client: what comes in, what goes out, and how its Network Connection lives.

use std::time::Duration;

use delivery::{Incoming, Message, Outgoing, Unexpected};
use wire::{
    Connack, ConnectReturnCode, DecodeError, Disconnect, MAX_REMAINING_LENGTH, Packet,
    PacketIdentifier, PacketType, Pingreq, Publish, Rule, rules,
};

use crate::configuration::Configuration;
use crate::event::{Event, Why};
use crate::keep_alive::{Due, KeepAlive};
use crate::request::{Request, Token};
use crate::subscribing::{Subscribing, What, Wish};

/// What can happen to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A Network Connection was opened. If there was one already, it is over.
    Opened,
    /// A packet came over it.
    Received(Packet),
    /// Bytes came that are no packet.
    Malformed(DecodeError),
    /// Bytes of TLS came, before any packet.
    AnsweredInTls,
    /// It came to an end that the client did not ask for.
    Closed,
    /// The user asks for something.
    Request(Request),
}

/// What the client wants done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// This packet is to be sent.
    Send(Packet),
    /// What was sent is to be flushed, and the Network Connection closed. The client has forgotten it
    /// already: its [`Input::Closed`] is not needed.
    Close,
    /// The user is to be told.
    Event(Event),
}

/// An MQTT client without a socket and a clock. See the [crate] for an example.
///
/// Each Network Connection on which a CONNECT was sent ends with one [`Event::Refused`] or one
/// [`Event::Disconnected`].
#[derive(Debug)]
pub struct Client {
    configuration: Configuration,
    stage: Stage,
    outgoing: Outgoing<Token>,
    incoming: Incoming,
    subscribing: Subscribing,
}

/// The most bytes that topic and payload may be: what a Remaining Length can say, less the length of
/// the topic and a Packet Identifier (MQTT 3.1.1 §2.2.3, §3.3.2).
const LARGEST: usize = MAX_REMAINING_LENGTH - 2 - 2;

/// How far the Network Connection is.
#[derive(Debug)]
enum Stage {
    /// There is none.
    Apart,
    /// CONNECT was sent, CONNACK is awaited until then.
    Connecting { until: Duration },
    /// The server let the client in.
    Connected(KeepAlive),
}

impl Client {
    /// A client without a Network Connection and without a session.
    pub fn new(configuration: Configuration) -> Self {
        Self {
            outgoing: Outgoing::new(configuration.in_flight),
            configuration,
            stage: Stage::Apart,
            incoming: Incoming::default(),
            subscribing: Subscribing::default(),
        }
    }

    /// Something happened. What is to be done about it comes to the end of `outputs`.
    ///
    /// `now` is the time since any fixed moment; it never goes backwards.
    pub fn step(&mut self, now: Duration, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Opened => self.opened(now, outputs),
            Input::Received(packet) => self.received(now, packet, outputs),
            Input::Malformed(error) => self.give_up(Why::Malformed(error), outputs),
            Input::AnsweredInTls => self.give_up(Why::AnsweredInTls, outputs),
            Input::Closed => self.leave(Why::Closed, outputs),
            Input::Request(request) => self.request(now, request, outputs),
        }
    }

    /// Time has passed: a PINGREQ is sent when it is time for one, and a server that does not answer is
    /// given up.
    pub fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        match &self.stage {
            Stage::Connecting { until } if *until <= now => {
                let waited = self.configuration.patience;
                self.give_up(Why::NoConnack { waited }, outputs);
            }
            Stage::Connected(keep_alive) => match keep_alive.due(now) {
                Some(Due::Ping) => self.ping(now, outputs),
                Some(Due::GiveUp) => {
                    let waited = keep_alive.patience;
                    self.give_up(Why::NoPingresp { waited }, outputs);
                }
                None => {}
            },
            Stage::Apart | Stage::Connecting { .. } => {}
        }
    }

    /// When [`tick`](Self::tick) is to be called at the latest; `None` if nothing is due.
    pub fn deadline(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Apart => None,
            Stage::Connecting { until } => Some(*until),
            Stage::Connected(keep_alive) => keep_alive.deadline(),
        }
    }

    /// Whether what the server sends is read from now on, which is so at the beginning of each Network
    /// Connection. While it is not, the client goes on sending, and misses no PINGRESP.
    pub fn listens(&mut self, now: Duration, listens: bool) {
        if let Stage::Connected(keep_alive) = &mut self.stage {
            keep_alive.listens(now, listens);
        }
    }

    /// Whether the server let the client in, and has not gone since.
    pub fn is_connected(&self) -> bool {
        matches!(self.stage, Stage::Connected(_))
    }

    /// Whether everything that was asked for is done.
    pub fn is_idle(&self) -> bool {
        self.outgoing.is_idle() && self.subscribing.is_idle()
    }

    /// What was chosen for this client.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }
}

/// The life of a Network Connection.
impl Client {
    /// The first packet of a connection is CONNECT (`[MQTT-3.1.0-1]`).
    fn opened(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        self.leave(Why::Closed, outputs);
        self.stage = Stage::Connecting { until: now + self.configuration.patience };
        outputs.push(Output::Send(self.configuration.connect().into()));
    }

    fn received(&mut self, now: Duration, packet: Packet, outputs: &mut Vec<Output>) {
        match (&self.stage, packet) {
            (Stage::Apart, _) => {}
            (Stage::Connecting { .. }, Packet::Connack(connack)) => {
                self.connack(now, connack, outputs);
            }
            // CONNACK comes first.
            (Stage::Connecting { .. }, packet) => {
                self.violation(packet.packet_type(), &rules::MQTT_3_2_0_1, outputs);
            }
            (Stage::Connected(_), packet) => self.connected(now, packet, outputs),
        }
    }

    fn connack(&mut self, now: Duration, connack: Connack, outputs: &mut Vec<Output>) {
        let Connack { session_present, return_code } = connack;
        if return_code != ConnectReturnCode::ACCEPTED {
            self.suspend(outputs);
            outputs.extend([Output::Event(Event::Refused(return_code)), Output::Close]);
            return;
        }
        if session_present && self.configuration.clean_session {
            return self.violation(PacketType::Connack, &rules::MQTT_3_2_2_1, outputs);
        }
        let Configuration { keep_alive, patience, .. } = self.configuration;
        self.stage = Stage::Connected(KeepAlive::new(keep_alive, patience, now));
        outputs.push(Output::Event(Event::Connected { session_present }));
        if session_present {
            self.outgoing.resume();
        } else {
            self.incoming = Incoming::default();
            let done = self.outgoing.restart().into_iter().map(Event::Published);
            outputs.extend(done.map(Output::Event));
        }
        self.flush(now, outputs);
    }

    fn connected(&mut self, now: Duration, packet: Packet, outputs: &mut Vec<Output>) {
        match packet {
            Packet::Publish(publish) => self.publish(now, publish, outputs),
            Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) => {
                self.acknowledgement(now, &packet, outputs);
            }
            Packet::Suback(suback) => {
                let identifier = suback.packet_identifier;
                match self.subscribing.suback(suback, &mut self.outgoing) {
                    Ok(event) => tell(event, PacketType::Suback, identifier, outputs),
                    Err(why) => self.give_up(why, outputs),
                }
            }
            Packet::Unsuback(unsuback) => {
                let event = self.subscribing.unsuback(unsuback, &mut self.outgoing);
                tell(event, PacketType::Unsuback, unsuback.packet_identifier, outputs);
            }
            Packet::Pingresp(_) => {
                if let Stage::Connected(keep_alive) = &mut self.stage {
                    keep_alive.pong();
                }
                outputs.push(Output::Event(Event::Alive));
            }
            // What only a client sends, and a second CONNACK.
            Packet::Connect(_)
            | Packet::ForeignConnect(_)
            | Packet::Connack(_)
            | Packet::Subscribe(_)
            | Packet::Unsubscribe(_)
            | Packet::Pingreq(_)
            | Packet::Disconnect(_) => {
                self.violation(packet.packet_type(), &rules::MQTT_4_8_0_1, outputs);
            }
        }
        self.flush(now, outputs); // an identifier or a place in the window may be free
    }

    /// The connection is closed, for a reason of the client's.
    fn give_up(&mut self, why: Why, outputs: &mut Vec<Output>) {
        if !matches!(self.stage, Stage::Apart) {
            self.leave(why, outputs);
            outputs.push(Output::Close);
        }
    }

    fn violation(
        &mut self,
        packet_type: PacketType,
        rule: &'static Rule,
        outputs: &mut Vec<Output>,
    ) {
        self.give_up(Why::Violation { packet_type, rule }, outputs);
    }

    fn leave(&mut self, why: Why, outputs: &mut Vec<Output>) {
        if !matches!(self.stage, Stage::Apart) {
            self.suspend(outputs);
            outputs.push(Output::Event(Event::Disconnected(why)));
        }
    }

    fn suspend(&mut self, outputs: &mut Vec<Output>) {
        self.stage = Stage::Apart;
        self.subscribing.suspend(&mut self.outgoing);
        let dropped = self.outgoing.suspend().into_iter().map(Event::Dropped);
        outputs.extend(dropped.map(Output::Event));
    }
}

/// What the server sends.
impl Client {
    /// The message is told before it is acknowledged: a client that says PUBACK has it.
    fn publish(&mut self, now: Duration, publish: Publish, outputs: &mut Vec<Output>) {
        let receipt = self.incoming.publish(publish.delivery);
        if receipt.is_new {
            outputs.push(Output::Event(Event::Message(Message::from(publish))));
        }
        if let Some(answer) = receipt.answer {
            self.send(now, answer, outputs);
        }
    }

    fn acknowledgement(&mut self, now: Duration, packet: &Packet, outputs: &mut Vec<Output>) {
        let outcome = match packet {
            Packet::Puback(it) => self.outgoing.puback(it.packet_identifier).map(Some),
            Packet::Pubcomp(it) => self.outgoing.pubcomp(it.packet_identifier).map(Some),
            Packet::Pubrec(it) => self.outgoing.pubrec(it.packet_identifier).map(|pubrel| {
                self.send(now, pubrel.into(), outputs);
                None
            }),
            Packet::Pubrel(it) => {
                let (pubcomp, _) = self.incoming.pubrel(it.packet_identifier);
                self.send(now, pubcomp.into(), outputs);
                Ok(None)
            }
            _ => Ok(None), // no acknowledgement
        };
        match outcome {
            Ok(Some(token)) => outputs.push(Output::Event(Event::Published(token))),
            Ok(None) => {}
            Err(unexpected) => outputs.push(Output::Event(Event::Unexpected(unexpected))),
        }
    }
}

/// What the user asks for.
impl Client {
    fn request(&mut self, now: Duration, request: Request, outputs: &mut Vec<Output>) {
        match request {
            // No packet could carry it: whoever asked is told at once.
            Request::Publish { message, token } if message.size() > LARGEST => {
                outputs.push(Output::Event(Event::Dropped(token)));
            }
            Request::Publish { message, token } => self.outgoing.enqueue(message, token),
            Request::Subscribe { subscriptions, token } => {
                self.subscribing.ask(Wish { what: What::Subscribe(subscriptions), token });
            }
            Request::Unsubscribe { topic_filters, token } => {
                self.subscribing.ask(Wish { what: What::Unsubscribe(topic_filters), token });
            }
            Request::Ping => self.ping(now, outputs),
            Request::Disconnect => return self.disconnect(outputs),
        }
        self.flush(now, outputs);
    }

    fn ping(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        if let Stage::Connected(keep_alive) = &mut self.stage {
            keep_alive.ping(now);
            self.send(now, Pingreq.into(), outputs);
        }
    }

    /// DISCONNECT is the last packet (`[MQTT-3.14.4-2]`), and the connection is closed behind it
    /// (`[MQTT-3.14.4-1]`).
    fn disconnect(&mut self, outputs: &mut Vec<Output>) {
        if self.is_connected() {
            outputs.push(Output::Send(Disconnect.into()));
        }
        self.give_up(Why::Requested, outputs);
    }

    /// Sends what can be sent now: requests about subscriptions first, then messages.
    fn flush(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        if !self.is_connected() {
            return;
        }
        while let Some(packet) = self.subscribing.next(&mut self.outgoing) {
            self.send(now, packet, outputs);
        }
        while let Some(departure) = self.outgoing.next() {
            self.send(now, departure.packet, outputs);
            outputs.extend(departure.done.map(Event::Published).map(Output::Event));
        }
    }

    fn send(&mut self, now: Duration, packet: Packet, outputs: &mut Vec<Output>) {
        if let Stage::Connected(keep_alive) = &mut self.stage {
            keep_alive.sent(now);
        }
        outputs.push(Output::Send(packet));
    }
}

/// Tells an answer, or that nothing waits for it.
fn tell(
    event: Option<Event>,
    packet_type: PacketType,
    packet_identifier: PacketIdentifier,
    outputs: &mut Vec<Output>,
) {
    let unexpected = Unexpected { packet_type, packet_identifier, awaited: None };
    outputs.push(Output::Event(event.unwrap_or(Event::Unexpected(unexpected))));
}
