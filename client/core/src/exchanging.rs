//! Messages that come, and the acknowledgements of those that went.

use std::time::Duration;

use delivery::Message;
use wire::{Packet, Publish};

use crate::client::{Client, Output};
use crate::event::Event;

impl Client {
    /// The message is told before it is acknowledged: a client that says PUBACK has it.
    pub(crate) fn publish(&mut self, now: Duration, publish: Publish, outputs: &mut Vec<Output>) {
        let receipt = self.incoming.publish(publish.delivery);
        if receipt.is_new {
            outputs.push(Output::Event(Event::Message(Message::from(publish))));
        }
        if let Some(answer) = receipt.answer {
            self.send(now, answer, outputs);
        }
    }

    pub(crate) fn acknowledgement(
        &mut self,
        now: Duration,
        packet: &Packet,
        outputs: &mut Vec<Output>,
    ) {
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
