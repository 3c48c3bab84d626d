//! The life of a Network Connection: CONNECT, what comes then, and the end.

use std::time::Duration;

use delivery::{Incoming, Unexpected};
use wire::{Connack, ConnectReturnCode, Packet, PacketIdentifier, PacketType, Rule, rules};

use crate::client::{Client, Output, Stage};
use crate::configuration::Configuration;
use crate::event::{Event, Why};
use crate::keep_alive::KeepAlive;

impl Client {
    /// The first packet of a connection is CONNECT (`[MQTT-3.1.0-1]`).
    pub(crate) fn opened(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        self.leave(Why::Closed, outputs);
        self.stage = Stage::Connecting { until: now + self.configuration.patience };
        outputs.push(Output::Send(self.configuration.connect().into()));
    }

    pub(crate) fn received(&mut self, now: Duration, packet: Packet, outputs: &mut Vec<Output>) {
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
            | Packet::Foreign(_)
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
    pub(crate) fn give_up(&mut self, why: Why, outputs: &mut Vec<Output>) {
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

    pub(crate) fn leave(&mut self, why: Why, outputs: &mut Vec<Output>) {
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
