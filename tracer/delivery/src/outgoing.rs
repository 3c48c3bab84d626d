//! The sending half of a session.

mod work;

use std::collections::VecDeque;
use std::num::NonZeroU16;

use wire::{Delivery, Packet, PacketIdentifier, PacketType, Pubrel, Qos};

use self::work::Work;
use crate::flights::{Flight, Stage};
use crate::message::Message;
use crate::unexpected::Unexpected;

/// Sends messages in the order in which they came (`[MQTT-4.6.0-6]`), keeps those at QoS 1 and 2 until
/// they are acknowledged, and sends them again when the session goes on over a new Network Connection.
///
/// `T` is a mark of the caller's, which comes back when a message is done: the client tells by it which
/// of its callers to answer.
///
/// A broker has one for each of thousands of clients, and most of them have never been sent anything: what it
/// takes to send is in memory of its own, from the first message on.
#[derive(Clone, Debug)]
pub struct Outgoing<T> {
    window: NonZeroU16,
    work: Option<Box<Work<T>>>,
}

/// A packet that is to be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure<T> {
    /// The packet: PUBLISH or PUBREL.
    pub packet: Packet,
    /// The mark of a message at QoS 0, which is done when it is sent.
    pub done: Option<T>,
}

impl<T> Outgoing<T> {
    /// Nothing to send yet. At most `window` messages at QoS 1 and 2 will be in flight at a time; the
    /// others wait for their turn.
    pub fn new(window: NonZeroU16) -> Self {
        Self { window, work: None }
    }

    fn work(&mut self) -> &mut Work<T> {
        self.work.get_or_insert_default()
    }

    /// Puts a message to the end of the queue.
    pub fn enqueue(&mut self, message: Message, mark: T) {
        let work = self.work();
        work.queued_bytes += message.size();
        work.queue.push_back((message, mark));
    }

    /// Puts a message to the front of the queue: it is the next new one.
    pub fn enqueue_first(&mut self, message: Message, mark: T) {
        let work = self.work();
        work.queued_bytes += message.size();
        work.queue.push_front((message, mark));
    }

    /// What to send now: first what is sent again, then the queue, as far as the window allows.
    /// `None` until something new is enqueued or acknowledged.
    #[allow(clippy::should_implement_trait)] // what follows depends on what the peer answers
    pub fn next(&mut self) -> Option<Departure<T>> {
        self.next_again().or_else(|| self.next_new())
    }

    /// What to send again now; `None` when all of it was, whatever waits.
    pub fn next_again(&mut self) -> Option<Departure<T>> {
        let work = self.work.as_mut()?;
        while let Some(packet_identifier) = work.again.pop_front() {
            let packet = match work.in_flight.get(packet_identifier).map(|flight| &flight.stage) {
                Some(Stage::Published(message)) => publish(message, packet_identifier, true),
                Some(Stage::Released) => Pubrel { packet_identifier }.into(),
                None => continue, // acknowledged meanwhile
            };
            return Some(Departure { packet, done: None });
        }
        None
    }

    fn next_new(&mut self) -> Option<Departure<T>> {
        let work = self.work.as_mut()?;
        let (message, _) = work.queue.front()?;
        if message.qos == Qos::AtMostOnce {
            let (message, mark) = work.dequeue()?;
            let packet = message.publish(Delivery::AtMostOnce).into();
            return Some(Departure { packet, done: Some(mark) });
        }
        if work.in_flight.len() >= usize::from(self.window.get()) {
            return None;
        }
        let packet_identifier = work.identifiers.allocate()?;
        let (message, mark) = work.dequeue()?;
        let packet = publish(&message, packet_identifier, false);
        let flight = Flight { step: work.step(), stage: Stage::Published(message), mark };
        work.in_flight.insert(packet_identifier, flight);
        Some(Departure { packet, done: None })
    }
}

/// The PUBLISH of a message at QoS 1 or 2: with DUP 0 the first time (`[MQTT-4.3.2-1]`,
/// `[MQTT-4.3.3-1]`), and with DUP 1 and the same identifier again (`[MQTT-3.3.1-1]`).
fn publish(message: &Message, packet_identifier: PacketIdentifier, dup: bool) -> Packet {
    let delivery = match message.qos {
        Qos::AtMostOnce => Delivery::AtMostOnce,
        Qos::AtLeastOnce => Delivery::AtLeastOnce { packet_identifier, dup },
        Qos::ExactlyOnce => Delivery::ExactlyOnce { packet_identifier, dup },
    };
    message.clone().publish(delivery).into()
}

/// What the peer answers.
impl<T> Outgoing<T> {
    /// A PUBACK came: this message at QoS 1 is done (`[MQTT-4.3.2-1]`).
    ///
    /// # Errors
    ///
    /// [`Unexpected`] if no message of this number waits for a PUBACK; nothing changes.
    pub fn puback(&mut self, identifier: PacketIdentifier) -> Result<T, Unexpected> {
        self.finish(PacketType::Puback, identifier)
    }

    /// A PUBREC came: the receiver has this message at QoS 2. The answer is PUBREL, and from now on the
    /// PUBLISH is not sent again (`[MQTT-4.3.3-1]`). A repeated PUBREC gets the same answer.
    ///
    /// # Errors
    ///
    /// [`Unexpected`] if no message of this number is at QoS 2; nothing changes.
    pub fn pubrec(&mut self, identifier: PacketIdentifier) -> Result<Pubrel, Unexpected> {
        let unexpected = self.unexpected(PacketType::Pubrec, identifier);
        let work = self.work.as_mut().ok_or(unexpected)?;
        let step = work.step();
        let flight = work.in_flight.get(identifier).ok_or(unexpected)?;
        match &flight.stage {
            Stage::Published(message) if message.qos == Qos::ExactlyOnce => {
                // PUBRELs keep the order of the PUBRECs [MQTT-4.6.0-4].
                work.in_flight.release(identifier, step);
            }
            Stage::Released => {}
            Stage::Published(_) => return Err(unexpected),
        }
        Ok(Pubrel { packet_identifier: identifier })
    }

    /// A PUBCOMP came: this message at QoS 2 is done (`[MQTT-4.3.3-1]`).
    ///
    /// # Errors
    ///
    /// [`Unexpected`] if no message of this number waits for a PUBCOMP; nothing changes.
    pub fn pubcomp(&mut self, identifier: PacketIdentifier) -> Result<T, Unexpected> {
        self.finish(PacketType::Pubcomp, identifier)
    }

    fn finish(&mut self, with: PacketType, identifier: PacketIdentifier) -> Result<T, Unexpected> {
        let unexpected = self.unexpected(with, identifier);
        if unexpected.awaited != Some(with) {
            return Err(unexpected);
        }
        let work = self.work.as_mut().ok_or(unexpected)?;
        let flight = work.in_flight.remove(identifier).ok_or(unexpected)?;
        work.identifiers.release(identifier);
        Ok(flight.mark)
    }

    fn unexpected(&self, packet_type: PacketType, identifier: PacketIdentifier) -> Unexpected {
        let awaited = self.flight(identifier).map(|flight| match &flight.stage {
            Stage::Published(message) if message.qos == Qos::ExactlyOnce => PacketType::Pubrec,
            Stage::Published(_) => PacketType::Puback,
            Stage::Released => PacketType::Pubcomp,
        });
        Unexpected { packet_type, packet_identifier: identifier, awaited }
    }
}

/// When the Network Connection goes and comes.
impl<T> Outgoing<T> {
    /// The session goes on over a new Network Connection: each PUBLISH and each PUBREL that was not
    /// acknowledged comes from [`next`](Self::next) again, with its identifier (`[MQTT-4.4.0-1]`) and
    /// in its order (`[MQTT-4.6.0-1]`).
    pub fn resume(&mut self) {
        let Some(work) = &mut self.work else { return };
        let mut again: Vec<_> =
            work.in_flight.iter().map(|(identifier, flight)| (flight.step, *identifier)).collect();
        again.sort_unstable();
        work.again = again.into_iter().map(|(_, identifier)| identifier).collect();
    }

    /// The session was lost at the other end: whatever it had begun begins anew. Each PUBLISH that was
    /// not acknowledged goes back to the front of the queue, in its order, and leaves as a new message,
    /// with DUP 0 and an identifier of its own; at QoS 2 it may therefore arrive twice. What was
    /// released had arrived and is done: its marks come back.
    pub fn restart(&mut self) -> Vec<T> {
        let Some(work) = &mut self.work else { return Vec::new() };
        work.again.clear();
        let mut in_flight: Vec<_> = std::mem::take(&mut work.in_flight).into_iter().collect();
        in_flight.sort_unstable_by_key(|(_, flight)| flight.step);
        let mut done = Vec::new();
        let mut begun = VecDeque::new();
        for (identifier, flight) in in_flight {
            work.identifiers.release(identifier);
            match flight.stage {
                Stage::Published(message) => {
                    work.queued_bytes += message.size();
                    begun.push_back((message, flight.mark));
                }
                Stage::Released => done.push(flight.mark),
            }
        }
        begun.append(&mut work.queue);
        work.queue = begun;
        done
    }

    /// The Network Connection is gone. Messages at QoS 0 that still waited in the queue are dropped,
    /// since they are no part of the session (MQTT 3.1.1 §3.1.2.4); their marks come back.
    pub fn suspend(&mut self) -> Vec<T> {
        let Some(work) = &mut self.work else { return Vec::new() };
        work.again.clear();
        let (dropped, kept): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut work.queue)
            .into_iter()
            .partition(|(message, _)| message.qos == Qos::AtMostOnce);
        work.queue = kept;
        work.queued_bytes = work.queue.iter().map(|(message, _)| message.size()).sum();
        dropped.into_iter().map(|(_, mark)| mark).collect()
    }
}

/// For a caller that keeps a session where it outlives the process.
impl<T> Outgoing<T> {
    /// Takes up a message that another one had sent and that is not done. It is as if the Network
    /// Connection had gone: [`resume`](Self::resume) sends it again. What only waited there is simply
    /// [enqueued](Self::enqueue).
    pub fn take_up(&mut self, packet_identifier: PacketIdentifier, flight: Flight<T>) {
        let work = self.work();
        let is_latest = flight.step > work.steps;
        work.steps = work.steps.max(flight.step);
        work.identifiers.take(packet_identifier, is_latest);
        work.in_flight.insert(packet_identifier, flight);
    }

    /// The messages that wait to be sent for the first time, in their order.
    pub fn waiting(&self) -> impl Iterator<Item = &(Message, T)> {
        self.work.iter().flat_map(|work| &work.queue)
    }

    /// The messages that were sent and are not done.
    pub fn flights(&self) -> impl Iterator<Item = (PacketIdentifier, &Flight<T>)> {
        let flights = self.work.iter().flat_map(|work| work.in_flight.iter());
        flights.map(|(packet_identifier, flight)| (*packet_identifier, flight))
    }

    /// The message that was sent with this identifier, if it is not done.
    pub fn flight(&self, packet_identifier: PacketIdentifier) -> Option<&Flight<T>> {
        self.work.as_ref()?.in_flight.get(packet_identifier)
    }
}

/// Packet Identifiers for other packets, and how things stand.
impl<T> Outgoing<T> {
    /// A Packet Identifier for a SUBSCRIBE or UNSUBSCRIBE, which share the numbers with PUBLISH
    /// (MQTT 3.1.1 §2.3.1). `None` when all 65535 are in use.
    pub fn allocate(&mut self) -> Option<PacketIdentifier> {
        self.work().identifiers.allocate()
    }

    /// SUBACK or UNSUBACK came: the number is free again. False if it was not one of
    /// [`allocate`](Self::allocate)'s.
    pub fn release(&mut self, identifier: PacketIdentifier) -> bool {
        let work = self.work();
        !work.in_flight.contains_key(identifier) && work.identifiers.release(identifier)
    }

    /// How many messages at QoS 1 and 2 were sent and are not done.
    pub fn in_flight(&self) -> usize {
        self.work.as_ref().map_or(0, |work| work.in_flight.len())
    }

    /// How many messages wait to be sent for the first time.
    pub fn queued(&self) -> usize {
        self.work.as_ref().map_or(0, |work| work.queue.len())
    }

    /// The bytes of topic and payload of those that wait.
    pub fn queued_bytes(&self) -> usize {
        self.work.as_ref().map_or(0, |work| work.queued_bytes)
    }

    /// The bytes of topic and payload of all that is kept: what waits, and what was sent and may have to
    /// be sent again.
    pub fn held_bytes(&self) -> usize {
        self.work.as_ref().map_or(0, |work| work.queued_bytes + work.in_flight.bytes())
    }

    /// Whether everything is sent and acknowledged.
    pub fn is_idle(&self) -> bool {
        self.queued() == 0 && self.in_flight() == 0
    }
}

#[cfg(test)]
mod tests;
