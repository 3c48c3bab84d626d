//! A session: what the broker knows of a client beyond its Network Connection.

use std::num::NonZeroU16;

use bytes::Bytes;
use delivery::{Departure, Incoming, Message, Outgoing, Unexpected};
use wire::{Delivery, PacketIdentifier, Qos, Text, TopicName};

use crate::access::Who;
use crate::broker::{ConnectionId, Output};
use crate::configuration::Configuration;
use crate::event::Event;
use crate::filters::Filters;
use crate::replaying::Replays;
use crate::room::{MESSAGE, is_above_share};

/// Which session. Given in the order in which sessions begin, and never again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SessionId(pub(crate) u64);

/// The Session state of MQTT 3.1.1 §3.1.2.4: subscriptions, exchanges under way, and messages at QoS 1
/// and 2 that wait. It lasts at least as long as the Network Connection (`[MQTT-4.1.0-2]`).
///
/// A message costs the same to queue, to send and to acknowledge, however many wait; of those that are not
/// acknowledged it costs a search. When the client comes back, no more goes out at once than may be
/// without acknowledgement; when it goes, its queue is looked through for messages at QoS 0.
#[derive(Debug)]
pub(crate) struct Session {
    /// The Client Identifier, by which the client finds its session again (`[MQTT-3.1.3-2]`).
    pub(crate) client: Text,
    /// The User Name with which the client came last, if it had one.
    pub(crate) owner: Option<Text>,
    /// Whether it ends with its Network Connection (`[MQTT-3.1.2-6]`).
    pub(crate) clean: bool,
    /// Where the client is; `None` while it is away.
    pub(crate) connection: Option<ConnectionId>,
    /// Its number in the store; `None` if it is not stored.
    pub(crate) stored_as: Option<SessionId>,
    /// The filters that this session has in the tree of subscriptions, with their numbers in the store.
    pub(crate) filters: Filters,
    pub(crate) incoming: Incoming,
    /// The mark of a message is its number in the store, if it is stored while it waits.
    pub(crate) outgoing: Outgoing<Option<u64>>,
    /// The retained messages that are still to be sent, before anything that waits; `None` for none.
    pub(crate) replays: Option<Box<Replays>>,
    /// The last number in the store of a filter or message.
    pub(crate) last_number: u64,
    /// Messages that found the queue full, and were not told yet.
    dropped: u32,
}

impl Session {
    pub(crate) fn new(
        client: Text,
        clean: bool,
        stored_as: Option<SessionId>,
        configuration: &Configuration,
    ) -> Self {
        Self {
            client,
            owner: None,
            clean,
            connection: None,
            stored_as,
            filters: Filters::default(),
            incoming: Incoming::default(),
            outgoing: Outgoing::new(configuration.in_flight),
            replays: None,
            last_number: 0,
            dropped: 0,
        }
    }

    /// The client as permissions know it.
    pub(crate) fn who(&self) -> Who<'_> {
        Who { client_identifier: &self.client, user_name: self.owner.as_ref() }
    }

    /// Takes a message for the client (`[MQTT-4.5.0-1]`): sends it, or keeps it in the queue. `from` is
    /// the Network Connection that it came over, `is_tight` whether all sessions take up too much.
    pub(crate) fn offer(
        &mut self,
        message: Message,
        from: Option<ConnectionId>,
        is_tight: bool,
        configuration: &Configuration,
        outputs: &mut Vec<Output>,
    ) {
        let topic = message.topic.clone();
        let away = self.connection.is_none();
        if away && message.qos == Qos::AtMostOnce {
            let client = self.client.clone();
            outputs.push(Output::Event(from, Event::NotQueued { client, topic }));
            return;
        }
        if self.is_full(&message, is_tight, configuration) {
            self.drop_message(from, outputs);
            return;
        }
        let number = self.store_waiting(&message, configuration, outputs);
        self.outgoing.enqueue(message, number);
        self.send(outputs);
        if away {
            let (client, queued) = (self.client.clone(), self.outgoing.queued());
            outputs.push(Output::Event(from, Event::Queued { client, topic, queued }));
        }
    }

    /// Whether a message for this session is going to stay for a while.
    pub(crate) fn makes_wait(&self, configuration: &Configuration) -> bool {
        self.connection.is_none()
            || self.replays.is_some()
            || self.outgoing.queued() > 0
            || self.outgoing.in_flight() >= usize::from(configuration.in_flight.get())
    }

    /// Whether there is no room for a message. What can go out at once needs none in the queue, and at
    /// QoS 0 none at all.
    fn is_full(&self, message: &Message, is_tight: bool, configuration: &Configuration) -> bool {
        let (held, waits) = (self.outgoing.held_bytes(), self.makes_wait(configuration));
        let is_held = waits || (message.qos > Qos::AtMostOnce && held > 0);
        let (size, limit) = (message.size(), configuration.max_queued_bytes);
        (waits && self.outgoing.queued() >= configuration.max_queued_messages)
            || (is_held && held.saturating_add(size) > limit)
            || (is_held && is_tight && is_above_share(self, size + MESSAGE))
    }

    /// Whether the room for messages is half full at least.
    pub(crate) fn is_crowded(&self, configuration: &Configuration) -> bool {
        self.outgoing.queued() > configuration.max_queued_messages / 2
            || self.outgoing.held_bytes() > configuration.max_queued_bytes / 2
    }

    /// Whether this PUBLISH would be one too many that waits for its PUBREL. One that came before is not.
    pub(crate) fn has_too_many_unreleased(&self, delivery: Delivery, limit: NonZeroU16) -> bool {
        match delivery {
            Delivery::ExactlyOnce { packet_identifier, .. } => {
                self.incoming.unreleased() >= usize::from(limit.get())
                    && !self.incoming.is_unreleased(packet_identifier)
            }
            Delivery::AtMostOnce | Delivery::AtLeastOnce { .. } => false,
        }
    }

    /// Drops the newest message: those that came before it keep their order. It is told when the
    /// first one is lost, and later how many were.
    fn drop_message(&mut self, from: Option<ConnectionId>, outputs: &mut Vec<Output>) {
        self.dropped = self.dropped.saturating_add(1);
        if self.dropped == 1 {
            let (queued, bytes) = (self.outgoing.queued(), self.outgoing.held_bytes());
            let event = Event::QueueFull { client: self.client.clone(), queued, bytes };
            outputs.push(Output::Event(from, event));
        }
    }

    /// Sends what can be sent now, if the client is there.
    pub(crate) fn send(&mut self, outputs: &mut Vec<Output>) {
        let Some(connection) = self.connection else { return };
        while let Some(departure) = self.departure() {
            self.store_departure(&departure.packet, outputs);
            outputs.push(Output::Send(connection, departure.packet));
        }
        if self.dropped > 0 && self.outgoing.queued() == 0 {
            let messages = std::mem::take(&mut self.dropped) as usize;
            let event = Event::Dropped { client: self.client.clone(), messages };
            outputs.push(Output::Event(Some(connection), event));
        }
    }

    /// The next packet that goes out. What is sent again comes before retained messages, and those before
    /// all that waits.
    fn departure(&mut self) -> Option<Departure<Option<u64>>> {
        match self.replays {
            None => self.outgoing.next(),
            Some(_) => self.outgoing.next_again(),
        }
    }

    /// Sends a retained message before all that waits.
    pub(crate) fn send_first(&mut self, message: Message, outputs: &mut Vec<Output>) {
        self.outgoing.enqueue_first(message, None);
        if let (Some(connection), Some(departure)) = (self.connection, self.outgoing.next()) {
            outputs.push(Output::Send(connection, departure.packet));
        }
    }

    /// Whether the client has to acknowledge something before it gets this retained message.
    pub(crate) fn has_to_acknowledge(
        &self,
        message: &Message,
        is_tight: bool,
        configuration: &Configuration,
    ) -> bool {
        let (in_flight, size) = (self.outgoing.in_flight(), message.size());
        let has_room = in_flight < usize::from(configuration.in_flight.get())
            && self.outgoing.held_bytes().saturating_add(size) <= configuration.max_queued_bytes
            && !(is_tight && is_above_share(self, size + MESSAGE));
        message.qos > Qos::AtMostOnce && in_flight > 0 && !has_room
    }

    /// The client came back: what it did not acknowledge goes out again (`[MQTT-4.4.0-1]`), and behind
    /// it what waited.
    pub(crate) fn resume(&mut self, connection: ConnectionId, outputs: &mut Vec<Output>) {
        self.connection = Some(connection);
        self.outgoing.resume();
        self.send(outputs);
    }

    /// The client is gone.
    pub(crate) fn suspend(&mut self) {
        self.connection = None;
        self.outgoing.suspend();
    }

    /// A PUBREL came: it is answered with PUBCOMP in any case.
    pub(crate) fn released(
        &mut self,
        connection: ConnectionId,
        packet_identifier: PacketIdentifier,
        outputs: &mut Vec<Output>,
    ) {
        let (pubcomp, was_known) = self.incoming.pubrel(packet_identifier);
        if was_known {
            self.erase_receipt(packet_identifier, outputs);
        } else {
            let event = Event::UnknownPubrel { client: self.client.clone(), packet_identifier };
            outputs.push(Output::Event(Some(connection), event));
        }
        outputs.push(Output::Send(connection, pubcomp.into()));
    }

    /// An acknowledgement was taken: the next message may go out. One that fits nothing does no harm.
    pub(crate) fn acknowledged(
        &mut self,
        connection: ConnectionId,
        result: Result<(), Unexpected>,
        outputs: &mut Vec<Output>,
    ) {
        match result {
            Ok(()) => self.send(outputs),
            Err(unexpected) => {
                let event = Event::Unexpected { client: self.client.clone(), unexpected };
                outputs.push(Output::Event(Some(connection), event));
            }
        }
    }
}

/// The message in memory of its own. A packet shares the buffer of everything that was read along
/// with it, so that keeping a small message would keep that whole buffer.
pub(crate) fn own_message(message: &Message) -> Message {
    Message {
        topic: TopicName::try_from(&*message.topic).unwrap_or_else(|_| message.topic.clone()),
        payload: Bytes::copy_from_slice(&message.payload),
        ..*message
    }
}

/// The text in memory of its own, as [`own_message`].
pub(crate) fn own_text(text: &Text) -> Text {
    Text::try_from(text.as_str()).unwrap_or_else(|_| text.clone())
}
