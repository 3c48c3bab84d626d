//! The lab's broker, of which somebody else receives messages at QoS 1 and 2.

use std::time::Duration;

use broker_core::{Broker, Configuration, ConnectionId, Input, Output};
use delivery::Receipt;
use wire::{Delivery, Packet, PacketIdentifier, Publish};

use crate::error::LabError;
use crate::lab::Lab;
use crate::rehearsal::{Rehearsal, rehearse_broker};
use crate::stage::ServerPart;

/// The receiving half of a session.
pub trait Receiving: Send {
    /// A PUBLISH came, at QoS 1 or 2.
    fn publish(&mut self, publish: &Publish) -> Receipt;

    /// A PUBREL came. What is answered.
    fn pubrel(&mut self, _packet_identifier: PacketIdentifier) -> Option<Packet> {
        None
    }
}

/// Plays with the lab's broker, in which `receiving` is the receiving half of the one session that
/// publishes at QoS 1 and 2. What is new is passed on at QoS 0.
pub fn rehearse_receiving(
    receiving: impl Receiving + 'static,
    play: impl FnOnce(&mut Lab) -> Result<(), LabError>,
) -> Rehearsal {
    rehearse_broker(ReceivingBroker::new(Box::new(receiving)), play)
}

struct ReceivingBroker {
    receiving: Box<dyn Receiving>,
    rest: Broker,
}

impl ReceivingBroker {
    fn new(receiving: Box<dyn Receiving>) -> Self {
        Self { receiving, rest: Broker::new(Configuration::default()) }
    }
}

impl ServerPart for ReceivingBroker {
    fn step(&mut self, now: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Received(Packet::Publish(mut publish))
                if publish.delivery != Delivery::AtMostOnce =>
            {
                let receipt = self.receiving.publish(&publish);
                if receipt.is_new {
                    publish.delivery = Delivery::AtMostOnce;
                    self.rest.step(now, id, Input::Received(publish.into()), outputs);
                }
                outputs.extend(receipt.answer.map(|answer| Output::Send(id, answer)));
            }
            Input::Received(Packet::Pubrel(pubrel)) => {
                let answer = self.receiving.pubrel(pubrel.packet_identifier);
                outputs.extend(answer.map(|answer| Output::Send(id, answer)));
            }
            input => self.rest.step(now, id, input, outputs),
        }
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        self.rest.tick(now, outputs);
    }

    fn deadline(&self) -> Option<Duration> {
        self.rest.deadline()
    }
}
