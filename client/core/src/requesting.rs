//! What the user asks for, and what goes out for it.

use std::time::Duration;

use wire::{Disconnect, MAX_REMAINING_LENGTH, Packet, Pingreq};

use crate::client::{Client, Output, Stage};
use crate::event::{Event, Why};
use crate::request::Request;
use crate::subscribing::{What, Wish};

/// The most bytes that topic and payload may be: what a Remaining Length can say, less the length of
/// the topic and a Packet Identifier (MQTT 3.1.1 §2.2.3, §3.3.2).
const LARGEST: usize = MAX_REMAINING_LENGTH - 2 - 2;

impl Client {
    pub(crate) fn request(&mut self, now: Duration, request: Request, outputs: &mut Vec<Output>) {
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

    pub(crate) fn ping(&mut self, now: Duration, outputs: &mut Vec<Output>) {
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
    pub(crate) fn flush(&mut self, now: Duration, outputs: &mut Vec<Output>) {
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

    pub(crate) fn send(&mut self, now: Duration, packet: Packet, outputs: &mut Vec<Output>) {
        if let Stage::Connected(keep_alive) = &mut self.stage {
            keep_alive.sent(now);
        }
        outputs.push(Output::Send(packet));
    }
}
