//! Who publishes.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::sync::mpsc::Sender;

use bytes::Bytes;
use delivery::{Message, Outgoing};
use wire::{Packet, Qos, TopicName};

use crate::chance::Chance;
use crate::support::session::Connection;

const WINDOW: NonZeroU16 = NonZeroU16::new(20).unwrap();

/// Which message.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) number: u32,
    /// Its topic, if it is to be retained.
    pub(crate) retained: Option<&'static str>,
}

/// Who publishes. A message is acknowledged at its PUBACK, or at its PUBCOMP.
pub(crate) struct Alice {
    chance: Chance,
    outgoing: Outgoing<Mark>,
    /// The number of the last message.
    pub(crate) last: u32,
    acknowledged: Sender<Mark>,
    /// How many messages there are to be; then she waits until all of them are acknowledged.
    pub(crate) until: Option<u32>,
}

impl Alice {
    pub(crate) fn new(chance: Chance, acknowledged: Sender<Mark>) -> Self {
        Self { chance, outgoing: Outgoing::new(WINDOW), last: 0, acknowledged, until: None }
    }

    /// Whether she may publish before anything is acknowledged.
    pub(crate) fn has_room(&self) -> bool {
        self.outgoing.in_flight() < WINDOW.get().into()
    }

    /// Publishes until the broker is gone, or everything is acknowledged.
    pub(crate) fn publish(&mut self, address: SocketAddr) -> io::Result<()> {
        let (mut connection, present) = Connection::open(address, "alice", false)?;
        assert!(present || self.outgoing.in_flight() == 0, "alice's session is lost");
        self.outgoing.resume();
        loop {
            while self.outgoing.queued() == 0 && self.until.is_none_or(|until| self.last < until) {
                let (message, mark) = self.message();
                self.outgoing.enqueue(message, mark);
                if !self.has_room() {
                    break;
                }
                self.send(&mut connection)?;
            }
            self.send(&mut connection)?;
            if self.outgoing.is_idle() {
                return Ok(());
            }
            let done = match connection.next()? {
                Packet::Puback(it) => self.outgoing.puback(it.packet_identifier).unwrap(),
                Packet::Pubcomp(it) => self.outgoing.pubcomp(it.packet_identifier).unwrap(),
                Packet::Pubrec(it) => {
                    let pubrel = self.outgoing.pubrec(it.packet_identifier).unwrap();
                    connection.send(pubrel)?;
                    continue;
                }
                other => panic!("alice got {other:?}"),
            };
            self.acknowledged.send(done).unwrap();
        }
    }

    /// Publishes as many messages as she may without an acknowledgement, and reads none of those: all
    /// that the broker has taken will come again. Tells the first of them that is new.
    pub(crate) fn publish_without_looking(
        &mut self,
        address: SocketAddr,
    ) -> io::Result<(Connection, u32)> {
        let (mut connection, _) = Connection::open(address, "alice", false)?;
        let first = self.last + 1;
        self.outgoing.resume();
        while self.has_room() {
            let (message, mark) = self.message();
            self.outgoing.enqueue(message, mark);
            self.send(&mut connection)?;
        }
        Ok((connection, first))
    }

    fn send(&mut self, connection: &mut Connection) -> io::Result<()> {
        while let Some(departure) = self.outgoing.next() {
            connection.send(departure.packet)?;
        }
        Ok(())
    }

    /// The next message: its number, and as many bytes behind it as chance wants.
    fn message(&mut self) -> (Message, Mark) {
        self.last += 1;
        let qos = if self.chance.below(2) == 0 { Qos::AtLeastOnce } else { Qos::ExactlyOnce };
        let retained = (self.chance.below(4) == 0).then_some(retained_topic(qos));
        let largest = if self.chance.below(16) == 0 { 16 << 10 } else { 200 };
        let length = usize::try_from(self.chance.below(largest)).unwrap();
        let mut payload = self.last.to_be_bytes().to_vec();
        payload.resize(4 + length, 0x2a);
        let topic = TopicName::try_from(retained.unwrap_or("t/message")).unwrap();
        let retain = retained.is_some();
        let message = Message { topic, payload: Bytes::from(payload), qos, retain };
        (message, Mark { number: self.last, retained })
    }
}

/// Each QoS has a topic of its own for what is retained, because order is promised for one topic at one QoS
/// [MQTT-4.6.0-6]: a message at QoS 1 that is sent again is a new publication [MQTT-4.3.2-2], and may
/// replace one at QoS 2 that was sent behind it and is known already.
fn retained_topic(qos: Qos) -> &'static str {
    match qos {
        Qos::ExactlyOnce => "t/retained/exactly-once",
        _ => "t/retained/at-least-once",
    }
}

pub(crate) fn number_in(payload: &[u8]) -> u32 {
    u32::from_be_bytes(*payload.first_chunk().unwrap())
}
