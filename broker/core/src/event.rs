//! What the broker decided, where no packet shows it.

use std::fmt;
use std::num::NonZeroU16;
use std::time::Duration;

use delivery::Unexpected;
use wire::{DecodeError, PacketIdentifier, PacketType, Rule, Text, TopicFilter, TopicName};

/// A decision of the broker that no packet shows. Its `Display` is a sentence for people, which names
/// the client: `keep alive of alice ran out after 7.5 s`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // of the fields: the client's identifier and what the sentence needs
#[non_exhaustive]
pub enum Event {
    /// No CONNECT came in time.
    ConnectTimeout { after: Duration },
    /// A Network Connection without a CONNECT was closed, to make room for newer ones.
    CrowdedOut { limit: usize },
    /// A CONNECT was refused, since there is no room for one more session that is kept.
    TooManySessions { client: Text, sessions: usize },
    /// More messages at QoS 2 wait for their PUBREL than may: the Network Connection is closed.
    TooManyUnreleased { client: Text, limit: NonZeroU16 },
    /// A client without a Client Identifier was given one (`[MQTT-3.1.3-6]`).
    Named { client: Text },
    /// A CONNECT was refused, since its session belongs to another user.
    SessionOfAnother { client: Text },
    /// A CONNECT for a session whose client is connected already (`[MQTT-3.1.4-2]`).
    TookOver { client: Text },
    /// Nothing came for one and a half times the Keep Alive (`[MQTT-3.1.2-24]`).
    KeepAliveExpired { client: Text, after: Duration },
    /// The Network Connection ended without a DISCONNECT.
    Cut { client: Text },
    /// Bytes that are no packet, or a packet that is too large. `None` before CONNECT.
    Malformed { client: Option<Text>, error: DecodeError },
    /// A good packet where it must not be. `None` before CONNECT.
    Violation { client: Option<Text>, packet_type: PacketType, rule: &'static Rule },
    /// The will was published (`[MQTT-3.1.2-8]`).
    WillPublished { client: Text, topic: TopicName },
    /// The will was dropped, because of a DISCONNECT (`[MQTT-3.14.4-3]`).
    WillDropped { client: Text },
    /// The session outlives its Network Connection (`[MQTT-3.1.2-4]`).
    SessionKept { client: Text, queued: usize },
    /// A kept session goes on (`[MQTT-3.1.2-4]`).
    SessionResumed { client: Text, queued: usize, unacknowledged: usize },
    /// A kept session was thrown away, because of Clean Session 1 (`[MQTT-3.1.2-6]`).
    SessionDiscarded { client: Text },
    /// A message waits for a client that is away (`[MQTT-3.1.2-5]`).
    Queued { client: Text, topic: TopicName, queued: usize },
    /// A message at QoS 0 does not wait for a client that is away (MQTT 3.1.1 §3.1.2.4).
    NotQueued { client: Text, topic: TopicName },
    /// There is no room for more messages to a client; from here on they are dropped. The bytes are
    /// those of the queue, and of what is on its way and not acknowledged.
    QueueFull { client: Text, queued: usize, bytes: usize },
    /// How many messages were dropped since the queue was full.
    Dropped { client: Text, messages: usize },
    /// A message that no subscription matches.
    NoSubscriber { topic: TopicName },
    /// A message became the retained one of its topic (`[MQTT-3.3.1-5]`).
    Retained { topic: TopicName },
    /// A message found no room among the retained ones, which are so many and so large. Its topic has
    /// none now.
    RetainedRefused { topic: TopicName, messages: usize, bytes: usize },
    /// The retained message of a topic was deleted (`[MQTT-3.3.1-10]`).
    RetainedDeleted { topic: TopicName },
    /// A message at QoS 2 came again and is not passed on again (`[MQTT-4.3.3-2]`).
    Repeated { client: Text, packet_identifier: PacketIdentifier },
    /// An acknowledgement that fits no exchange.
    Unexpected { client: Text, unexpected: Unexpected },
    /// A PUBREL for a message that is not known; it is answered all the same.
    UnknownPubrel { client: Text, packet_identifier: PacketIdentifier },
    /// A message was acknowledged and dropped, since the client may not publish it
    /// (`[MQTT-3.3.5-2]`).
    PublishRefused { client: Text, topic: TopicName },
    /// A Topic Filter that the client may not subscribe to.
    SubscriptionRefused { client: Text, topic_filter: TopicFilter },
    /// A Topic Filter of more levels than the broker takes.
    FilterTooDeep { client: Text, topic_filter: TopicFilter, limit: usize },
    /// A subscription for which a session has no room.
    TooManySubscriptions {
        client: Text,
        topic_filter: TopicFilter,
        subscriptions: usize,
        bytes: usize,
    },
}

impl Event {
    /// Whether this is about one message on its way, and comes as often as messages do. A log leaves
    /// these out.
    pub const fn concerns_message(&self) -> bool {
        matches!(
            self,
            Self::Queued { .. }
                | Self::NotQueued { .. }
                | Self::NoSubscriber { .. }
                | Self::Retained { .. }
                | Self::RetainedRefused { .. }
                | Self::RetainedDeleted { .. }
                | Self::Repeated { .. }
                | Self::Unexpected { .. }
                | Self::UnknownPubrel { .. }
                | Self::PublishRefused { .. }
        )
    }

    /// Whether somebody who sees all packets, and the end of each Network Connection, sees this as well.
    /// A trace leaves these out, so that one thing is told once.
    pub const fn is_seen_in_packets(&self) -> bool {
        matches!(self, Self::Cut { .. })
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConnectTimeout { .. }
            | Self::CrowdedOut { .. }
            | Self::TooManySessions { .. }
            | Self::TooManyUnreleased { .. }
            | Self::Named { .. }
            | Self::SessionOfAnother { .. }
            | Self::TookOver { .. }
            | Self::KeepAliveExpired { .. }
            | Self::Cut { .. }
            | Self::Malformed { .. }
            | Self::Violation { .. } => self.of_a_connection(f),
            Self::WillPublished { .. }
            | Self::WillDropped { .. }
            | Self::SessionKept { .. }
            | Self::SessionResumed { .. }
            | Self::SessionDiscarded { .. }
            | Self::SubscriptionRefused { .. }
            | Self::FilterTooDeep { .. }
            | Self::TooManySubscriptions { .. } => self.of_a_session(f),
            _ => self.of_a_message(f),
        }
    }
}

/// The sentences.
impl Event {
    fn of_a_connection(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConnectTimeout { after } => {
                write!(f, "no CONNECT came within {}", Seconds(*after))
            }
            Self::CrowdedOut { limit } => write!(
                f,
                "closed to make room: it was the oldest of more than {limit} Network Connections \
                 without a CONNECT"
            ),
            Self::TooManySessions { client, sessions } => write!(
                f,
                "{client} refused: there are {sessions} sessions, and no room to keep one more"
            ),
            Self::TooManyUnreleased { client, limit } => {
                write!(f, "{client} closed: {limit} messages at QoS 2 wait for its PUBREL already")
            }
            Self::Named { client } => {
                write!(f, "a client without a Client Identifier is called {client} [MQTT-3.1.3-6]")
            }
            Self::SessionOfAnother { client } => {
                write!(f, "{client} refused: the session of this name belongs to another user")
            }
            Self::TookOver { client } => write!(f, "{client} took over from an older connection"),
            Self::KeepAliveExpired { client, after } => {
                write!(f, "keep alive of {client} ran out after {}", Seconds(*after))
            }
            Self::Cut { client } => {
                write!(f, "{client} closed the Network Connection without DISCONNECT")
            }
            Self::Malformed { client, error } => malformed(client.as_ref(), error, f),
            Self::Violation { client, packet_type, rule } => {
                let client = name(client.as_ref());
                write!(f, "{packet_type} of {client} closes the Network Connection {rule}")
            }
            _ => Ok(()),
        }
    }

    fn of_a_session(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WillPublished { client, topic } => {
                write!(f, "will of {client} published on {topic}")
            }
            Self::WillDropped { client } => write!(f, "will of {client} dropped"),
            Self::SessionKept { client, queued } => {
                write!(f, "session of {client} kept, {} queued", Messages(*queued))
            }
            Self::SessionResumed { client, queued, unacknowledged } => write!(
                f,
                "session of {client} goes on, {} queued, {unacknowledged} unacknowledged",
                Messages(*queued)
            ),
            Self::SessionDiscarded { client } => {
                write!(f, "kept session of {client} thrown away, for Clean Session is 1")
            }
            Self::SubscriptionRefused { client, topic_filter } => {
                write!(
                    f,
                    "Topic Filter of {client} refused: it may not subscribe to {topic_filter}"
                )
            }
            Self::FilterTooDeep { client, topic_filter, limit } => write!(
                f,
                "Topic Filter of {client} refused: {} levels, more than the limit of {limit}",
                topic_filter.levels().count()
            ),
            Self::TooManySubscriptions { client, topic_filter, subscriptions, bytes } => write!(
                f,
                "Topic Filter of {client} refused: no room for {} more bytes, it has \
                 {subscriptions} subscriptions of {bytes} bytes",
                topic_filter.len()
            ),
            _ => Ok(()),
        }
    }

    fn of_a_message(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queued { client, topic, queued } => {
                let queued = Messages(*queued);
                write!(f, "message on {topic} waits for {client}, who is away: {queued} queued")
            }
            Self::NotQueued { client, topic } => {
                write!(f, "message on {topic} at QoS 0 does not wait for {client}, who is away")
            }
            Self::QueueFull { client, queued, bytes } => {
                let queued = Messages(*queued);
                write!(
                    f,
                    "queue of {client} is full, {queued}, {bytes} bytes with those under way: new \
                     ones are lost"
                )
            }
            Self::Dropped { client, messages } => {
                let messages = Messages(*messages);
                write!(f, "{messages} for {client} lost while its queue was full")
            }
            Self::NoSubscriber { topic } => write!(f, "nobody is subscribed to {topic}"),
            Self::Retained { topic } => write!(f, "message on {topic} retained"),
            Self::RetainedRefused { topic, messages, bytes } => {
                let messages = Messages(*messages);
                write!(
                    f,
                    "no room to retain the message on {topic}: {messages} of {bytes} bytes are \
                     retained"
                )
            }
            Self::RetainedDeleted { topic } => write!(f, "retained message on {topic} deleted"),
            Self::Repeated { client, packet_identifier } => write!(
                f,
                "message {packet_identifier} of {client} came before: not passed on again"
            ),
            Self::Unexpected { client, unexpected } => write!(f, "{client} sent {unexpected}"),
            Self::UnknownPubrel { client, packet_identifier } => {
                write!(f, "no message {packet_identifier} of {client} waits for PUBREL")
            }
            Self::PublishRefused { client, topic } => {
                write!(f, "message of {client} dropped: it may not publish on {topic}")
            }
            _ => Ok(()),
        }
    }
}

fn malformed(
    client: Option<&Text>,
    error: &DecodeError,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let client = name(client);
    match error {
        DecodeError::Malformed(malformed) => {
            let what = malformed.packet_type.map_or("packet".to_owned(), |known| known.to_string());
            write!(f, "malformed {what} of {client} closes the Network Connection ")?;
            write!(f, "{}", malformed.rule)
        }
        DecodeError::TooLarge { size, limit } => write!(
            f,
            "packet of {client} is too large: {size} bytes, with a limit of {limit} [MQTT-4.8.0-2]"
        ),
        DecodeError::Truncated { .. } => write!(f, "packet of {client} is incomplete: {error}"),
    }
}

/// How a sentence calls a client whose name may not be known yet.
fn name(client: Option<&Text>) -> &str {
    client.map_or("an unknown client", Text::as_str)
}

/// `7.5 s`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}

/// `1 message`, `2 messages`.
struct Messages(usize);

impl fmt::Display for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "message" } else { "messages" })
    }
}
